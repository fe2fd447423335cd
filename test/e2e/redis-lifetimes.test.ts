import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newBuyer, startTestSystem, type TestSystem } from '../support/test-system.js';
import { until } from '../support/until.js';

const DAY_S = 86_400;

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem();
});
afterAll(() => system.close());

/** The TTL in seconds of each key whose name contains one of these texts; -1 means no TTL. */
async function lifetimes(parts: readonly string[]): Promise<Map<string, number>> {
  const left = new Map<string, number>();
  for await (const keys of system.redis.scanStream({ count: 1_000 }) as AsyncIterable<string[]>) {
    for (const key of keys) if (parts.some((part) => key.includes(part))) left.set(key, await system.redis.ttl(key));
  }
  return left;
}

const transactionOf = async (purchaseId: string): Promise<string> => {
  const { rows } = await system.pool.query<{ transaction_id: string }>(
    'select transaction_id from event_ticket_transactions where id = $1',
    [purchaseId],
  );
  return rows[0]?.transaction_id ?? 'none';
};

describe('the data of a sale in Redis', () => {
  it('has a lifetime, every key of it: 90 days from the end of the event, a day without tickets', async () => {
    const event = await system.createEvent({ total: 20 });
    const [ann, ben] = [newBuyer(), newBuyer()];
    const bought = await system.buy({ eventId: event.id, quantity: 2 }, { as: ann });
    const returned = await system.buy({ eventId: event.id, quantity: 1 }, { as: ann });
    const declined = await system.buy(
      { eventId: event.id, quantity: 1, payment: { method: 'pm_decline' } },
      { as: ben },
    );
    expect([bought.status, returned.status, declined.status]).toEqual([201, 201, 402]);
    const held = await system.call('POST', '/api/tickets/holds', {
      as: ben,
      role: 'buyer',
      body: { eventId: event.id, quantity: 2 },
      headers: { 'idempotency-key': newBuyer() },
    });
    expect(held.status).toBe(201);
    const cancelled = await system.call('POST', `/api/purchases/${returned.body.purchaseId}/cancel`, {
      as: ann,
      role: 'buyer',
    });
    expect([200, 202]).toContain(cancelled.status);
    const [sold, refused] = [bought, declined].map(({ body }) => body.purchaseId);
    const soldKey = `transaction:${await transactionOf(sold ?? '')}`;
    const refusedKey = `transaction:${await transactionOf(refused ?? '')}`;
    const parts = [`event:${event.id}`, ann, ben, sold ?? '', refused ?? '', soldKey, refusedKey];

    const afterEventS = (Date.parse('2035-01-01T22:00:00Z') - Date.now()) / 1_000 + 90 * DAY_S;
    await until(async () => {
      const left = await lifetimes(parts);
      expect([...left].filter(([, seconds]) => seconds === -1)).toEqual([]);
      for (const key of [`event:${event.id}`, `{event:${event.id}}:sales`, `event_tickets:${ann}`, soldKey]) {
        expect(Math.abs((left.get(key) ?? 0) - afterEventS)).toBeLessThan(120);
      }
      expect(left.get(refusedKey)).toBeGreaterThan(DAY_S - 120);
      expect(left.get(refusedKey)).toBeLessThanOrEqual(DAY_S);
    }, 30_000);
  });

  it('is read from PostgreSQL after it has expired', async () => {
    const event = await system.createEvent({ total: 5 });
    const ann = newBuyer();
    const bought = await system.buy({ eventId: event.id, quantity: 2 }, { as: ann });
    const transactionId = await transactionOf(bought.body.purchaseId);
    await until(async () => expect(await system.redis.exists(`event_tickets:${ann}`)).toBe(1), 10_000);
    await system.redis.del(
      `event_tickets:${ann}`,
      `transaction:${transactionId}`,
      `purchase:${bought.body.purchaseId}`,
    );
    const as = { as: ann, role: 'buyer' as const };
    expect((await system.call('GET', `/api/users/${ann}/tickets`, as)).body.tickets).toHaveLength(2);
    expect((await system.call('GET', `/api/transactions/${transactionId}`, as)).status).toBe(200);
    expect((await system.call('GET', `/api/purchases/${bought.body.purchaseId}`, as)).status).toBe(200);
    expect((await system.call('GET', `/api/events/${event.id}`, as)).status).toBe(200);
  });
});
