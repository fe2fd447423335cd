import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newBuyer, paymentsOf, validSerials } from '../support/test-system.js';
import { until } from '../support/until.js';
import {
  AUTHENTICATED,
  openAuthenticationFixture,
  RETURN_URL,
  type AuthenticationFixture,
} from './authentication-fixture.js';

let fixture: AuthenticationFixture;

const NO_MONEY = { captured: 0, refunded: 0, captures: 0 };
const PAID = { captured: 2_500, refunded: 0, captures: 1 };

describe('a purchase whose buyer has to authenticate', () => {
  beforeAll(async () => {
    fixture = await openAuthenticationFixture();
  });
  afterAll(() => fixture.close());

  it('says what to do and until when, keeps the ticket meanwhile, and is sold with one authorisation and one capture', async () => {
    const waiting = await fixture.begin();
    const { purchaseId, eventId, action } = waiting;
    const minutes = (Date.parse(action.until) - Date.now()) / 60_000;
    expect(minutes).toBeGreaterThan(9);
    expect(minutes).toBeLessThanOrEqual(10);
    expect(await fixture.show(waiting)).toMatchObject({ status: 'open', nextAction: action });
    const repeat = await fixture.buy(waiting);
    expect([repeat.status, repeat.body]).toEqual([202, expect.objectContaining({ purchaseId, nextAction: action })]);
    expect(await fixture.availableOf(eventId)).toBe(1);
    expect(await paymentsOf(purchaseId)).toEqual(NO_MONEY);

    const back = await fixture.act(waiting, 'complete');
    expect(back.href).toContain(`${RETURN_URL}&payment_intent=`);
    expect(back.searchParams.get('redirect_status')).toBe('succeeded');
    const checkedMs = Date.now();
    expect((await fixture.checkPayment(waiting)).status).toBe(200);
    const sold = await fixture.expectStatus(waiting, 'confirmed');
    expect(Date.now() - checkedMs).toBeLessThan(2_000);
    expect([sold.amountMinor, sold.nextAction]).toEqual([2_500, undefined]);
    expect((await fixture.buy(waiting)).status).toBe(201);
    expect(await paymentsOf(purchaseId)).toEqual(PAID);
    expect(await fixture.statesOf(purchaseId)).toEqual(['captured']);
    await fixture.expectEnded(purchaseId);
  });

  it('is sold without any webhook and without the return of the buyer: it looks by itself', async () => {
    const waiting = await fixture.begin();
    await fixture.act(waiting, 'complete');
    await fixture.expectStatus(waiting, 'confirmed', 20_000);
    expect(await paymentsOf(waiting.purchaseId)).toEqual(PAID);
    await fixture.expectEnded(waiting.purchaseId);
  });

  it.each([
    ['fails the authentication', AUTHENTICATED, 'fail', 'payment_intent_authentication_failure'],
    ['is declined after it', `${AUTHENTICATED}+decline_insufficient_funds`, 'complete', 'insufficient_funds'],
  ] as const)('whose buyer %s is declined, and another buyer gets the ticket', async (_, method, result, reason) => {
    const { id: eventId } = await fixture.system.createEvent({ total: 1 });
    const waiting = await fixture.begin({ method, eventId });
    expect((await fixture.system.buy({ eventId, quantity: 1 })).status).toBe(409);
    expect((await fixture.act(waiting, result)).searchParams.get('redirect_status')).toBe('failed');
    await fixture.checkPayment(waiting);
    const declined = await fixture.expectStatus(waiting, 'declined');
    expect(declined.problem).toMatchObject({ type: '/problems/payment-declined', reason });
    expect(await paymentsOf(waiting.purchaseId)).toEqual(NO_MONEY);
    // The intent is cancelled, so that its client secret confirms nothing later.
    expect(await fixture.statesOf(waiting.purchaseId)).toEqual(['declined']);
    await fixture.expectEnded(waiting.purchaseId);
    expect((await fixture.system.buy({ eventId, quantity: 1 })).status).toBe(201);
  });

  it('returns the tickets to the hold that it was made from', async () => {
    const { id: eventId } = await fixture.system.createEvent({ total: 2 });
    const as = newBuyer();
    const headers = { 'idempotency-key': randomUUID() };
    const body = { eventId, quantity: 2 };
    const held = await fixture.system.call('POST', '/api/tickets/holds', { as, role: 'buyer', headers, body });
    const { holdId } = held.body as unknown as { holdId: string };
    const waiting = await fixture.begin({ eventId, holdId, as });
    await fixture.act(waiting, 'fail');
    await fixture.expectStatus(waiting, 'declined');
    expect(await fixture.availableOf(eventId)).toBe(0);
    const bought = await fixture.system.buy({ eventId, holdId }, { as });
    expect([bought.status, await validSerials(fixture.system, eventId)]).toEqual([201, [1, 2]]);
  });

  it('is undone at once when it is cancelled meanwhile', async () => {
    const waiting = await fixture.begin();
    const path = `/api/purchases/${waiting.purchaseId}/cancel`;
    await fixture.system.call('POST', path, { as: waiting.as, role: 'buyer' });
    await fixture.expectStatus(waiting, 'undone', 2_000);
    expect(await fixture.statesOf(waiting.purchaseId)).toEqual(['voided']);
    expect(await fixture.availableOf(waiting.eventId)).toBe(2);
    await fixture.expectEnded(waiting.purchaseId);
  });

  it('leaves its batch: the others of the batch are sold meanwhile', async () => {
    const { id: eventId } = await fixture.system.createEvent({ total: 60 });
    const ordinary = Array.from({ length: 30 }, () => fixture.system.buy({ eventId, quantity: 1 }));
    const waiting = await Promise.all(Array.from({ length: 10 }, () => fixture.begin({ eventId })));
    expect(new Set((await Promise.all(ordinary)).map(({ status }) => status))).toEqual(new Set([201]));
    await Promise.all(waiting.map((one) => fixture.act(one, 'complete')));
    for (const one of waiting) await fixture.expectStatus(one, 'confirmed', 30_000);
    for (const { purchaseId } of waiting) {
      expect(await paymentsOf(purchaseId)).toEqual(PAID);
      await fixture.expectEnded(purchaseId);
    }
    expect(await validSerials(fixture.system, eventId)).toHaveLength(40);
  });

  it('is refused where the buyer could not return: another origin, or none', async () => {
    const { id: eventId } = await fixture.system.createEvent({ total: 1 });
    const payment = { method: AUTHENTICATED };
    const other = { ...payment, returnUrl: 'https://evil.example/' };
    const refused = await fixture.system.buy({ eventId, quantity: 1, payment: other });
    expect([refused.status, refused.body.type]).toEqual([422, '/problems/invalid-request']);
    const declined = await fixture.system.buy({ eventId, quantity: 1, payment });
    expect(declined).toMatchObject({ status: 402, body: { reason: 'authentication_required' } });
  });
});

describe('a purchase whose buyer never authenticates', () => {
  beforeAll(async () => {
    fixture = await openAuthenticationFixture({ AUTHENTICATION_TIMEOUT_MS: '4000' });
  });
  afterAll(() => fixture.close());

  it('is declined at the deadline: its intent is cancelled, its capacity is back, and no workflow is left', async () => {
    const waiting = await fixture.begin();
    const declined = await fixture.expectStatus(waiting, 'declined', 15_000);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(waiting.action.until));
    expect(declined.problem).toMatchObject({ reason: 'authentication_timed_out' });
    expect(await fixture.statesOf(waiting.purchaseId)).toEqual(['voided']);
    await until(async () => expect(await fixture.availableOf(waiting.eventId)).toBe(2));
    await fixture.expectEnded(waiting.purchaseId);
    // What the buyer does now has no effect.
    const page = await fetch(waiting.action.url, { redirect: 'manual' });
    expect(page.headers.get('location')).toContain('redirect_status=failed');
    expect((await fixture.buy(waiting)).status).toBe(402);
  });
});

describe('kill -9 of the worker while a purchase waits for its buyer', () => {
  beforeAll(async () => {
    fixture = await openAuthenticationFixture({ PURCHASE_WORKER: 'off' });
  });
  afterAll(() => fixture.close());

  it('loses nothing: the purchase is sold after the restart, and paid once', async () => {
    const waiting = await fixture.begin();
    const [worker] = fixture.system.services.worker;
    await worker?.kill('SIGKILL');
    await fixture.act(waiting, 'complete');
    await sleep(1_000);
    await worker?.restart();
    await fixture.expectStatus(waiting, 'confirmed', 60_000);
    expect(await paymentsOf(waiting.purchaseId)).toEqual(PAID);
    await fixture.expectEnded(waiting.purchaseId);
  });
});
