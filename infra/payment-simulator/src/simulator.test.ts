import { randomUUID } from 'node:crypto';
import { paymentKey, PaymentUnknownError } from '@box-office/payments';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AMOUNT, openSimulator, type Simulation } from './testing/simulation.js';

const REVERSED = { kind: 'declined', reason: 'card_declined', declineCode: 'reversed' };

let simulation: Simulation;
let payments: Simulation['payments'];
let patient: Simulation['patient'];

beforeAll(async () => {
  simulation = await openSimulator();
  ({ payments, patient } = simulation);
});

afterAll(() => simulation.close());

const purchase: Simulation['purchase'] = (method, amountMinor) => simulation.purchase(method, amountMinor);
const statement: Simulation['statement'] = (prefix, query) => simulation.statement(prefix, query);
const api: Simulation['api'] = (method, path, params, key) => simulation.api(method, path, params, key);

describe('a reversal', () => {
  it('gives back what its key has authorised, once, and is answered the same again', async () => {
    const p = purchase('pm_approve');
    const id = await p.authorised();
    expect([await p.reverse(), await p.reverse()]).toEqual([{ kind: 'reversed' }, { kind: 'reversed' }]);
    expect(await p.lookUp()).toMatchObject({ state: 'voided', authorisationId: id });
  });

  it('is final: an authorisation that arrives after it sets nothing aside', async () => {
    const p = purchase('pm_late_600');
    const late = p.authorise(patient);
    expect(await p.lookUp()).toEqual({ kind: 'not_found' });
    expect(await p.reverse()).toEqual({ kind: 'reversed' });
    expect(await late).toEqual(REVERSED);
    expect(await p.lookUp()).toMatchObject({ state: 'voided' });
  });

  it('works where the authorisation itself fails for good', async () => {
    const p = purchase('pm_fail_1000');
    await expect(p.authorise()).rejects.toThrow(PaymentUnknownError);
    expect(await p.reverse()).toEqual({ kind: 'reversed' });
    expect(await p.authorise()).toEqual(REVERSED);
  });

  it('of captured money says so and touches nothing', async () => {
    const p = purchase('pm_approve');
    const authorisationId = await p.authorised();
    await p.capture(authorisationId);
    expect(await p.reverse()).toEqual({ kind: 'already_captured', authorisationId });
    expect(await p.lookUp()).toMatchObject({ state: 'captured', refundedMinor: 0 });
  });

  it('fails as often as its method says of voids', async () => {
    const p = purchase('pm_void_fail_1');
    await p.authorised();
    await expect(p.reverse()).rejects.toThrow(PaymentUnknownError);
    expect(await p.reverse()).toEqual({ kind: 'reversed' });
  });
});

describe('an ordinary purchase', () => {
  it('is charged once, however often each call is repeated', async () => {
    const p = purchase('pm_approve');
    const ids = await Promise.all([p.authorised(), p.authorised(), p.authorised()]);
    expect(new Set(ids).size).toBe(1);
    const id = await p.authorised();
    expect(await p.lookUp()).toMatchObject({ state: 'authorised', capturedMinor: 0 });
    await Promise.all([p.capture(id), p.capture(id), p.capture(id, 'another key')]);
    expect(await p.capture(id)).toEqual({ kind: 'captured' });
    expect(await p.lookUp()).toEqual({
      kind: 'found',
      state: 'captured',
      authorisationId: id,
      amountMinor: AMOUNT,
      capturedMinor: AMOUNT,
      refundedMinor: 0,
    });
    const { purchases, totals } = await statement(p.purchaseId);
    expect(purchases).toHaveLength(1);
    expect(purchases[0]).toMatchObject({ captureCount: 1, capturedMinor: AMOUNT, refundedMinor: 0 });
    expect(totals).toEqual({ EUR: { capturedMinor: AMOUNT, refundedMinor: 0 } });
  });
});

describe('a decline', () => {
  it('gives its reason, the same for the same key, and no one can confirm its intent later', async () => {
    const p = purchase('pm_decline_insufficient_funds');
    const declined = { kind: 'declined', reason: 'insufficient_funds', declineCode: 'insufficient_funds' };
    expect(await p.authorise()).toEqual(declined);
    expect(await p.authorise()).toEqual(declined);
    const found = await p.lookUp();
    expect(found).toMatchObject({ state: 'declined', reason: 'insufficient_funds', capturedMinor: 0 });
    const id = found.kind === 'found' ? found.authorisationId : '';
    const confirmed = await api('POST', `/v1/payment_intents/${id}/confirm`, { payment_method: 'pm_card_visa' });
    expect(confirmed).toMatchObject({ status: 400, body: { error: { code: 'payment_intent_unexpected_state' } } });
  });

  it('tells the buyer nothing that only the bank should tell', async () => {
    const declined = { kind: 'declined', reason: 'card_declined', declineCode: 'stolen_card' };
    expect(await purchase('pm_card_visa_chargeDeclinedStolenCard').authorise()).toEqual(declined);
  });

  it('is the answer where the buyer would have to authenticate', async () => {
    const reason = 'authentication_required';
    const declined = { kind: 'declined', reason, declineCode: reason };
    expect(await purchase('pm_card_authenticationRequired').authorise()).toEqual(declined);
  });

  it('is the answer to an unknown token', async () => {
    expect(await purchase('4111-1111').authorise()).toMatchObject({
      kind: 'declined',
      reason: 'invalid_payment_method',
    });
  });
});

describe('a void', () => {
  it('is done when nothing is authorised any longer: voided before, expired, refused', async () => {
    const voided = purchase('pm_approve');
    const id = await voided.authorised();
    expect(await voided.void(id)).toEqual({ kind: 'voided' });
    expect(await voided.void(id)).toEqual({ kind: 'voided' });
    expect(await voided.void(id, 'another key')).toEqual({ kind: 'voided' });
    expect(await voided.capture(id)).toEqual({ kind: 'refused', reason: 'voided' });

    const expired = purchase('pm_expire_1');
    const expiredId = await expired.authorised();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await expired.capture(expiredId)).toEqual({ kind: 'refused', reason: 'expired' });
    expect(await expired.void(expiredId)).toEqual({ kind: 'voided' });
    expect(await expired.lookUp()).toMatchObject({ state: 'expired' });

    const refused = purchase('pm_capture_refused');
    const refusedId = await refused.authorised();
    expect(await refused.capture(refusedId)).toEqual({ kind: 'refused', reason: 'declined' });
    expect(await refused.capture(refusedId, 'another key')).toEqual({ kind: 'refused', reason: 'declined' });
    expect(await refused.void(refusedId)).toEqual({ kind: 'voided' });
    expect(await refused.lookUp()).toMatchObject({ state: 'declined', reason: 'capture_refused', capturedMinor: 0 });
  });

  it('is too late after the capture', async () => {
    const p = purchase('pm_approve');
    const id = await p.authorised();
    await p.capture(id);
    expect(await p.void(id)).toEqual({ kind: 'already_captured' });
    expect(await p.lookUp()).toMatchObject({ state: 'captured' });
  });
});

describe('a refund', () => {
  it('exists once per key, and never exceeds what was captured', async () => {
    const p = purchase('pm_approve');
    const id = await p.authorised();
    expect(await p.refund(id)).toEqual({ kind: 'refused', reason: 'not_captured' });
    await p.capture(id);
    const first = await p.refund(id, 2_000, 'a');
    expect(first).toMatchObject({ kind: 'refunded' });
    expect(await p.refund(id, 2_000, 'a')).toEqual(first);
    expect(await p.lookUp()).toMatchObject({ state: 'captured', refundedMinor: 2_000 });
    expect(await p.refund(id, AMOUNT, 'b')).toEqual({ kind: 'refused', reason: 'over_captured' });
    const second = await p.refund(id, 3_000, 'c');
    expect(second).toMatchObject({ kind: 'refunded' });
    expect(second).not.toEqual(first);
    expect(await p.refund(id, 1, 'd')).toEqual({ kind: 'refused', reason: 'over_captured' });
    expect(await p.lookUp()).toMatchObject({ state: 'refunded', capturedMinor: AMOUNT, refundedMinor: AMOUNT });
    expect(await p.capture(id)).toEqual({ kind: 'captured' });
  });
});

describe('a key', () => {
  it('belongs to one request: another body or another operation is rejected', async () => {
    const p = purchase('pm_approve');
    const id = await p.authorised();
    const key = paymentKey(p.purchaseId, 1, 'authorise');
    const other = { key, amountMinor: 1, currency: 'EUR', method: 'pm_approve', purchaseId: p.purchaseId };
    await expect(payments.authorise(other)).rejects.toMatchObject({ code: 'key_reused' });
    const reused = await api('POST', `/v1/payment_intents/${id}/capture`, {}, key);
    expect(reused).toMatchObject({ status: 400, body: { error: { type: 'idempotency_error' } } });
    expect(await p.lookUp()).toMatchObject({ state: 'authorised' });
  });

  it('that is unknown is not found, and an unknown authorisation is rejected', async () => {
    const p = purchase('pm_approve');
    expect(await p.lookUp()).toEqual({ kind: 'not_found' });
    await expect(p.capture('pi_none')).rejects.toMatchObject({ status: 404, code: 'resource_missing' });
  });
});

describe('a provider in trouble', () => {
  it('charges and then keeps silent; the same key tells', async () => {
    const p = purchase('pm_timeout_after_charge+timeout_after_capture');
    await expect(p.authorise()).rejects.toBeInstanceOf(PaymentUnknownError);
    expect(await p.lookUp()).toMatchObject({ state: 'authorised' });
    const id = await p.authorised();
    await expect(p.capture(id)).rejects.toBeInstanceOf(PaymentUnknownError);
    expect(await p.lookUp()).toMatchObject({ state: 'captured' });
    expect(await p.capture(id)).toEqual({ kind: 'captured' });
    expect((await statement(p.purchaseId)).purchases[0]).toMatchObject({ captureCount: 1, capturedMinor: AMOUNT });
  });

  it('fails so many times per key without effect, then works', async () => {
    const p = purchase('pm_fail_2+capture_fail_1+refund_fail_1');
    await expect(p.authorise()).rejects.toThrow('503');
    await expect(p.authorise()).rejects.toThrow('503');
    expect(await p.lookUp()).toEqual({ kind: 'not_found' });
    const id = await p.authorised();
    await expect(p.capture(id)).rejects.toThrow('503');
    expect(await p.capture(id)).toEqual({ kind: 'captured' });
    await expect(p.refund(id)).rejects.toThrow('503');
    expect(await p.refund(id)).toMatchObject({ kind: 'refunded' });
    const other = purchase('pm_void_fail_1');
    const otherId = await other.authorised();
    await expect(other.void(otherId)).rejects.toThrow('503');
    expect(await other.void(otherId)).toEqual({ kind: 'voided' });
  });

  it('that is slow has done its work before it answers, and a repeat waits no longer than the first call', async () => {
    const p = purchase('pm_slow_600+slow_capture_300');
    const startedAt = performance.now();
    const first = p.authorised(patient);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await p.lookUp()).toMatchObject({ state: 'authorised' });
    const repeatedAt = performance.now();
    const again = await p.authorised(patient);
    expect(performance.now() - repeatedAt).toBeLessThan(550);
    expect(await first).toBe(again);
    expect(performance.now() - startedAt).toBeGreaterThan(590);

    const capturedAt = performance.now();
    await p.capture(again);
    expect(performance.now() - capturedAt).toBeGreaterThan(290);
    const recapturedAt = performance.now();
    await p.capture(again);
    expect(performance.now() - recapturedAt).toBeLessThan(250);
  });

  it('lets an authorisation arrive after it said "not found" and after the caller gave up', async () => {
    const p = purchase('pm_late_1200');
    await expect(p.authorise()).rejects.toBeInstanceOf(PaymentUnknownError);
    expect(await p.lookUp()).toEqual({ kind: 'not_found' });
    const id = await p.authorised(patient);
    expect(await p.lookUp()).toMatchObject({ state: 'authorised', authorisationId: id });
    expect(await p.void(id)).toEqual({ kind: 'voided' });

    const abandoned = purchase('pm_late_1000');
    await expect(abandoned.authorise()).rejects.toBeInstanceOf(PaymentUnknownError);
    expect(await abandoned.lookUp()).toEqual({ kind: 'not_found' });
    await expect.poll(() => abandoned.lookUp()).toMatchObject({ state: 'authorised' });
  });
});

describe('the ledger', () => {
  it('is listed by the purchase id’s beginning, a page at a time, with totals over all pages', async () => {
    const run = randomUUID();
    for (let i = 0; i < 5; i++) {
      const purchaseId = `${run}-${i}`;
      const key = (operation: 'authorise' | 'capture') => paymentKey(purchaseId, 1, operation);
      const request = { key: key('authorise'), amountMinor: 100, currency: 'EUR', method: 'pm_approve', purchaseId };
      const result = await payments.authorise(request);
      if (result.kind === 'authorised' && i > 0) {
        await payments.capture({ key: key('capture'), authorisationId: result.authorisationId });
      }
    }
    const first = await statement(run, '&limit=3');
    expect(first).toMatchObject({ purchaseCount: 5, totals: { EUR: { capturedMinor: 400 } }, next: 3 });
    const second = await statement(run, '&limit=3&from=3');
    expect(second.next).toBeUndefined();
    expect([...first.purchases, ...second.purchases].map((each) => each.purchaseId)).toEqual(
      Array.from({ length: 5 }, (_, i) => `${run}-${i}`),
    );
    expect((await fetch(`${simulation.simulator.url}/ledger?limit=0`)).status).toBe(400);
  });
});

describe('the provider statement', () => {
  /** Everything that moved after a position, page by page. */
  async function readAfter(position: string | null): Promise<{ ids: string[]; position: string }> {
    const ids: string[] = [];
    for (let after = position; ;) {
      const page = await patient.statement({ after });
      ids.push(...page.purchases.map(({ purchaseId }) => purchaseId));
      after = page.position;
      if (page.isLast) return { ids, position: page.position };
    }
  }

  it('tells of each purchase that moved, in the order in which it moved, and of nothing twice', async () => {
    const { position } = await readAfter(null);
    const made = Array.from({ length: 130 }, () => purchase('pm_approve'));
    const ids = made.map(({ purchaseId }) => purchaseId);
    const authorised: string[] = [];
    for (const one of made) authorised.push(await one.authorised());
    const first = await readAfter(position);
    expect(first.ids).toEqual(ids);
    await made[5]?.capture(authorised[5] ?? '');
    const second = await readAfter(first.position);
    expect(second.ids).toEqual([ids[5]]);
    await made[5]?.refund(authorised[5] ?? '', 100);
    const page = await patient.statement({ after: second.position });
    expect(page.purchases).toMatchObject([
      { purchaseId: ids[5], authorisations: [{ state: 'captured', capturedMinor: AMOUNT, refundedMinor: 100 }] },
    ]);
  });

  it('shows the named purchases that it knows, by time and by authorisation', async () => {
    const one = purchase('pm_approve');
    const authorisationId = await one.authorised();
    await one.capture(authorisationId);
    const captured = {
      key: paymentKey(one.purchaseId, 1, 'authorise'),
      authorisationId,
      state: 'captured',
      amountMinor: AMOUNT,
      capturedMinor: AMOUNT,
      refundedMinor: 0,
      currency: 'EUR',
    };
    const entry = { purchaseId: one.purchaseId, authorisations: [captured] };
    const unknown = { purchaseId: randomUUID(), authorisationIds: ['pi_none'], since: null };
    const byTime = { purchaseId: one.purchaseId, authorisationIds: [], since: new Date() };
    expect(await patient.readPurchases([byTime, unknown])).toEqual([entry]);
    const byId = { ...byTime, authorisationIds: [authorisationId], since: null };
    expect(await patient.readPurchases([byId, unknown])).toEqual([entry]);
  });

  it.each(['evt_999999999_0', '17'])('starts at the beginning after %s, which it never reached', async (after) => {
    expect((await patient.statement({ after })).purchases.length).toBeGreaterThan(0);
  });
});
