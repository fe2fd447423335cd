import { bundling } from '@box-office/workflows/bundling';
import { workerSettings } from '@box-office/workflows/worker-settings';
import { createLogger, createRedis, redisReady } from '@box-office/platform';
import { NativeConnection, Worker, type InjectedSinks } from '@temporalio/worker';
import { NOOP_CHANNEL, NOOP_TASK_QUEUE, type NoopServers } from '../baselines/jobs.js';
import type { NoopActivities, NoopSinks } from '../baselines/noop-workflow.js';
import { serveJobs } from './serve.js';

const logger = createLogger({ service: 'noop-worker', level: 'warn' });

/** Starts the worker of the bare no-op workflow, with the settings of the purchase worker, its way of bundling included. */
serveJobs<NoopServers, void>(async (servers) => {
  const redis = createRedis({ url: servers.redisUrl, name: 'noop-worker', logger });
  await redisReady(redis, 10_000);
  const announce = (id: string): void => void redis.publish(NOOP_CHANNEL, id).catch(() => undefined);
  const sinks: InjectedSinks<NoopSinks> = { noop: { announce: { fn: (_info, id) => announce(id) } } };
  const activities: NoopActivities = { announce: async (id) => announce(id) };
  const { workflowsPath, preloadModules } = bundling(new URL('../baselines/noop-workflow.js', import.meta.url));
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
