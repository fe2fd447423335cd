import { randomUUID } from 'node:crypto';
import { type Ticket, purchaseKey, type IdempotencyRecord, type PurchaseOutcome } from '@box-office/contract';
import { cancellationIdOf, purchaseIdOf } from '@box-office/contract/derive';
import { claimCancellation } from '@box-office/database';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestGateway, standard, tokenOf, type TestGateway } from '../testing/gateway.js';
import { signal } from '../testing/signal.js';

describe('POST /api/purchases/{id}/cancel', () => {
  let test: TestGateway;
  let ann: string;
  let operator: string;

  beforeAll(async () => {
    test = await openTestGateway();
    ann = await tokenOf('ann');
    operator = await tokenOf('op', { role: 'operator' });
  });
  afterAll(() => test.close());
  beforeEach(() => {
    test.cancellations.behaviour = 'carried_out';
    test.cancellations.starts.length = 0;
  });

  async function bought(quantity: number, more: object = {}) {
    const event = await test.createEvent([standard(10)], more);
    const response = await test.buy({ eventId: event.id, quantity }, { token: ann });
    expect(response.status).toBe(201);
    const purchase = (await response.json()) as { purchaseId: string; tickets: Ticket[] };
    return { ...purchase, eventId: event.id, ids: purchase.tickets.map(({ ticketId }) => ticketId) };
  }

  const cancel = (purchaseId: string, o: { body?: unknown; token?: string } = {}) =>
    test.request('POST', `/api/purchases/${purchaseId}/cancel`, { token: ann, ...o });
  const answerOf = async (response: Response | Promise<Response>) => {
    const { status, headers, ...rest } = await response;
    void rest;
    return { status, headers, body: (await (await response).json()) as Record<string, unknown> };
  };
  const past = '2020-01-01T00:00:00Z';

  it('200 with what is refunded, and the same however often it is repeated, with a body or without', async () => {
    const { purchaseId, tickets, eventId } = await bought(2);
    const first = await answerOf(cancel(purchaseId));
    expect(first).toMatchObject({
      status: 200,
      body: { purchaseId, status: 'cancelled', refundedMinor: 9_000, currency: 'EUR', tickets },
    });
    const again = await answerOf(cancel(purchaseId, { body: { reason: 'again' } }));
    expect(again.body).toEqual(first.body);
    expect(test.cancellations.starts).toHaveLength(1);

    const shown = await answerOf(test.request('GET', `/api/purchases/${purchaseId}`, { token: ann }));
    expect(shown.body).toMatchObject({ status: 'cancelled', tickets: [] });
    const event = await answerOf(test.request('GET', `/api/events/${eventId}`));
    expect(event.body).toMatchObject({ capacity: 10 });
  });

  it('200 for some of the tickets, and then for the rest', async () => {
    const { purchaseId, ids, tickets } = await bought(3);
    const part = await answerOf(cancel(purchaseId, { body: { tickets: [ids[1], ids[1]?.toUpperCase()] } }));
    expect(part).toMatchObject({ status: 200, body: { refundedMinor: 4_500, tickets: [tickets[1]] } });
    const rest = await answerOf(cancel(purchaseId));
    expect(rest).toMatchObject({ status: 200, body: { refundedMinor: 9_000, purchaseStatus: 'cancelled' } });
    expect(await answerOf(cancel(purchaseId, { body: { tickets: [ids[0]] } }))).toMatchObject({
      status: 409,
      body: { type: '/problems/nothing-to-cancel' },
    });
  });

  it('shows first what it refunds by the rules of the event, and refunds that or nothing', async () => {
    const refundRules = { keepsFees: true, withheldPpm: 100_000 };
    const { purchaseId, ids } = await bought(2, { refundRules, purchaseFee: { priceMinor: 200 } });
    const refundOf = (o: { token?: string; query?: string } = {}) =>
      answerOf(test.request('GET', `/api/purchases/${purchaseId}/refund${o.query ?? ''}`, { token: o.token ?? ann }));
    const one = await refundOf({ query: `?tickets=${ids[0]}` });
    expect(one).toMatchObject({
      status: 200,
      body: { tickets: [{ priceMinor: 4_500, withheldMinor: 450 }], keptFeesMinor: 0, refundMinor: 4_050 },
    });
    const all = {
      pricesMinor: 9_000,
      withheldMinor: 900,
      returnedFeesMinor: 0,
      keptFeesMinor: 200,
      refundMinor: 8_100,
    };
    expect((await refundOf()).body).toMatchObject(all);
    expect((await refundOf({ token: operator })).body).toMatchObject({ withheldMinor: 0, refundMinor: 9_200 });

    const wrong = await answerOf(cancel(purchaseId, { body: { expectedRefundMinor: 9_200 } }));
    expect(wrong).toMatchObject({ status: 409, body: { type: '/problems/refund-changed', amountMinor: 8_100 } });
    const right = await answerOf(cancel(purchaseId, { body: { tickets: [ids[0]], expectedRefundMinor: 4_050 } }));
    expect(right).toMatchObject({ status: 200, body: { refundedMinor: 4_050, purchaseStatus: 'confirmed' } });
    expect((await refundOf({ query: `?tickets=${ids[0]}` })).body).toMatchObject({
      type: '/problems/nothing-to-cancel',
    });
    expect((await refundOf({ query: `?tickets=${randomUUID()}` })).status).toBe(422);
    expect((await refundOf({ query: '?tickets=a' })).status).toBe(422);
    expect((await refundOf({ token: await tokenOf('ben') })).status).toBe(404);
  });

  it('200 by an operator for any buyer, also after the time limit', async () => {
    const { purchaseId } = await bought(1, { cancellableUntil: past });
    expect(await answerOf(cancel(purchaseId))).toMatchObject({
      status: 409,
      body: { type: '/problems/cancellation-too-late', until: '2020-01-01T00:00:00.000Z' },
    });
    expect((await cancel(purchaseId, { token: operator })).status).toBe(200);
    expect((await cancel(purchaseId)).status).toBe(200);
  });

  it('409 after the start of an event that says nothing else', async () => {
    const { purchaseId } = await bought(1, { startsAt: past });
    expect((await answerOf(cancel(purchaseId))).body).toMatchObject({ type: '/problems/cancellation-too-late' });
  });

  it('202 with its address while it is in progress, before PostgreSQL has it', async () => {
    const { purchaseId } = await bought(1);
    const hasty = test.another({ waitMs: 300 });
    hasty.cancellations.behaviour = 'never_run';
    const path = `/api/purchases/${purchaseId}/cancel`;
    const accepted = await answerOf(hasty.request('POST', path, { token: ann }));
    const location = accepted.headers.get('location') ?? '';
    expect(accepted).toMatchObject({ status: 202, body: { purchaseId, status: 'requested' } });
    const show = (token: string) => answerOf(hasty.request('GET', location, { token }));
    expect(await show(ann)).toMatchObject({ status: 200, body: { purchaseId, status: 'requested' } });
    expect((await show(await tokenOf('ben'))).status).toBe(404);

    expect((await cancel(purchaseId)).status).toBe(200);
    expect(await show(operator)).toMatchObject({ status: 200, body: { status: 'cancelled', refundedMinor: 4_500 } });
    expect((await show(await tokenOf('ben'))).status).toBe(404);
  });

  it('409 for money that went back already when the same cancellation refunds it', async () => {
    const refused = { status: 409, body: { type: '/problems/already-refunding' } };
    const returned = (purchaseId: string, returnedBy: string) =>
      answerOf(cancel(purchaseId, { token: operator, body: { returnedBy } }));
    const waiting = await bought(1);
    const hasty = test.another({ waitMs: 0 });
    hasty.cancellations.behaviour = 'never_run';
    const path = `/api/purchases/${waiting.purchaseId}/cancel`;
    expect((await hasty.request('POST', path, { token: ann })).status).toBe(202);
    const body = { returnedBy: 're_1' };
    expect(await answerOf(hasty.request('POST', path, { token: operator, body }))).toMatchObject(refused);

    const { purchaseId, eventId } = await bought(1);
    const [request] = hasty.cancellations.starts;
    if (!request) throw new Error('no cancellation was started');
    const cancellationId = cancellationIdOf(purchaseId, null);
    await claimCancellation(test.pool, { ...request, cancellationId, purchaseId, eventId });
    expect(await returned(purchaseId, 're_1')).toMatchObject(refused);
    expect((await cancel(purchaseId)).status).toBe(200);
    expect(await returned(purchaseId, 're_1')).toMatchObject(refused);

    const said = await bought(1);
    for (const by of ['re_2', 're_2']) expect((await returned(said.purchaseId, by)).status).toBe(200);
    expect(await returned(said.purchaseId, 're_3')).toMatchObject(refused);
    expect((await cancel(said.purchaseId)).status).toBe(200);
  });

  it('404 for an unknown purchase, or that is not the caller’s', async () => {
    const { purchaseId } = await bought(1);
    for (const id of [randomUUID(), 'nonsense']) expect((await cancel(id)).status).toBe(404);
    const ben = await answerOf(cancel(purchaseId, { token: await tokenOf('ben') }));
    expect(ben).toMatchObject({ status: 404, body: { type: '/problems/unknown-purchase' } });
    expect((await test.request('POST', `/api/purchases/${purchaseId}/cancel`)).status).toBe(401);
    expect((await test.request('GET', `/api/cancellations/${randomUUID()}`, { token: ann })).status).toBe(404);
  });

  it('409 for a purchase that sold nothing', async () => {
    const event = await test.createEvent([standard(10)]);
    const body = { eventId: event.id, quantity: 1, payment: { method: 'pm_decline' } };
    const declined = (await (await test.buy(body, { token: ann })).json()) as { purchaseId: string };
    const soldOut = await test.createEvent([standard(0)]);
    const refused = await test.buy({ eventId: soldOut.id, quantity: 1 }, { token: ann });
    const { purchaseId } = (await refused.json()) as { purchaseId: string };
    for (const id of [declined.purchaseId, purchaseId]) {
      expect(await answerOf(cancel(id))).toMatchObject({ status: 409, body: { type: '/problems/nothing-to-cancel' } });
    }
    expect(test.cancellations.starts).toEqual([]);
  });

  it('422 for tickets of another purchase, and for a body that makes no sense', async () => {
    const { purchaseId, ids } = await bought(1);
    const foreign = randomUUID();
    expect(await answerOf(cancel(purchaseId, { body: { tickets: [ids[0], foreign] } }))).toMatchObject({
      status: 422,
      body: { type: '/problems/unknown-ticket', tickets: [foreign] },
    });
    for (const body of [
      { reason: 'nul \0' },
      { reason: 'half \ud83c' },
      { tickets: [] },
      { tickets: ['a'] },
      { reason: 'x'.repeat(501) },
      { other: 1 },
      '{',
    ]) {
      expect((await cancel(purchaseId, { body })).status).toBe(422);
    }
  });

  it('503 when its workflow cannot be started, with nothing changed', async () => {
    const { purchaseId } = await bought(1);
    test.cancellations.behaviour = 'not_started';
    const answer = await answerOf(cancel(purchaseId));
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    test.cancellations.behaviour = 'carried_out';
    expect((await cancel(purchaseId)).status).toBe(200);
  });

  it('stops a purchase that was admitted and that no workflow has claimed yet: its key gets that answer permanently', async () => {
    const event = await test.createEvent([standard(10)]);
    const key = randomUUID();
    const purchaseId = purchaseIdOf('POST /api/tickets/purchase', 'ann', key);
    // A gateway died right after its admission; its record is past its deadline.
    const body = { eventId: event.id, quantity: 1 };
    const probe = await test.buy(body, { token: ann, key: randomUUID() });
    const other = (await probe.json()) as { purchaseId: string };
    const { fingerprint } = JSON.parse(
      (await test.redis.get(purchaseKey(other.purchaseId))) ?? '',
    ) as IdempotencyRecord<PurchaseOutcome>;
    const record: IdempotencyRecord<PurchaseOutcome> = {
      fingerprint,
      userId: 'ann',
      eventId: event.id,
      state: 'admitted',
      deadlineMs: Date.now() - 1,
      gateway: 'gone',
    };
    await test.redis.set(purchaseKey(purchaseId), JSON.stringify(record));

    const partial = await answerOf(cancel(purchaseId, { body: { tickets: [randomUUID()] } }));
    expect(partial).toMatchObject({ status: 409, body: { type: '/problems/purchase-open' } });
    expect(await answerOf(cancel(purchaseId))).toMatchObject({
      status: 200,
      body: { status: 'cancelled', tickets: [], refundedMinor: 0, purchaseStatus: 'undone' },
    });
    const bought = await answerOf(test.buy(body, { token: ann, key }));
    expect(bought).toMatchObject({ status: 409, body: { type: '/problems/purchase-cancelled' } });
  });

  it('and a gateway that is refusing its purchase give the key one outcome', async () => {
    const event = await test.createEvent([standard(1)]);
    expect((await test.buy({ eventId: event.id, quantity: 1 })).status).toBe(201);
    const [notFound, cancelled] = [signal(), signal()];
    const query = async (statement: pg.QueryConfig): Promise<unknown> => {
      const result = await test.pool.query(statement);
      if (statement.name !== 'find-purchases') return result;
      notFound.give();
      await cancelled.given;
      return result;
    };
    const pool = Object.create(test.pool, { query: { value: query } }) as typeof test.pool;
    const [key, body] = [randomUUID(), { eventId: event.id, quantity: 1 }];
    const answer = test.another({}, { pool }).buy(body, { token: ann, key });
    await notFound.given;
    expect((await cancel(purchaseIdOf('POST /api/tickets/purchase', 'ann', key))).status).toBe(200);
    cancelled.give();
    const outcome = { status: 409, body: { type: '/problems/purchase-cancelled' } };
    expect(await answerOf(answer)).toMatchObject(outcome);
    expect(await answerOf(test.buy(body, { token: ann, key }))).toMatchObject(outcome);
  });
});
