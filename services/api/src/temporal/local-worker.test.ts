import { runHealthChecks } from '@box-office/platform';
import type { ConnectionLike } from '@temporalio/client';
import { expect, it, vi } from 'vitest';
import { logger } from '../testing/gateway.js';
import { keepLocalWorker } from './local-worker.js';

/** Workers that run until they are stopped or told to fail. */
function openWorkers() {
  let fail: (error: Error) => void = () => undefined;
  const log: string[] = [];
  const start = async () => {
    log.push('start');
    if (log.length === 1) throw new Error('Temporal is unavailable');
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve, reject) => {
      end = resolve;
      fail = reject;
    });
    ended.catch(() => undefined);
    const stop = async (): Promise<void> => {
      log.push('stop');
      end();
    };
    const broker = () => Promise.reject(new Error('not connected'));
    return { connection: {} as ConnectionLike, checks: { worker: async () => 'RUNNING', broker }, ended, stop };
  };
  return { log, start, fail: (error: Error) => fail(error) };
}

it('a worker that could not be started, or has failed, is started again; meanwhile there is no client', async () => {
  const { log, start, fail } = openWorkers();
  const worker = keepLocalWorker({ start, namespace: 'default', logger, pauseMs: 200 });
  expect([log, worker.client()]).toEqual([['start'], undefined]);
  await vi.waitFor(() => expect(worker.client()).toBeDefined());
  fail(new Error('the namespace is gone'));
  await vi.waitFor(() => expect(worker.client()).toBeUndefined());
  await vi.waitFor(() => expect(worker.client()).toBeDefined());
  await worker.stop();
  expect(worker.client()).toBeUndefined();
  expect(log).toEqual(['start', 'start', 'stop', 'start', 'stop']);
});

it('the checks of a worker tell whether it runs and has its broker', async () => {
  const { start } = openWorkers();
  const worker = keepLocalWorker({ start, namespace: 'default', logger, pauseMs: 200 });
  const failures = async () => (await runHealthChecks(worker.checks, 1_000)).failed;
  const absent = 'the local purchase worker does not run';
  expect(await failures()).toEqual({ worker: absent, broker: absent });
  await vi.waitFor(async () => expect(await failures()).toEqual({ broker: 'not connected' }));
  await worker.stop();
});
