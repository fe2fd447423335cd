import { randomUUID } from 'node:crypto';
import { eventKey } from '@box-office/contract';
import { createInventory } from '@box-office/inventory';
import { createPool, createRedis } from '@box-office/platform';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTokenVerifier } from '../http/auth/token-verifier.js';
import { createGateway } from '../gateway.js';
import {
  NO_LIMITS,
  SECRET,
  TICKET_KEYS,
  TOKEN_RULES,
  logger,
  openTestGateway,
  standard,
  tokenOf,
  type TestGateway,
} from '../testing/gateway.js';
import { createTestInterventions } from '../testing/interventions.js';
import { createTestAuditWorkflows } from '../testing/audit-workflows.js';
import { createTestCancellations } from '../testing/cancellations.js';
import { HOLD_TIMES, createTestHoldClient } from '../testing/holds.js';

/** A closed port. */
const NOWHERE = '127.0.0.1:1';

describe('503: a dependency is unavailable', () => {
  let test: TestGateway;
  beforeAll(async () => {
    test = await openTestGateway();
  });
  afterAll(() => test.close());

  async function expectUnavailable(response: Response): Promise<void> {
    expect(response.status).toBe(503);
    expect(Number(response.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect(await response.json()).toMatchObject({ type: '/problems/unavailable', status: 503 });
  }

  it('when Temporal certainly did not take the start, and the key stays unused', async () => {
    const closed = test.another({ start: async () => ({ kind: 'not_started', cause: 'not_taken', retryAfterS: 7 }) });
    const event = await test.createEvent([standard(2)]);
    const once = { key: randomUUID(), token: await tokenOf('ann') };
    const response = await closed.buy({ eventId: event.id, quantity: 1 }, once);
    expect(response.headers.get('Retry-After')).toBe('7');
    await expectUnavailable(response);
    const metrics = await closed.registry.metrics();
    expect(metrics).toContain('purchase_workflow_starts_total{result="not_started",cause="not_taken"} 1');
    await expect.poll(async () => (await test.buy({ eventId: event.id, quantity: 2 }, once)).status).toBe(201);
  });

  it('while an inventory that Redis lost is rebuilt, never sold out or 404; then tickets are sold again', async () => {
    const event = await test.createEvent([standard(2)]);
    expect((await test.buy({ eventId: event.id, quantity: 1 })).status).toBe(201);
    await test.redis.del(...(await test.redis.keys(`*event:${event.id}*`)));
    await expectUnavailable(await test.buy({ eventId: event.id, quantity: 1 }));
    await expect.poll(async () => (await test.buy({ eventId: event.id, quantity: 1 })).status).toBe(201);
    expect((await test.buy({ eventId: event.id, quantity: 1 })).status).toBe(409);
  });

  it('instead of sold out when the inventory is of before a restart of Redis', async () => {
    const event = await test.createEvent([standard(1)]);
    expect((await test.buy({ eventId: event.id, quantity: 1 })).status).toBe(201);
    await test.redis.hset(`{${eventKey(event.id)}}:inventory`, 'run_id', 'of another life');
    await expectUnavailable(await test.buy({ eventId: event.id, quantity: 1 }));
    await expect.poll(async () => (await test.buy({ eventId: event.id, quantity: 1 })).status).toBe(409);
  });

  it('when Redis is unavailable, while events can still be read', async () => {
    const event = await test.createEvent([standard(1)]);
    const redis = createRedis({ url: `redis://${NOWHERE}`, name: 'unavailable', logger });
    const { app } = gatewayWith({ redis, pool: test.pool });
    await expectUnavailable(await buyAt(app, event.id));
    const shown = await app.request(`/api/events/${event.id}`);
    expect([shown.status, await shown.json()]).toMatchObject([200, { capacity: null, name: 'Autumn concert' }]);
    expect((await app.request('/readyz')).status).toBe(503);
    redis.disconnect();
  });

  it('when PostgreSQL is unavailable, for reads and for refusals that depend on it', async () => {
    const event = await test.createEvent([standard(0)]);
    const pool = createPool({
      url: `postgres://nobody@${NOWHERE}/none`,
      applicationName: 'unavailable',
      max: 1,
      logger,
    });
    const { app } = gatewayWith({ redis: test.redis, pool });
    await expectUnavailable(await buyAt(app, event.id));
    await expectUnavailable(await app.request('/api/events'));
    const headers = { Authorization: `Bearer ${await tokenOf('ann')}` };
    await expectUnavailable(await app.request(`/api/purchases/${randomUUID()}`, { headers }));
    await pool.end();
  });

  function gatewayWith({ redis, pool }: Pick<TestGateway, 'redis' | 'pool'>) {
    const inventory = createInventory(redis);
    return createGateway({
      pool,
      redis,
      subscriber: redis,
      inventory,
      workflows: { start: async () => ({ kind: 'unknown' }), maxReplyMs: 100, close: () => undefined },
      cancellations: createTestCancellations({ pool, inventory }),
      interventions: createTestInterventions(),
      audit: createTestAuditWorkflows(pool),
      holdClient: createTestHoldClient({ pool, inventory }),
      holdTimes: HOLD_TIMES,
      webhooks: { encryptionKey: undefined, allowLoopback: false },
      ...NO_LIMITS,
      signalWorkflow: async () => undefined,
      entryOpensBeforeS: 0,
      ticketKeys: TICKET_KEYS,
      verifyToken: createTokenVerifier({ ...TOKEN_RULES, keys: { secret: SECRET } }),
      isReady: () =>
        redis.ping().then(
          () => true,
          () => false,
        ),
      registry: new Registry(),
      reportUnreadable: () => undefined,
      purchaseWaitMs: 50,
      logger,
    });
  }

  const buyAt = async (app: TestGateway['gateway']['app'], eventId: string) =>
    app.request('/api/tickets/purchase', {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${await tokenOf('ben')}`,
        'Content-Type': 'application/json',
        'Idempotency-Key': randomUUID(),
      },
      body: JSON.stringify({ eventId, quantity: 1, payment: { method: 'pm_approve' } }),
    });
});
