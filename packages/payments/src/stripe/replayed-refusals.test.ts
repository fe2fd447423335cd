import type { IncomingMessage } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { PaymentRequestError, PaymentUnknownError } from '../port.js';
import { intent as intentOf, startProvider } from '../testing/provider.js';

interface Answer {
  readonly status: number;
  readonly body: object;
}

const refusal = (code: string): Answer => ({
  status: 400,
  body: { error: { type: 'invalid_request_error', code, message: 'You cannot do that now.' } },
});
const intent = (status: string): Answer => ({ status: 200, body: intentOf(status) });
const refunds = (...data: object[]): Answer => ({ status: 200, body: { object: 'list', data, has_more: false } });
const refunded: Answer = { status: 200, body: { id: 're_1', object: 'refund', status: 'succeeded', metadata: {} } };

/** A provider that saves the first answer of each key, whatever it is, as Stripe does once a request has begun. */
describe('a refusal that its key replays', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  /** @param o.loses true where the answer is lost after it was saved */
  async function startSaving(o: { read: (path: string) => Answer; act: () => Answer; loses?: () => boolean }) {
    const saved = new Map<string, Answer>();
    const keys: string[] = [];
    const answerTo = ({ method, url = '', headers }: IncomingMessage): Answer & { readonly replayed?: true } => {
      if (method === 'GET') return o.read(new URL(url, 'http://provider').pathname);
      const key = String(headers['idempotency-key']);
      keys.push(key);
      const known = saved.get(key);
      if (known) return { ...known, replayed: true };
      const answer = o.act();
      saved.set(key, answer);
      return o.loses?.() ? { status: 503, body: {} } : answer;
    };
    const { payments } = await startProvider((request, response) => {
      const { status, body, replayed } = answerTo(request);
      response.writeHead(status, replayed ? { 'idempotent-replayed': 'true' } : {}).end(JSON.stringify(body));
    });
    return { payments, keys };
  }

  const refund = { key: 'p:1:refund', authorisationId: 'pi_1', amountMinor: 2_000 };

  it.each(['charge_disputed', 'payment_intent_unexpected_state'])(
    'of a refund (%s) does not outlive its cause',
    async (code) => {
      let isPossible = false;
      const { payments, keys } = await startSaving({
        read: (path) => (path === '/v1/refunds' ? refunds() : intent('succeeded')),
        act: () => (isPossible ? refunded : refusal(code)),
      });
      const refused = payments.refund(refund).catch((error: unknown) => error);
      if (code === 'charge_disputed') expect(await refused).toBeInstanceOf(PaymentRequestError);
      else expect(await refused).toEqual({ kind: 'refused', reason: 'not_captured' });
      isPossible = true;
      expect(await payments.refund(refund)).toEqual({ kind: 'refunded', refundId: 're_1' });
      expect(keys.slice(0, 2)).toEqual([refund.key, refund.key]);
      expect(new Set(keys).size).toBe(2);
    },
  );

  it('of a refund with the same cause is refused once more', async () => {
    const { payments, keys } = await startSaving({
      read: (path) => (path === '/v1/refunds' ? refunds() : intent('succeeded')),
      act: () => refusal('charge_disputed'),
    });
    for (let count = 0; count < 2; count++) {
      await expect(payments.refund(refund)).rejects.toThrow('charge_disputed');
    }
    expect(keys).toHaveLength(3);
  });

  it('of a refund is not sent again where another try has made the refund meanwhile', async () => {
    let reads = 0;
    const made = { id: 're_2', object: 'refund', status: 'succeeded', metadata: { key: refund.key } };
    const { payments, keys } = await startSaving({
      // The try before reads once, and so does the next one before it learns that its key replays a refusal.
      read: (path) => (path === '/v1/refunds' ? (++reads < 3 ? refunds() : refunds(made)) : intent('succeeded')),
      act: () => refusal('charge_disputed'),
    });
    await expect(payments.refund(refund)).rejects.toThrow('charge_disputed');
    expect(await payments.refund(refund)).toEqual({ kind: 'refunded', refundId: 're_2' });
    expect(keys).toEqual([refund.key, refund.key]);
  });

  it('of a refund is followed by one other key, however many tries there are at once', async () => {
    let isPossible = false;
    let made = 0;
    const { payments, keys } = await startSaving({
      read: (path) => (path === '/v1/refunds' ? refunds() : intent('succeeded')),
      act: () => {
        made += Number(isPossible);
        return isPossible ? refunded : refusal('charge_disputed');
      },
    });
    await expect(payments.refund(refund)).rejects.toThrow('charge_disputed');
    isPossible = true;
    const results = await Promise.all([1, 2, 3].map(() => payments.refund(refund)));
    for (const result of results) expect(result).toEqual({ kind: 'refunded', refundId: 're_1' });
    expect([made, new Set(keys).size]).toEqual([1, 2]);
  });

  /** In whose list of refunds none appears, as if it were late. */
  async function startRefusing() {
    const state = { isPossible: false, made: 0, loses: false };
    const provider = await startSaving({
      read: (path) => (path === '/v1/refunds' ? refunds() : intent('succeeded')),
      act: () => {
        state.made += Number(state.isPossible);
        return state.isPossible ? refunded : refusal('charge_disputed');
      },
      loses: () => state.loses,
    });
    return { ...provider, state };
  }
  const PERIOD_MS = 300_000;
  const STARTED_AT = 1_000_000 * PERIOD_MS;

  it('of a refund does not outlive its cause by more than six minutes, however often it was refused', async () => {
    vi.useFakeTimers({ now: STARTED_AT, toFake: ['Date'] });
    const { payments, keys, state } = await startRefusing();
    for (let count = 0; count < 25; count++) {
      const before = keys.length;
      await expect(payments.refund(refund)).rejects.toThrow('charge_disputed');
      expect(keys.length - before).toBeLessThanOrEqual(3);
      vi.setSystemTime(Date.now() + 30_000);
    }
    state.isPossible = true;
    const goneAt = Date.now();
    while (state.made === 0) {
      vi.setSystemTime(Date.now() + 30_000);
      await payments.refund(refund).catch(() => undefined);
    }
    expect(Date.now() - goneAt).toBeLessThanOrEqual(360_000);
    expect(await payments.refund(refund)).toEqual({ kind: 'refunded', refundId: 're_1' });
    expect(state.made).toBe(1);
  });

  it('of a refund before the capture is not taken for the state of now', async () => {
    vi.useFakeTimers({ now: STARTED_AT - 1, toFake: ['Date'] });
    const { payments } = await startSaving({
      read: (path) => (path === '/v1/refunds' ? refunds() : intent('succeeded')),
      act: () => refusal('payment_intent_unexpected_state'),
    });
    for (let count = 0; count < 2; count++) {
      expect(await payments.refund(refund)).toEqual({ kind: 'refused', reason: 'not_captured' });
    }
    await expect(payments.refund(refund)).rejects.toBeInstanceOf(PaymentUnknownError);
  });

  it.each(
    [1, 2, 3, 12].flatMap((times) => [
      { times, startsMs: [-1, 9_000, -9_000] },
      { times, startsMs: [-40_000, 0, 19_000] },
      { times, startsMs: [-181_000, 0, 1] },
      { times, startsMs: [119_000, 121_000, 130_000] },
    ]),
  )('of a refund ($times times): tries at $startsMs around a change of keys make one refund', async (o) => {
    vi.useFakeTimers({ now: STARTED_AT - PERIOD_MS, toFake: ['Date'] });
    const { payments, state } = await startRefusing();
    for (let count = 0; count < o.times; count++) await payments.refund(refund).catch(() => undefined);
    state.isPossible = true;
    const tries = o.startsMs.map((ms) => {
      vi.setSystemTime(STARTED_AT + ms);
      return payments.refund(refund);
    });
    const results = await Promise.allSettled(tries);
    expect(results.some(({ status }) => status === 'fulfilled')).toBe(true);
    expect(state.made).toBe(1);
  });

  it('of a refund: one that a later key has made, and whose answer is lost, is not made again', async () => {
    vi.useFakeTimers({ now: STARTED_AT, toFake: ['Date'] });
    const { payments, state } = await startRefusing();
    for (let count = 0; count < 2; count++) await payments.refund(refund).catch(() => undefined);
    Object.assign(state, { isPossible: true, loses: true });
    await expect(payments.refund(refund)).rejects.toBeInstanceOf(PaymentUnknownError);
    vi.setSystemTime(STARTED_AT + 119_000);
    expect(await payments.refund(refund)).toEqual({ kind: 'refunded', refundId: 're_1' });
    expect(state.made).toBe(1);
  });

  it('of a refund: a try that was stopped for more than a minute sends no further key', async () => {
    vi.useFakeTimers({ now: STARTED_AT, toFake: ['Date'] });
    const { payments, keys } = await startSaving({
      read: (path) => {
        if (keys.length === 2) vi.setSystemTime(STARTED_AT + 61_000);
        return path === '/v1/refunds' ? refunds() : intent('succeeded');
      },
      act: () => (keys.length === 1 ? refusal('charge_disputed') : refunded),
    });
    await expect(payments.refund(refund)).rejects.toThrow('charge_disputed');
    await expect(payments.refund(refund)).rejects.toBeInstanceOf(PaymentUnknownError);
    expect(keys).toEqual([refund.key, refund.key]);
  });

  it('of a void does not outlive the state in which the payment was', async () => {
    let status = 'processing';
    const { payments, keys } = await startSaving({
      read: () => intent(status),
      act: () => (status === 'processing' ? refusal('payment_intent_unexpected_state') : intent('canceled')),
    });
    const request = { key: 'p:1:void', authorisationId: 'pi_1' };
    await expect(payments.void(request)).rejects.toBeInstanceOf(PaymentUnknownError);
    await expect(payments.void(request)).rejects.toBeInstanceOf(PaymentUnknownError);
    status = 'requires_capture';
    expect(await payments.void(request)).toEqual({ kind: 'voided' });
    expect(keys.filter((key) => key === request.key)).toHaveLength(3);
  });

  it('of a capture does not outlive its cause', async () => {
    let isPossible = false;
    const { payments } = await startSaving({
      read: () => intent('requires_capture'),
      act: () => (isPossible ? intent('succeeded') : refusal('account_invalid')),
    });
    const request = { key: 'p:1:capture', authorisationId: 'pi_1' };
    await expect(payments.capture(request)).rejects.toBeInstanceOf(PaymentRequestError);
    isPossible = true;
    expect(await payments.capture(request)).toEqual({ kind: 'captured' });
  });
});
