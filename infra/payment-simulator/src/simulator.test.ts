import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createStripePayments,
  paymentKey,
  PaymentRequestError,
  PaymentUnknownError,
  simulatorSettings,
  STRIPE_API_VERSION,
} from '@box-office/payments';
import type { StripePayments } from '@box-office/payments';
import { createLogger } from '@box-office/platform';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ledgerStatement } from './ledger-statement.js';
import type { LedgerStatement } from './ledger-statement.js';
import { startSimulator } from './server.js';
import type { Simulator } from './server.js';

/** Of the client that gives up soon; a second one is patient. */
const TIMEOUT_MS = 400;
const AMOUNT = 5_000;
const REVERSED = { kind: 'declined', reason: 'card_declined', declineCode: 'reversed' };

let folder = '';
let simulator: Simulator;
let payments: StripePayments;
let patient: StripePayments;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'simulator-'));
  simulator = await startSimulator({
    host: '127.0.0.1',
    port: 0,
    ledgerFile: join(folder, 'ledger.jsonl'),
    logger: createLogger({ service: 'test', level: 'silent' }),
    onFailure: (error) => {
      throw error;
    },
  });
  payments = createStripePayments({ ...simulatorSettings(simulator.url), timeoutMs: TIMEOUT_MS });
  patient = createStripePayments(simulatorSettings(simulator.url));
});

afterAll(async () => {
  payments.close();
  patient.close();
  await simulator.close();
  await rm(folder, { recursive: true });
});

/** One purchase's calls, with its keys. */
function purchase(method: string, amountMinor = AMOUNT) {
  const purchaseId = randomUUID();
  const authoriseKey = paymentKey(purchaseId, 1, 'authorise');
  const request = { key: authoriseKey, amountMinor, currency: 'EUR', method, purchaseId, eventId: '1', attempt: 1 };
  const authorise = (by = payments, more: { askedAt?: Date } = {}) => by.authorise({ ...request, ...more });
  return {
    purchaseId,
    authorise,
    authorised: async (by = payments): Promise<string> => {
      const result = await authorise(by);
      if (result.kind !== 'authorised') throw new Error(result.reason);
      return result.authorisationId;
    },
    capture: (authorisationId: string, key = paymentKey(purchaseId, 1, 'capture')) =>
      payments.capture({ key, authorisationId }),
    void: (authorisationId: string, key = paymentKey(purchaseId, 1, 'void')) => payments.void({ key, authorisationId }),
    refund: (authorisationId: string, amount = amountMinor, key = paymentKey(purchaseId, 1, 'refund')) =>
      payments.refund({ key, authorisationId, amountMinor: amount }),
    lookUp: () => payments.lookUp({ authoriseKey }),
    reverse: (by = payments, more: { askedAt?: Date } = {}) => by.reverse({ ...request, ...more }),
  };
}

const minutesAgo = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);

async function statement(prefix: string, query = ''): Promise<LedgerStatement> {
  const response = await fetch(`${simulator.url}/ledger?purchase=${prefix}${query}`);
  return ledgerStatement.parse(await response.json());
}

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

/** A request to the API as it is on the wire. */
async function api(method: 'GET' | 'POST', path: string, params: Record<string, string>, key: string = randomUUID()) {
  const form = new URLSearchParams(params).toString();
  const response = await fetch(`${simulator.url}${path}${method === 'GET' ? `?${form}` : ''}`, {
    method,
    headers: {
      authorization: 'Bearer sk_test_simulator',
      'stripe-version': STRIPE_API_VERSION,
      'idempotency-key': key,
      'content-type': 'application/x-www-form-urlencoded',
    },
    ...(method === 'POST' && { body: form }),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as unknown };
}

const RIGHT = {
  ...{ amount: '500', currency: 'eur', capture_method: 'manual', confirm: 'true', payment_method: 'pm_card_visa' },
  ...{ 'automatic_payment_methods[enabled]': 'true', 'automatic_payment_methods[allow_redirects]': 'never' },
};

describe('a request that is wrong', () => {
  it.each([
    ['a fraction of a cent', { amount: '0.5' }, 'amount'],
    ['a negative amount', { amount: '-1' }, 'amount'],
    ['nothing', { amount: '0' }, 'amount'],
    ['a currency that is none', { currency: 'xxx' }, 'currency'],
    ['an amount that the currency does not have', { amount: '5124', currency: 'kwd' }, 'amount'],
    ['a parameter that does not exist', { colour: 'red' }, 'colour'],
    ['a payment method that does not exist', { payment_method: 'pm_none' }, 'payment_method'],
  ])('is rejected, and its key is free: %s', async (_, wrong, param) => {
    const key = randomUUID();
    const answer = await api('POST', '/v1/payment_intents', { ...RIGHT, ...wrong }, key);
    expect(answer).toMatchObject({ status: 400, body: { error: { type: 'invalid_request_error', param } } });
    expect((await api('POST', '/v1/payment_intents', RIGHT, key)).status).toBe(200);
  });

  it('is rejected without a test key, with another version and when it is too large', async () => {
    const post = async (headers: Record<string, string>, body = ''): Promise<number> =>
      (await fetch(`${simulator.url}/v1/payment_intents`, { method: 'POST', headers, body })).status;
    const authorization = 'Bearer sk_test_1';
    expect(await post({})).toBe(401);
    expect(await post({ authorization: 'Bearer sk_live_1' })).toBe(401);
    expect(await post({ authorization, 'stripe-version': '2020-01-01' })).toBe(400);
    expect(await post({ authorization }, 'x'.repeat(20_000))).toBe(413);
  });
});

describe('an idempotency key', () => {
  it('replays the first answer with the state as it was, and says so', async () => {
    const key = randomUUID();
    const first = await api('POST', '/v1/payment_intents', RIGHT, key);
    const { id } = first.body as { id: string };
    await api('POST', `/v1/payment_intents/${id}/cancel`, {});
    const again = await api('POST', '/v1/payment_intents', RIGHT, key);
    expect(again.body).toEqual(first.body);
    expect([first, again].map(({ headers }) => headers.get('idempotent-replayed'))).toEqual([null, 'true']);
  });

  it('is in use while its first request is in progress', async () => {
    const key = randomUUID();
    const slow = { ...RIGHT, payment_method: 'pm_slow_500' };
    const first = api('POST', '/v1/payment_intents', slow, key);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const meanwhile = await api('POST', '/v1/payment_intents', slow, key);
    expect(meanwhile).toMatchObject({ status: 409, body: { error: { code: 'idempotency_key_in_use' } } });
    expect((await first).status).toBe(200);
  });
});

describe('an error 500, which its key replays', () => {
  it('of an authorisation that took effect: the intent is found', async () => {
    const p = purchase('pm_error_500_after_charge');
    await expect(p.authorise()).rejects.toBeInstanceOf(PaymentUnknownError);
    const id = await p.authorised();
    expect(await p.lookUp()).toMatchObject({ state: 'authorised', authorisationId: id });
    expect(await p.reverse()).toEqual({ kind: 'reversed' });
    expect((await statement(p.purchaseId)).purchases[0]?.authorisations).toHaveLength(1);
  });

  it('of an authorisation without effect: nothing is concluded until the lists can be trusted', async () => {
    const p = purchase('pm_error_500_before_charge');
    await expect(p.authorise()).rejects.toBeInstanceOf(PaymentUnknownError);
    await expect(p.authorise()).rejects.toBeInstanceOf(PaymentUnknownError);
    await expect(p.reverse()).rejects.toBeInstanceOf(PaymentUnknownError);
    const askedAt = minutesAgo(15);
    expect(await p.authorise(payments, { askedAt })).toMatchObject({ kind: 'declined', reason: 'processing_error' });
    expect(await p.reverse(payments, { askedAt })).toEqual({ kind: 'reversed' });
  });

  it.each(['pm_error_500_before_capture', 'pm_error_500_after_capture'])('of a capture: %s', async (method) => {
    const p = purchase(method);
    const id = await p.authorised();
    await expect(p.capture(id)).rejects.toBeInstanceOf(PaymentUnknownError);
    expect(await p.capture(id)).toEqual({ kind: 'captured' });
    expect((await statement(p.purchaseId)).purchases[0]?.captureCount).toBe(1);
  });

  it('of a void and of a refund that took effect: the state says so', async () => {
    const voided = purchase('pm_error_500_after_void');
    const voidedId = await voided.authorised();
    await expect(voided.void(voidedId)).rejects.toBeInstanceOf(PaymentUnknownError);
    expect(await voided.void(voidedId)).toEqual({ kind: 'voided' });

    const refunded = purchase('pm_error_500_after_refund');
    const id = await refunded.authorised();
    await refunded.capture(id);
    await expect(refunded.refund(id, 1_000)).rejects.toBeInstanceOf(PaymentUnknownError);
    expect(await refunded.refund(id, 1_000)).toMatchObject({ kind: 'refunded' });
    expect(await refunded.lookUp()).toMatchObject({ refundedMinor: 1_000 });
  });
});

describe('a key that the provider has forgotten', () => {
  it('is not trusted: an authorisation of yesterday is looked for, and not made again', async () => {
    const p = purchase('pm_approve');
    const id = await p.authorised();
    const askedAt = minutesAgo(24 * 60);
    // Another key stands for one that was forgotten: sent again, it would authorise a second time.
    expect(await p.authorise(payments, { askedAt })).toEqual({ kind: 'authorised', authorisationId: id });
    expect(await p.reverse(payments, { askedAt })).toEqual({ kind: 'reversed' });
    expect(await p.lookUp()).toMatchObject({ state: 'voided' });
  });

  it('is not trusted: a refund is looked for among the refunds of its intent', async () => {
    const p = purchase('pm_approve');
    const id = await p.authorised();
    await p.capture(id);
    const metadata = { 'metadata[key]': paymentKey(p.purchaseId, 1, 'refund') };
    const made = await api('POST', '/v1/refunds', { payment_intent: id, amount: '1000', ...metadata });
    const { id: refundId } = made.body as { id: string };
    expect(await p.refund(id, 1_000)).toEqual({ kind: 'refunded', refundId });
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
    await expect.poll(() => abandoned.lookUp(), { timeout: 5_000 }).toMatchObject({ state: 'authorised' });
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
    expect((await fetch(`${simulator.url}/ledger?limit=0`)).status).toBe(400);
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
    const entry = {
      purchaseId: one.purchaseId,
      authorisations: [
        {
          key: paymentKey(one.purchaseId, 1, 'authorise'),
          authorisationId,
          state: 'captured',
          ...{ amountMinor: AMOUNT, capturedMinor: AMOUNT, refundedMinor: 0, currency: 'EUR' },
        },
      ],
    };
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
