import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { listFindings } from '../reconciliation/findings.js';
import { openTestDatabase, type TestDatabase } from '../testing.js';
import { listWebhookAttempts } from './attempts.js';
import {
  changeWebhookEndpoint,
  deleteWebhookEndpoint,
  MAX_WEBHOOK_ENDPOINTS,
  registerWebhookEndpoint,
  rotateWebhookSecret,
} from './change-endpoint.js';
import {
  findDueWebhookEndpoints,
  listDueWebhooks,
  readWebhookTarget,
  recordWebhookAttempt,
  recordWebhookHealth,
  type WebhookAttemptResult,
} from './deliveries.js';
import { closeWebhookFinding, disableFailedWebhookEndpoint } from './disable-endpoint.js';
import { findWebhookEndpoint } from './endpoints.js';
import { replayWebhooks, writeTestWebhook, type WebhookReplay } from './requested-messages.js';
import { deleteExpiredWebhooks } from './retention.js';
import { ACTOR, registered } from './testing/endpoint.js';

let database: TestDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await openTestDatabase(inject('stack'));
  ({ pool } = database);
});
beforeEach(async () => {
  for (const table of ['endpoints', 'messages', 'deliveries']) await pool.query(`delete from webhook_${table}`);
});
afterAll(() => database.close());

async function testMessage(endpointId: string): Promise<string> {
  const messageId = await writeTestWebhook(pool, endpointId, ACTOR);
  if (messageId === null) throw new Error('no message');
  return messageId;
}

const attempt = (endpointId: string, messageId: string, more: Partial<WebhookAttemptResult> = {}) =>
  recordWebhookAttempt(pool, {
    endpointId,
    messageId,
    messageType: 'webhook.test',
    statusCode: 500,
    latencyMs: 5,
    error: 'HTTP 500',
    retryInMs: 60_000,
    ...more,
  });
const failingFor = (endpointId: string, days: number) =>
  pool.query(`update webhook_endpoints set failing_since = now() - make_interval(days => $2) where id = $1`, [
    endpointId,
    days,
  ]);

it('there are at most so many endpoints, however many are registered at once', async () => {
  const insert = `insert into webhook_endpoints (url, event_types) select 'https://a.example', '{}' from generate_series(1, $1)`;
  await pool.query(insert, [MAX_WEBHOOK_ENDPOINTS - 2]);
  const endpoint = { url: 'https://a.example', types: ['hold.expired' as const], sealedSecret: Buffer.from('s') };
  const results = await Promise.all(
    Array.from({ length: 6 }, () => registerWebhookEndpoint(pool, { endpointId: randomUUID(), ...endpoint }, ACTOR)),
  );
  expect(results.filter(({ kind }) => kind === 'registered')).toHaveLength(2);
});

it('a rotation adds a secret, limits the previous ones, and keeps four', async () => {
  const endpointId = await registered(pool);
  const secrets = async () => (await readWebhookTarget(pool, endpointId))?.sealedSecrets.map(String);
  for (const name of ['b', 'c', 'd', 'e', 'f']) {
    await rotateWebhookSecret(pool, endpointId, { sealedSecret: Buffer.from(name), previousValidS: 3_600 }, ACTOR);
  }
  expect(await secrets()).toEqual(['f', 'e', 'd', 'c']);
  await rotateWebhookSecret(pool, endpointId, { sealedSecret: Buffer.from('g'), previousValidS: 0 }, ACTOR);
  expect(await secrets()).toEqual(['g']);
});

describe('a late repeat', () => {
  const secretsOf = async (endpointId: string) =>
    (await readWebhookTarget(pool, endpointId))?.sealedSecrets.map(String);

  it('of a rotation changes nothing, also after its secret has expired and was erased', async () => {
    const endpointId = await registered(pool);
    const [a, b] = [randomUUID(), randomUUID()];
    const rotate = (secretId: string) => {
      const sealedSecret = Buffer.from(secretId);
      return rotateWebhookSecret(pool, endpointId, { secretId, sealedSecret, previousValidS: 0 }, ACTOR);
    };
    for (const key of [a, b]) expect(await rotate(key)).toMatchObject({ kind: 'added' });
    for (const erase of [false, true]) {
      if (erase) await deleteExpiredWebhooks(pool);
      expect(await rotate(a)).toMatchObject({ kind: 'known', sealedSecret: null });
      expect(await secretsOf(endpointId)).toEqual([b]);
    }
  });

  it('of a registration does not register an endpoint again that was deleted', async () => {
    const endpointId = randomUUID();
    const secret = { secretId: endpointId, sealedSecret: Buffer.from('a'), fingerprint: 'f' };
    const endpoint = { endpointId, url: 'https://a.example', types: ['hold.expired' as const], ...secret };
    expect(await registerWebhookEndpoint(pool, endpoint, ACTOR)).toMatchObject({ kind: 'registered' });
    expect(await deleteWebhookEndpoint(pool, endpointId, ACTOR)).toBe(true);
    expect(await registerWebhookEndpoint(pool, endpoint, ACTOR)).toEqual({ kind: 'deleted' });
    expect(await findWebhookEndpoint(pool, endpointId)).toBeNull();
  });
});

describe('an attempt', () => {
  it('that fails makes the message due later, then never; each is in the log', async () => {
    const endpointId = await registered(pool);
    const messageId = await testMessage(endpointId);
    expect(await findDueWebhookEndpoints(pool)).toEqual([endpointId]);
    await attempt(endpointId, messageId);
    expect(await findDueWebhookEndpoints(pool)).toEqual([]);
    expect(await findWebhookEndpoint(pool, endpointId)).toMatchObject({ pending: 1 });
    await attempt(endpointId, messageId, { retryInMs: null, statusCode: null, error: 'timeout' });
    expect(await findWebhookEndpoint(pool, endpointId)).toMatchObject({ pending: 0 });
    const first = await listWebhookAttempts(pool, { endpointId, limit: 1 });
    expect(first.attempts).toMatchObject([{ messageId, statusCode: null, error: 'timeout' }]);
    const second = await listWebhookAttempts(pool, { endpointId, limit: 1, after: first.next ?? '' });
    expect(second).toMatchObject({ attempts: [{ statusCode: 500, error: 'HTTP 500', latencyMs: 5 }], next: null });
  });

  it('that succeeds ends the delivery', async () => {
    const endpointId = await registered(pool);
    const messageId = await testMessage(endpointId);
    await attempt(endpointId, messageId, { statusCode: 200, error: null, retryInMs: null });
    expect(await listDueWebhooks(pool, endpointId, 10)).toEqual([]);
    expect(await findWebhookEndpoint(pool, endpointId)).toMatchObject({ pending: 0 });
  });

  it('decides since when the endpoint fails: since the first failure after a success', async () => {
    const endpointId = await registered(pool);
    const failingSince = async () => (await findWebhookEndpoint(pool, endpointId))?.failingSince;
    await recordWebhookHealth(pool, endpointId, false);
    const since = await failingSince();
    expect(since).not.toBeNull();
    await recordWebhookHealth(pool, endpointId, false);
    expect(await failingSince()).toBe(since);
    await recordWebhookHealth(pool, endpointId, true);
    expect(await failingSince()).toBeNull();
  });
});

describe('a failed endpoint', () => {
  const days = (count: number) => count * 86_400_000;
  const disable = (endpointId: string, reason: 'gone' | 'failing') =>
    disableFailedWebhookEndpoint(pool, { endpointId, reason, failingForMs: days(3), runId: randomUUID() });
  const findings = async () => (await listFindings(pool, { kind: 'webhook_disabled', limit: 10 })).findings;

  it('is disabled after days with a finding for an operator, and is enabled by one', async () => {
    const endpointId = await registered(pool);
    await failingFor(endpointId, 2);
    expect(await disable(endpointId, 'failing')).toBe(false);
    await failingFor(endpointId, 4);
    expect(await disable(endpointId, 'failing')).toBe(true);
    expect(await findWebhookEndpoint(pool, endpointId)).toMatchObject({
      status: 'disabled',
      disabledReason: 'failing',
    });
    expect(await findings()).toMatchObject([{ subject: endpointId, status: 'handed_over' }]);
    const enabled = await changeWebhookEndpoint(pool, endpointId, { status: 'enabled' }, ACTOR);
    expect(enabled).toMatchObject({ status: 'enabled', disabledReason: null, failingSince: null });
    await closeWebhookFinding(pool, endpointId, 'enabled');
    expect(await findings()).toMatchObject([{ status: 'gone', action: 'enabled' }]);
  });

  it('leaves no finding if it is deleted at that moment', async () => {
    const endpointId = await registered(pool);
    const client = await pool.connect();
    await client.query('begin');
    await client.query('delete from webhook_endpoints where id = $1', [endpointId]);
    const disabling = disable(endpointId, 'gone');
    await sleep(300);
    await client.query('commit');
    client.release();
    expect(await disabling).toBe(false);
    expect((await findings()).filter(({ subject }) => subject === endpointId)).toEqual([]);
  });

  it('is disabled at once when it is gone, and nothing is due at it', async () => {
    const endpointId = await registered(pool);
    await testMessage(endpointId);
    expect(await disable(endpointId, 'gone')).toBe(true);
    expect([await findDueWebhookEndpoints(pool), await readWebhookTarget(pool, endpointId)]).toEqual([[], null]);
    expect(await writeTestWebhook(pool, endpointId, ACTOR)).toBeNull();
  });
});

describe('a replay', () => {
  it('sends one message or a period again, and no message of another type', async () => {
    const endpointId = await registered(pool, ['hold.expired']);
    const insert = `insert into webhook_messages (type, payload, created_at) values ($1, '{}', $2) returning id`;
    const [one, two] = ['2030-01-01T10:00:00Z', '2030-01-01T11:00:00Z'];
    for (const at of [one, two]) await pool.query(insert, ['hold.expired', at]);
    await pool.query(insert, ['event.cancelled', one]);
    const replay = (from: string, to: string) => replayWebhooks(pool, endpointId, { from, to }, ACTOR);
    expect(await replay(one, two)).toEqual({ messages: 1, next: null });
    const [due] = await listDueWebhooks(pool, endpointId, 10);
    if (!due) throw new Error('none is due');
    await attempt(endpointId, due.messageId, { error: null, statusCode: 204, retryInMs: null });
    expect(await listDueWebhooks(pool, endpointId, 10)).toEqual([]);
    await replayWebhooks(pool, endpointId, { messageId: due.messageId }, ACTOR);
    expect(await listDueWebhooks(pool, endpointId, 10)).toMatchObject([{ messageId: due.messageId, attempts: 0 }]);
    expect(await replayWebhooks(pool, randomUUID(), { messageId: due.messageId }, ACTOR)).toBeNull();
  });

  it('of more messages than one call takes sends each once, also those of one millisecond', async () => {
    const endpointId = await registered(pool, ['event.sold_out']);
    await pool.query(
      `insert into webhook_messages (type, payload, created_at)
       select 'event.sold_out', '{}'::jsonb, timestamptz '2031-01-01T10:00:00.123456Z' + n % 500 * interval '1 microsecond'
         from generate_series(1, 10001) n
       union all select 'event.sold_out', '{}'::jsonb, '2031-01-01T10:00:00.124100Z'`,
    );
    const counts: number[] = [];
    for (let from: string | null = '2031-01-01T10:00:00Z'; from !== null;) {
      const period = { from, to: '2031-01-02T00:00:00Z' };
      const replay: WebhookReplay | null = await replayWebhooks(pool, endpointId, period, ACTOR);
      counts.push(replay?.messages ?? 0);
      from = replay?.next ?? null;
    }
    expect(counts).toEqual([10_001, 1]);
  });
});

it('deliveries whose message was deleted block nothing, and are deleted after 30 days', async () => {
  const endpointId = await registered(pool);
  await pool.query(
    `insert into webhook_deliveries (message_id, endpoint_id, due_at)
     select gen_random_uuid(), $1, now() - interval '1 day' from generate_series(1, 100)`,
    [endpointId],
  );
  expect(await findDueWebhookEndpoints(pool)).toEqual([]);
  const messageId = await testMessage(endpointId);
  expect(await findDueWebhookEndpoints(pool)).toEqual([endpointId]);
  expect(await listDueWebhooks(pool, endpointId, 100)).toMatchObject([{ messageId }]);
  await pool.query(`update webhook_deliveries set due_at = due_at - interval '30 days'`);
  await deleteExpiredWebhooks(pool);
  expect(await findWebhookEndpoint(pool, endpointId)).toMatchObject({ pending: 1 });
});

it('messages, deliveries and attempts are deleted after 30 days, and secrets when they expire', async () => {
  const endpointId = await registered(pool);
  const [old, young] = [await testMessage(endpointId), await testMessage(endpointId)];
  await attempt(endpointId, old);
  await pool.query(`update webhook_secrets set expires_at = now()`);
  await pool.query(
    `
    with message as (
      insert into webhook_messages (type, payload, created_at) values ('hold.expired', '{}', now() - interval '31 days')
      returning id)
    insert into webhook_deliveries (message_id, endpoint_id) select id, $1 from message`,
    [endpointId],
  );
  expect(await deleteExpiredWebhooks(pool)).toBe(false);
  const { rows } = await pool.query<{ id: string }>('select id from webhook_messages order by created_at');
  expect(rows.map(({ id }) => id)).toEqual([old, young]);
  expect(await findWebhookEndpoint(pool, endpointId)).toMatchObject({ pending: 2 });
  expect((await readWebhookTarget(pool, endpointId))?.sealedSecrets).toEqual([]);
  expect((await pool.query('select from webhook_secrets where sealed_secret is not null')).rowCount).toBe(0);
});
