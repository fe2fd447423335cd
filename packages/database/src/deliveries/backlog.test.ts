import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../testing.js';
import { readDeliveryBacklog } from './backlog.js';

let database: TestDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await openTestDatabase(inject('stack'));
  ({ pool } = database);
});
afterAll(() => database.close());

const addMail = (status: string, o: { dueAgoS?: number; finishedAgoS?: number; error?: string } = {}) =>
  pool.query(
    `insert into mails (kind, user_id, purchase_id, status, due_at, error, finished_at)
     values ('tickets', 'ann', gen_random_uuid(), $1, now() - make_interval(secs => $2), $3,
             case when $1 <> 'pending' then now() - make_interval(secs => $4) end)`,
    [status, o.dueAgoS ?? 0, o.error ?? null, o.finishedAgoS ?? 0],
  );

async function addWebhook(status: string, o: { dueAgoS: number; hasMessage?: boolean }) {
  const [endpointId, messageId] = [randomUUID(), randomUUID()];
  await pool.query(
    `insert into webhook_endpoints (id, url, event_types, status, disabled_reason)
     values ($1, 'https://shop.example', '{}', $2, case when $2 = 'disabled' then 'operator' end)`,
    [endpointId, status],
  );
  if (o.hasMessage !== false) {
    await pool.query(
      `insert into webhook_messages (id, type, api_version, payload) values ($1, 'purchase.confirmed', '1', '{}')`,
      [messageId],
    );
  }
  await pool.query(
    `insert into webhook_deliveries (message_id, endpoint_id, due_at) values ($1, $2, now() - make_interval(secs => $3))`,
    [messageId, endpointId, o.dueAgoS],
  );
}

it('is nothing while all is delivered, or due later', async () => {
  await addMail('sent', { dueAgoS: 900 });
  await addMail('pending', { dueAgoS: -900 });
  await addWebhook('enabled', { dueAgoS: -900 });
  expect(await readDeliveryBacklog(pool)).toEqual({ oldestDueMailS: 0, failedMails: 0, oldestDueWebhookS: 0 });
});

it('has the mails that the mail server does not take, and those that were given up today', async () => {
  await addMail('pending', { dueAgoS: 600 });
  await addMail('pending', { dueAgoS: 30 });
  await addMail('failed', { error: '550' });
  await addMail('failed', { error: '550', finishedAgoS: 90_000 });
  await addMail('failed', { error: 'nothing_to_send' });
  const { oldestDueMailS, failedMails } = await readDeliveryBacklog(pool);
  expect(oldestDueMailS).toBeGreaterThanOrEqual(600);
  expect(oldestDueMailS).toBeLessThan(700);
  expect(failedMails).toBe(1);
});

it('has the messages to enabled endpoints', async () => {
  await addWebhook('disabled', { dueAgoS: 9_000 });
  await addWebhook('enabled', { dueAgoS: 9_000, hasMessage: false });
  await addWebhook('enabled', { dueAgoS: 600 });
  const { oldestDueWebhookS } = await readDeliveryBacklog(pool);
  expect(oldestDueWebhookS).toBeGreaterThanOrEqual(600);
  expect(oldestDueWebhookS).toBeLessThan(700);
});
