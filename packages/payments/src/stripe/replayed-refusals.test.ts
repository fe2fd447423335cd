import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { PaymentRequestError, PaymentUnknownError } from '../port.js';
import { simulatorSettings } from '../settings.js';
import { createStripePayments } from './stripe-payments.js';

interface Answer {
  readonly status: number;
  readonly body: object;
}

const refusal = (code: string): Answer => ({
  status: 400,
  body: { error: { type: 'invalid_request_error', code, message: 'You cannot do that now.' } },
});
const intent = (status: string): Answer => ({
  status: 200,
  body: { id: 'pi_1', object: 'payment_intent', status, amount: 5_000, currency: 'eur', metadata: {} },
});
const refunds = (...data: object[]): Answer => ({ status: 200, body: { object: 'list', data, has_more: false } });
const refunded: Answer = { status: 200, body: { id: 're_1', object: 'refund', status: 'succeeded', metadata: {} } };

/** A provider that saves the first answer of each key, whatever it is, as Stripe does once a request has begun. */
describe('a refusal that its key replays', () => {
  const cleanups: (() => void)[] = [];
  afterEach(() => {
    for (const cleanup of cleanups.splice(0)) cleanup();
  });

  async function startProvider(o: { read: (path: string) => Answer; act: () => Answer }) {
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
      return answer;
    };
    const server = createServer((request, response) => {
      request.resume().on('end', () => {
        const { status, body, replayed } = answerTo(request);
        response.writeHead(status, replayed ? { 'idempotent-replayed': 'true' } : {}).end(JSON.stringify(body));
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const payments = createStripePayments(simulatorSettings(`http://127.0.0.1:${port}`));
    cleanups.push(() => {
      payments.close();
      server.close();
      server.closeAllConnections();
    });
    return { payments, keys };
  }

  const refund = { key: 'p:1:refund', authorisationId: 'pi_1', amountMinor: 2_000 };

  it.each(['charge_disputed', 'payment_intent_unexpected_state'])(
    'of a refund (%s) does not outlive its cause',
    async (code) => {
      let isPossible = false;
      const { payments, keys } = await startProvider({
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
    const { payments, keys } = await startProvider({
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
    const { payments, keys } = await startProvider({
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
    const { payments, keys } = await startProvider({
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

  it('of a void does not outlive the state in which the payment was', async () => {
    let status = 'processing';
    const { payments, keys } = await startProvider({
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
    const { payments } = await startProvider({
      read: () => intent('requires_capture'),
      act: () => (isPossible ? intent('succeeded') : refusal('account_invalid')),
    });
    const request = { key: 'p:1:capture', authorisationId: 'pi_1' };
    await expect(payments.capture(request)).rejects.toBeInstanceOf(PaymentRequestError);
    isPossible = true;
    expect(await payments.capture(request)).toEqual({ kind: 'captured' });
  });
});
