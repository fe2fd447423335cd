import { bundleOptions } from '@box-office/temporal/worker';
import { workerSettings } from '@box-office/workflows/worker-settings';
import { createLogger, createRedis, redisReady } from '@box-office/platform';
import { NativeConnection, Worker, type InjectedSinks } from '@temporalio/worker';
import { NOOP_CHANNEL, NOOP_TASK_QUEUE, type NoopServers } from '../baselines/jobs.js';
import type { NoopActivities, NoopSinks } from '../baselines/noop-workflow.js';
import { serveJobs } from './serve.js';

const logger = createLogger({ service: 'noop-worker', level: 'warn' });

/** Starts the worker of the no-op workflow with the settings and the bundle options of the purchase worker. */
serveJobs<NoopServers, void>(async (servers) => {
  const redis = createRedis({ url: servers.redisUrl, name: 'noop-worker', logger });
  await redisReady(redis, 10_000);
  const notify = (id: string): void => void redis.publish(NOOP_CHANNEL, id).catch(() => undefined);
  const sinks: InjectedSinks<NoopSinks> = { noop: { notify: { fn: (_info, id) => notify(id) } } };
  const activities: NoopActivities = { notify: async (id) => notify(id) };
  const { workflowsPath, preloadModules } = bundleOptions(new URL('../baselines/noop-workflow.js', import.meta.url));
  const worker = await Worker.create({
    connection: await NativeConnection.connect({ address: servers.temporalAddress }),
    namespace: servers.temporalNamespace,
    taskQueue: NOOP_TASK_QUEUE,
    workflowsPath,
    bundlerOptions: { preloadModules },
    activities,
    sinks,
    ...workerSettings({ MAX_CACHED_WORKFLOWS: servers.maxCachedWorkflows }),
  });
  worker.run().catch((error: unknown) => {
    logger.fatal({ err: error }, 'the no-op worker ended');
    process.exit(1);
  });
});
