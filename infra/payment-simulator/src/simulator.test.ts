import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHttpPayments, paymentKey, PaymentRequestError, PaymentUnknownError } from '@box-office/payments';
import type { HttpPayments } from '@box-office/payments';
import { ledgerStatement } from '@box-office/payments/wire';
import type { LedgerStatement } from '@box-office/payments/wire';
import { createLogger } from '@box-office/platform';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSimulator } from './server.js';
import type { Simulator } from './server.js';

/** Of the client that gives up soon; a second one is patient. */
const TIMEOUT_MS = 400;
const AMOUNT = 5_000;

let folder = '';
let simulator: Simulator;
let payments: HttpPayments;
let patient: HttpPayments;

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
  payments = createHttpPayments({ url: simulator.url, timeoutMs: TIMEOUT_MS });
  patient = createHttpPayments({ url: simulator.url });
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
  const authorise = (by = payments) =>
    by.authorise({ key: authoriseKey, amountMinor, currency: 'EUR', method, purchaseId });
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
    reverse: (by = payments) => by.reverse({ key: authoriseKey, amountMinor, currency: 'EUR', method, purchaseId }),
  };
}

async function statement(prefix: string, query = ''): Promise<LedgerStatement> {
  const response = await fetch(`${simulator.url}/v1/ledger?purchase=${prefix}${query}`);
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
    expect(await late).toEqual({ kind: 'declined', reason: 'reversed' });
    expect(await p.lookUp()).toMatchObject({ state: 'declined' });
  });

  it('works where the authorisation itself fails for good', async () => {
    const p = purchase('pm_fail_1000');
    await expect(p.authorise()).rejects.toThrow(PaymentUnknownError);
    expect(await p.reverse()).toEqual({ kind: 'reversed' });
    expect(await p.authorise()).toEqual({ kind: 'declined', reason: 'reversed' });
  });

  it('of captured money says so and touches nothing', async () => {
    const p = purchase('pm_approve');
    const authorisationId = await p.authorised();
    await p.capture(authorisationId);
    expect(await p.reverse()).toEqual({ kind: 'already_captured', authorisationId });
    expect(await p.lookUp()).toMatchObject({ state: 'captured', refundedMinor: 0 });
  });

  it('of another request with the same key is refused', async () => {
    const p = purchase('pm_approve');
    await p.authorised();
    const other = {
      key: paymentKey(p.purchaseId, 1, 'authorise'),
      amountMinor: 1,
      currency: 'EUR',
      method: 'pm_approve',
    };
    await expect(payments.reverse({ ...other, purchaseId: p.purchaseId })).rejects.toMatchObject({
      code: 'key_reused',
    });
  });

  it('fails as often as its method says of voids', async () => {
    const p = purchase('pm_void_fail_1');
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

  it('may cost nothing', async () => {
    const p = purchase('pm_approve', 0);
    const id = await p.authorised();
    expect(await p.capture(id)).toEqual({ kind: 'captured' });
    expect(await p.refund(id)).toMatchObject({ kind: 'refunded' });
    expect(await p.lookUp()).toMatchObject({ state: 'refunded' });
  });
});

describe('a decline', () => {
  it('gives its reason, the same for the same key', async () => {
    const p = purchase('pm_decline_insufficient_funds');
    const declined = { kind: 'declined', reason: 'insufficient_funds' };
    expect(await p.authorise()).toEqual(declined);
    expect(await p.authorise()).toEqual(declined);
    expect(await p.lookUp()).toMatchObject({ state: 'declined', reason: 'insufficient_funds', capturedMinor: 0 });
  });

  it('is the answer to an unknown token', async () => {
    expect(await purchase('4111-1111').authorise()).toEqual({ kind: 'declined', reason: 'unknown_payment_method' });
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
    await expect(payments.authorise(other)).rejects.toMatchObject({ status: 422, code: 'key_reused' });
    await expect(p.capture(id, key)).rejects.toBeInstanceOf(PaymentRequestError);
    await p.capture(id);
    await expect(p.refund(id, 1, paymentKey(p.purchaseId, 1, 'capture'))).rejects.toBeInstanceOf(PaymentRequestError);
    await p.refund(id, 1);
    await expect(p.refund(id, 2)).rejects.toMatchObject({ code: 'key_reused' });
    expect(await p.lookUp()).toMatchObject({ refundedMinor: 1 });
  });

  it('that is unknown is not found, and an unknown authorisation is rejected', async () => {
    const p = purchase('pm_approve');
    expect(await p.lookUp()).toEqual({ kind: 'not_found' });
    await expect(p.capture('auth_none')).rejects.toMatchObject({ status: 404, code: 'no_such_authorisation' });
  });
});

describe('a request that is malformed', () => {
  it.each([
    ['a fraction of a cent', { amountMinor: 0.5 }],
    ['a negative amount', { amountMinor: -1 }],
    ['a currency that is none', { currency: 'euro' }],
    ['a purchase without an id', { purchaseId: '' }],
  ])('is rejected for good: %s', async (_, wrong) => {
    const right = { key: randomUUID(), amountMinor: 1, currency: 'EUR', method: 'pm_approve', purchaseId: 'p' };
    await expect(payments.authorise({ ...right, ...wrong })).rejects.toMatchObject({ status: 400, code: 'malformed' });
  });

  it('is rejected without a key, without JSON and when it is too large', async () => {
    const post = async (body: string, key = 'k'): Promise<number> => {
      const headers = key === '' ? {} : { 'idempotency-key': key };
      return (await fetch(`${simulator.url}/v1/authorisations`, { method: 'POST', body, headers })).status;
    };
    expect(await post('{}', '')).toBe(400);
    expect(await post('{')).toBe(400);
    expect(await post(JSON.stringify({ method: 'x'.repeat(20_000) }))).toBe(413);
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
    expect((await fetch(`${simulator.url}/v1/ledger?limit=0`)).status).toBe(400);
  });
});

describe('the books', () => {
  /** Everything that moved after a position, page by page. */
  async function readAfter(position: string | null): Promise<{ ids: string[]; position: string }> {
    const ids: string[] = [];
    for (let after = position; ;) {
      const page = await patient.statement?.({ after });
      if (!page) throw new Error('this provider has no books');
      ids.push(...page.purchases.map(({ purchaseId }) => purchaseId));
      after = page.position;
      if (page.isLast) return { ids, position: page.position };
    }
  }

  it('tell of each purchase that moved, in the order in which it moved, and of nothing twice', async () => {
    const { position } = await readAfter(null);
    const made = Array.from({ length: 230 }, () => purchase('pm_approve'));
    const ids = made.map(({ purchaseId }) => purchaseId);
    const authorised: string[] = [];
    for (const one of made) authorised.push(await one.authorised());
    await made[0]?.capture(authorised[0] ?? '');
    const first = await readAfter(position);
    expect(first.ids).toEqual([...ids.slice(1), ids[0]]);
    await made[5]?.capture(authorised[5] ?? '');
    expect((await readAfter(first.position)).ids).toEqual([ids[5]]);
  });

  it('show the named purchases that they know', async () => {
    const one = purchase('pm_approve');
    const authorisationId = await one.authorised();
    await one.capture(authorisationId);
    const page = await patient.statement?.({ purchaseIds: [one.purchaseId, randomUUID()] });
    expect(page?.purchases).toEqual([
      {
        purchaseId: one.purchaseId,
        authorisations: [
          {
            key: paymentKey(one.purchaseId, 1, 'authorise'),
            authorisationId,
            state: 'captured',
            ...{ amountMinor: AMOUNT, capturedMinor: AMOUNT, refundedMinor: 0, currency: 'EUR' },
          },
        ],
      },
    ]);
  });

  it('start at the beginning after a position that they never reached', async () => {
    const page = await patient.statement?.({ after: '999999999' });
    expect(page?.purchases.length).toBeGreaterThan(0);
  });
});
