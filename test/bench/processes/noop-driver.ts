import { randomUUID } from 'node:crypto';
import { createLogger, createRedis, redisReady } from '@box-office/platform';
import { Client, Connection } from '@temporalio/client';
import { NOOP_CHANNEL, NOOP_TASK_QUEUE, type NoopJob, type NoopResult } from '../baselines/jobs.js';
import type { doNothing } from '../baselines/noop-workflow.js';
import { closedLoop } from '../load/closed-loop.js';
import { serveJobs } from './serve.js';

const ANSWER_TIMEOUT_MS = 60_000;
const logger = createLogger({ service: 'noop-driver', level: 'warn' });

/** Starts no-op workflows as the gateway starts purchases, and waits for a notification as the gateway does. */
serveJobs<NoopJob, NoopResult>(async (job) => {
  const connection = await Connection.connect({ address: job.temporalAddress, interceptors: [] });
  const client = new Client({ connection, namespace: job.temporalNamespace });
  const subscriber = createRedis({ url: job.redisUrl, name: 'noop-driver', logger });
  await redisReady(subscriber, 10_000);
  const waiting = new Map<string, () => void>();
  subscriber.on('message', (_channel, id) => waiting.get(id)?.());
  await subscriber.subscribe(NOOP_CHANNEL);
  let started = 0;

  async function runOne(): Promise<{ counts: boolean }> {
    const id = randomUUID();
    started += 1;
    const notified = new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no notification of no-op ${id}`)), ANSWER_TIMEOUT_MS);
      waiting.set(id, () => {
        clearTimeout(timer);
        waiting.delete(id);
        resolve();
      });
    });
    const options = {
      workflowId: `noop/${id}`,
      taskQueue: NOOP_TASK_QUEUE,
      args: [id, job.kind] as Parameters<typeof doNothing>,
    };
    await Promise.all([client.workflow.start<typeof doNothing>('doNothing', options), notified]);
    return { counts: true };
  }

  try {
    const { all } = await closedLoop({ ...job, attempt: runOne });
    return { measured: all, started };
  } finally {
    subscriber.disconnect();
    await connection.close();
  }
});
