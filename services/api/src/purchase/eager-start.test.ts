import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { expect, it } from 'vitest';
import { logger } from '../testing/gateway.js';
import { createTemporalStarter } from './temporal-starter.js';

const UNAVAILABLE = Object.assign(new Error('broken'), { code: 14, details: 'transport error', metadata: {} });
const INVALID = Object.assign(new Error('invalid'), { code: 3, details: 'workflow id is too long', metadata: {} });

/** A client that notes its starts and answers what it is told. */
function stubClient(name: string, starts: string[]) {
  const state = { error: undefined as Error | undefined, isSilent: false };
  const start = (_type: string, options: { requestEagerStart?: boolean }): Promise<unknown> => {
    starts.push(options.requestEagerStart ? `${name}, eager` : name);
    if (state.isSilent) return new Promise(() => undefined);
    return state.error ? Promise.reject(state.error) : Promise.resolve();
  };
  return { state, client: { workflow: { start } } as unknown as Client };
}

function open(hasWorker = true) {
  const starts: string[] = [];
  const plain = stubClient('plain', starts);
  const local = stubClient('local', starts);
  const localWorker = { client: () => (hasWorker ? local.client : undefined) };
  const starter = createTemporalStarter({ client: plain.client, localWorker, logger, callMs: 50 });
  const start = () =>
    starter.start([
      {
        order: {
          purchaseId: randomUUID(),
          fingerprint: 'f',
          userId: 'ann',
          eventId: '1',
          paymentMethod: 'pm',
          items: [{ ticketType: 'Standard', quantity: 1 }],
          requestId: 'r',
        },
        labels: { eventName: 'Concert' },
      },
    ]);
  return { starts, plain, local, starter, start };
}

it('a start is eager while a local worker runs, and plain without one', async () => {
  const withWorker = open();
  expect(await withWorker.start()).toMatchObject({ kind: 'started' });
  expect(withWorker.starts).toEqual(['local, eager']);
  const without = open(false);
  await without.start();
  expect(without.starts).toEqual(['plain']);
});

it.each([
  ['that failed', { error: UNAVAILABLE }],
  ['that gets no answer', { isSilent: true }],
])('an eager start %s may have happened, and the next ones are plain until one succeeds', async (_what, failure) => {
  const { starts, plain, local, starter, start } = open();
  Object.assign(local.state, failure);
  plain.state.error = INVALID;
  expect(await start()).toMatchObject({ kind: 'unknown' });
  expect(await start()).toMatchObject({ kind: 'not_started' });
  expect(starts).toEqual(['local, eager', 'plain']);
  plain.state.error = undefined;
  Object.assign(local.state, { error: undefined, isSilent: false });
  await start();
  await start();
  expect(starts.slice(2)).toEqual(['plain', 'local, eager']);
  starter.close();
});

it('an eager start that the server refuses for what it is has certainly not happened', async () => {
  const { local, start } = open();
  local.state.error = INVALID;
  expect(await start()).toMatchObject({ kind: 'not_started' });
});
