import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { RECONCILIATION_SCHEDULE, RECOVERY_SCHEDULE } from '@box-office/contract';
import { Client, Connection, ScheduleNotFoundError } from '@temporalio/client';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { ensureSchedules } from './schedule.js';

const EVERY_MS = { reconciliationEveryMs: 3_600_000, recoveryEveryMs: 1_800_000 };
const DAY_S = 24 * 60 * 60;
const PAUSE_MS = 200;

// A namespace of its own, because the ids of the Schedules are fixed.
const namespace = `schedules-${randomUUID()}`;
let connection: Connection;
let client: Client;
beforeAll(async () => {
  connection = await Connection.connect({ address: inject('stack').temporalAddress });
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: DAY_S as never },
  });
  client = new Client({ connection, namespace });
  // The server learns of a new namespace after some seconds.
  for (let ready = false; !ready; await sleep(PAUSE_MS)) {
    ready = await ensureSchedules(client, EVERY_MS).then(
      () => true,
      () => false,
    );
  }
});
afterAll(() => connection.close());

const describeSchedule = (id: string) => client.schedule.getHandle(id).describe();

it('a Schedule that is as it should be is not written, so that no start undoes a pause of the same moment', async () => {
  const before = await describeSchedule(RECONCILIATION_SCHEDULE);
  await ensureSchedules(client, EVERY_MS);
  const after = await describeSchedule(RECONCILIATION_SCHEDULE);
  expect(after.info.lastUpdatedAt).toEqual(before.info.lastUpdatedAt);
  expect(after.raw.conflictToken).toEqual(before.raw.conflictToken);
});

it('a Schedule that an operator paused stays paused with its note, whatever the settings of the next start', async () => {
  await client.schedule.getHandle(RECONCILIATION_SCHEDULE).pause('until Monday');
  await ensureSchedules(client, EVERY_MS);
  const state = { paused: true, note: 'until Monday' };
  expect(await describeSchedule(RECONCILIATION_SCHEDULE)).toMatchObject({ state });
  await ensureSchedules(client, { ...EVERY_MS, reconciliationEveryMs: 7_200_000 });
  expect(await describeSchedule(RECONCILIATION_SCHEDULE)).toMatchObject({
    state,
    spec: { intervals: [{ every: 7_200_000 }] },
  });
});

it('an interval of 0 deletes the Schedule, and another start creates it again', async () => {
  await ensureSchedules(client, { ...EVERY_MS, recoveryEveryMs: 0 });
  await expect(describeSchedule(RECOVERY_SCHEDULE)).rejects.toThrow(ScheduleNotFoundError);
  await ensureSchedules(client, EVERY_MS);
  expect(await describeSchedule(RECOVERY_SCHEDULE)).toMatchObject({ spec: { intervals: [{ every: 1_800_000 }] } });
});
