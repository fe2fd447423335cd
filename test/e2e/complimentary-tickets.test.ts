import { randomUUID } from 'node:crypto';
import type { Schema } from '@box-office/api-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newBuyer, paymentsOf, startTestSystem, validSerials, type TestSystem } from '../support/test-system.js';
import { until } from '../support/until.js';

let system: TestSystem;

beforeAll(async () => {
  system = await startTestSystem();
});
afterAll(() => system?.close());

/** An event whose tickets have a price and a fee. */
async function createEvent(): Promise<string> {
  const ticketTypes = [{ name: 'standard', priceMinor: 2_500, total: 5, fee: { priceMinor: 200 } }];
  return (await system.createEvent({ ticketTypes })).id;
}

async function change(eventId: string, body: Schema<'EventChanges'>): Promise<void> {
  const { response } = await system.operator.PATCH('/api/events/{id}', { params: { path: { id: eventId } }, body });
  expect(response.status).toBe(200);
}

/** A request for complimentary tickets, by an operator unless it says otherwise. */
const give = (body: object, o: { key?: string; as?: string; role?: 'buyer' | 'operator' } = {}) =>
  system.call('POST', '/api/tickets/purchase', {
    as: o.as ?? 'olga',
    role: o.role ?? 'operator',
    headers: { 'idempotency-key': o.key ?? randomUUID() },
    body: { quantity: 2, complimentary: { reason: 'guests of the band' }, ...body },
  });

describe('complimentary tickets', () => {
  it('cost nothing, take capacity, and have one line with the reason, however often they are requested', async () => {
    const [eventId, userId, key] = [await createEvent(), newBuyer(), randomUUID()];
    const given = await give({ eventId, userId }, { key });
    expect(given.status).toBe(201);
    expect(given.body).toMatchObject({ amountMinor: 0, tickets: [{ serial: 1 }, { serial: 2 }] });
    expect((await give({ eventId, userId }, { key })).body).toEqual(given.body);
    expect(await validSerials(system, eventId)).toEqual([1, 2]);
    expect(await paymentsOf(given.body.purchaseId)).toEqual({ captured: 0, refunded: 0, captures: 0 });

    const lines = await system.pool.query(
      `select actor, user_id as "userId", details ->> 'reason' as reason from audit_logs
        where purchase_id = $1 and kind = 'operator'`,
      [given.body.purchaseId],
    );
    expect(lines.rows).toEqual([{ actor: 'olga', userId, reason: 'guests of the band' }]);
    await until(async () => {
      const { rows } = await system.pool.query('select capacity from events where id = $1', [eventId]);
      expect(rows).toEqual([{ capacity: 3 }]);
    });
  });

  it('are tickets of the person for whom they are, with codes for the door', async () => {
    const [eventId, userId] = [await createEvent(), newBuyer()];
    const { body } = await give({ eventId, userId });
    const buyer = await system.buyer(userId);
    const { data } = await buyer.GET('/api/purchases/{id}/tickets', { params: { path: { id: body.purchaseId } } });
    expect(data?.tickets.map(({ code }) => code)).toEqual([expect.any(String), expect.any(String)]);
  });

  it.each([
    ['closed', { status: 'closed' }],
    ['on sale later', { saleStartsAt: '2034-01-01T00:00:00Z' }],
    ['no longer on sale', { saleEndsAt: '2020-01-01T00:00:00Z' }],
  ] as const)('are given for an event that is %s, and nothing is sold', async (_, changes) => {
    const eventId = await createEvent();
    await change(eventId, changes);
    expect((await give({ eventId })).status).toBe(201);
    expect((await system.buy({ eventId, quantity: 1 })).body.type).toContain('not-on-sale');
    expect(await validSerials(system, eventId)).toEqual([1, 2]);
  });

  it.each([
    ['cancelled', 'cancelled'],
    ['over', 'ended'],
  ])('are not given for an event that is %s', async (state, reason) => {
    const eventId = await createEvent();
    const path = { id: eventId };
    if (state === 'over') {
      await change(eventId, { startsAt: '2020-01-01T19:00:00Z', endsAt: '2020-01-01T22:00:00Z' });
    } else {
      const body = { reason: 'storm' };
      expect((await system.operator.POST('/api/events/{id}/cancel', { params: { path }, body })).response.ok).toBe(
        true,
      );
    }
    const refused = await give({ eventId });
    expect([refused.status, refused.body]).toMatchObject([409, { reason }]);
    expect(await validSerials(system, eventId)).toEqual([]);
  });

  it.each([
    ['to a buyer', { role: 'buyer', as: 'ben' } as const, {}, 403, 'forbidden'],
    ['without a reason', {}, { complimentary: { reason: ' ' } }, 422, 'invalid-request'],
    ['with a payment', {}, { payment: { method: 'pm_approve' } }, 422, 'invalid-request'],
    ['with a hold', {}, { holdId: randomUUID() }, 422, 'invalid-request'],
  ])('are refused %s', async (_, o, body, status, problem) => {
    const eventId = await createEvent();
    const refused = await give({ eventId, ...body }, o);
    expect({ status: refused.status, problem: refused.body.type.split('/').at(-1) }).toEqual({ status, problem });
    expect(await validSerials(system, eventId)).toEqual([]);
  });

  it('under the key of a purchase that is paid are another request', async () => {
    const [eventId, key] = [await createEvent(), randomUUID()];
    expect((await system.buy({ eventId, quantity: 1 }, { key, as: 'olga' })).status).toBe(201);
    const refused = await give({ eventId, quantity: 1 }, { key });
    expect(refused.body.type).toContain('idempotency-key-reused');
  });
});
