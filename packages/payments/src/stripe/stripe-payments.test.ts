import { describe, expect, it } from 'vitest';
import { createStripePayments } from './stripe-payments.js';
import { simulatorSettings } from '../settings.js';
import { paymentKey, PaymentRequestError, PaymentUnknownError } from '../port.js';
import { answerWith, intent, startProvider } from '../testing/provider.js';

const authorisation = { key: 'p:1:authorise', amountMinor: 5_000, currency: 'EUR', method: 'pm_x', purchaseId: 'p' };
const capture = { key: 'p:1:capture', authorisationId: 'pi_1' };

const CAPTURED = intent('succeeded');
const rejection = { error: { type: 'invalid_request_error', code: 'resource_missing', message: 'No such intent' } };

/** Providers that misbehave on the wire. A well-behaved one is the payment simulator, where its own tests stand. */
describe('createStripePayments', () => {
  it.each([
    ['a server error', 500, { message: 'internal error' }],
    ['out of order', 503, ''],
    ['a proxy without a target', 404, '<html>not found</html>'],
    ['too many requests', 429, { message: 'slow down' }],
    ['a redirect', 302, ''],
    ['a body that is no JSON', 200, 'OK'],
    ['a body of another shape', 200, { id: 'pi_1' }],
    ['an error without a body of Stripe’s', 402, { message: 'payment required' }],
    ['a wrong key', 401, { error: { type: 'invalid_request_error', message: 'Invalid API Key' } }],
    ['a rate limit', 429, { error: { type: 'invalid_request_error', code: 'rate_limit', message: 'slow down' } }],
    ['an error of Stripe', 500, { error: { type: 'api_error', message: 'unknown' } }],
    ['a status that is still open', 200, intent('processing')],
    ['an answer without end', 200, 'x'.repeat(5_000_000)],
  ])('concludes nothing from %s', async (_, status, body) => {
    const { payments } = await startProvider(answerWith(status, body));
    await expect(payments.authorise(authorisation)).rejects.toBeInstanceOf(PaymentUnknownError);
    await expect(payments.lookUp({ authoriseKey: 'k' })).rejects.toBeInstanceOf(PaymentUnknownError);
  });

  it('tells a request that the provider rejects from an unknown outcome', async () => {
    const { payments } = await startProvider(answerWith(404, rejection));
    const error: unknown = await payments.capture(capture).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(PaymentRequestError);
    expect(error).toMatchObject({ status: 404, code: 'resource_missing' });
  });

  it('concludes nothing when no answer comes within the limit', async () => {
    const { payments } = await startProvider(() => undefined, { timeoutMs: 100 });
    await expect(payments.capture(capture)).rejects.toThrow('no answer within 100 ms');
  });

  it('concludes nothing when the answer breaks off', async () => {
    const { payments } = await startProvider((_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"kind":');
      setTimeout(() => response.destroy(), 20);
    });
    await expect(payments.capture(capture)).rejects.toBeInstanceOf(PaymentUnknownError);
  });

  it('concludes nothing when no server listens', async () => {
    const payments = createStripePayments(simulatorSettings('http://127.0.0.1:1'));
    await expect(payments.capture(capture)).rejects.toThrow('ECONNREFUSED');
    await expect(payments.capture(capture)).rejects.toBeInstanceOf(PaymentUnknownError);
  });

  it('gives up when told to, at once and before anything was sent', async () => {
    let calls = 0;
    const { payments } = await startProvider(() => calls++);
    const controller = new AbortController();
    const call = payments.authorise(authorisation, controller.signal);
    setTimeout(() => controller.abort(), 50);
    await expect(call).rejects.toBeInstanceOf(PaymentUnknownError);
    await expect(payments.authorise(authorisation, controller.signal)).rejects.toBeInstanceOf(PaymentUnknownError);
    expect(calls).toBe(1);
  });

  it('survives a kept-alive connection that the provider closes just then', async () => {
    const { payments } = await startProvider((request, response, count) => {
      if (count === 2) request.socket.destroy();
      else answerWith(200, CAPTURED)(request, response, count);
    });
    expect(await payments.capture(capture)).toEqual({ kind: 'captured' });
    expect(await payments.capture(capture)).toEqual({ kind: 'captured' });
  });

  it('sends a call on a new connection only once', async () => {
    let calls = 0;
    const { payments } = await startProvider((request) => {
      calls++;
      request.socket.destroy();
    });
    await expect(payments.capture(capture)).rejects.toBeInstanceOf(PaymentUnknownError);
    expect(calls).toBe(1);
  });

  it('keeps to its number of connections, and uses them again', async () => {
    const { payments, sockets } = await startProvider(answerWith(200, CAPTURED), { maxConnections: 3 });
    await Promise.all(Array.from({ length: 50 }, () => payments.capture(capture)));
    expect(sockets.size).toBe(3);
  });

  it('takes the key of an old authorisation that is in no list: a late try may be on its way with it', async () => {
    const keys: unknown[] = [];
    const { payments } = await startProvider((request, response, count) => {
      const isRead = request.method === 'GET';
      if (!isRead) keys.push(request.headers['idempotency-key']);
      const busy = { error: { type: 'idempotency_error', code: 'idempotency_key_in_use', message: 'in use' } };
      answerWith(isRead ? 200 : 409, isRead ? { object: 'list', data: [], has_more: false } : busy)(
        request,
        response,
        count,
      );
    });
    const askedAt = new Date(Date.now() - 24 * 3_600_000);
    const reversing = payments.reverse({ ...authorisation, eventId: '1', attempt: 1, askedAt });
    await expect(reversing).rejects.toBeInstanceOf(PaymentUnknownError);
    expect(new Set(keys)).toEqual(new Set([authorisation.key]));
  });

  it.each([
    ['amount', 'amount_too_large', 'amount_not_supported'],
    ['currency', '', 'currency_not_supported'],
  ])('declines a payment whose %s the provider rejects', async (param, code, reason) => {
    const error = { type: 'invalid_request_error', param, message: 'no', ...(code !== '' && { code }) };
    const { payments } = await startProvider(answerWith(400, { error }));
    const declined = { kind: 'declined', reason, ...(code !== '' && { declineCode: code }) };
    expect(await payments.authorise(authorisation)).toEqual(declined);
    expect(await payments.reverse(authorisation)).toEqual({ kind: 'reversed' });
  });

  it('declines an amount that cannot be sent at all', async () => {
    const { payments } = await startProvider(answerWith(500, {}));
    const odd = { ...authorisation, amountMinor: 5_124, currency: 'KWD' };
    expect(await payments.authorise(odd)).toMatchObject({ kind: 'declined', reason: 'amount_not_supported' });
    expect(await payments.reverse(odd)).toEqual({ kind: 'reversed' });
  });

  it('does not count a refund that failed, even where the sum of the charge still does', async () => {
    const refunds = (...statuses: string[]) => ({
      object: 'list',
      has_more: false,
      data: statuses.map((status) => ({ amount: 2_000, status })),
    });
    const metadata = { purchase: 'p', key: 'p:1:authorise' };
    const charge = (id: string, list: object) =>
      intent('succeeded', {
        id,
        metadata,
        latest_charge: { id: 'ch_1', amount_captured: 5_000, amount_refunded: 4_000, refunds: list },
      });
    const data = [
      charge('pi_failed', refunds('succeeded', 'failed')),
      charge('pi_cancelled', refunds('canceled', 'pending')),
      charge('pi_many', { ...refunds('failed'), has_more: true }),
    ];
    const { payments } = await startProvider(answerWith(200, { object: 'list', data, has_more: false }));
    const [purchase] = await payments.readPurchases([{ purchaseId: 'p', authorisationIds: [], since: new Date() }]);
    expect(purchase?.authorisations.map(({ refundedMinor }) => refundedMinor)).toEqual([2_000, 2_000, 4_000]);
  });

  describe('where the provider says something that this release does not know', () => {
    const metadata = { purchase: 'p', key: 'p:1:authorise' };
    const of = (id: string, more: object = {}) => intent('succeeded', { id, metadata, ...more });
    const dispute = (id: string, more: object = {}) => ({
      id,
      object: 'dispute',
      payment_intent: 'pi_good',
      amount: 700,
      currency: 'eur',
      reason: 'fraudulent',
      status: 'escalated_to_the_moon',
      created: 1,
      evidence_details: { due_by: null },
      ...more,
    });
    const charge = { object: 'charge', id: 'ch_1', payment_intent: 'pi_charge', amount: '12.00', metadata };
    const INTENTS = [
      of('pi_good'),
      of('pi_status', { status: 'requires_reauthorisation' }),
      of('pi_currency', { currency: 'xxq' }),
      of('pi_form', { amount: '50.00' }),
      { id: 'pi_foreign', metadata: 7 },
    ];
    const EVENTS = [
      ...INTENTS.map((object) => ['payment_intent.succeeded', object] as const),
      ['payment_intent.teleported', 'nothing'],
      ['charge.refunded', charge],
      ['charge.refunded', { object: 'charge' }],
      ['charge.dispute.updated', dispute('du_status')],
      ['charge.dispute.updated', dispute('du_currency', { status: 'won', currency: 'xxq' })],
      ['charge.dispute.updated', dispute('du_form', { evidence_details: undefined })],
      ['charge.dispute.updated', null],
    ] as const;

    const listOf = (data: readonly object[]) => ({ object: 'list', data, has_more: false });
    const start = () =>
      startProvider((request, response, count) => {
        const { pathname } = new URL(request.url ?? '', 'http://provider');
        const events = EVENTS.map(([type, object], i) => ({
          id: `evt_${i}`,
          object: 'event',
          type,
          created: 1,
          data: { object },
        }));
        const found = INTENTS.find(({ id }) => pathname.endsWith(`/${id}`));
        const body = pathname === '/v1/events' ? listOf(events.toReversed()) : (found ?? listOf(INTENTS));
        answerWith(200, body)(request, response, count);
      });

    it('compares everything else, and marks what it concerns', async () => {
      const { payments } = await start();
      const { purchases, disputes, position } = await payments.statement({ after: null });
      const states = purchases.flatMap(({ authorisations }) =>
        authorisations.map(({ authorisationId, state }) => [authorisationId, state]),
      );
      expect(Object.fromEntries(states)).toEqual({
        pi_good: 'captured',
        pi_status: 'unknown',
        pi_currency: 'unknown',
        pi_form: 'unknown',
        pi_charge: 'unknown',
      });
      expect(disputes.map(({ disputeId, status, amountMinor }) => [disputeId, status, amountMinor])).toEqual([
        ['du_status', 'unknown', 700],
        ['du_currency', 'unknown', 0],
        ['du_form', 'unknown', 0],
      ]);
      expect(position).toBe(`evt_${EVENTS.length - 1}`);
    });

    it('reads the other payments of purchases', async () => {
      const { payments } = await start();
      const query = { purchaseId: 'p', authorisationIds: ['pi_good'], since: new Date() };
      const [purchase] = await payments.readPurchases([query]);
      expect(purchase?.authorisations.map(({ state }) => state)).toEqual(['captured', 'unknown', 'unknown', 'unknown']);
    });

    it('concludes nothing from a refund of an unknown status', async () => {
      const refund = { id: 're_1', object: 'refund', status: 'rerouted', metadata: { key: 'k' } };
      const { payments } = await startProvider(answerWith(200, listOf([refund])));
      const asked = { key: 'k', authorisationId: 'pi_1', amountMinor: 1 };
      await expect(payments.refund(asked)).rejects.toThrow('the refund re_1 has the status rerouted');
    });
  });

  it('sends the key, the amounts and an id that needs escaping', async () => {
    const seen: { url: string | undefined; key: string | string[] | undefined }[] = [];
    const { payments } = await startProvider((request, response) => {
      seen.push({ url: request.url, key: request.headers['idempotency-key'] });
      response.end(JSON.stringify(intent('canceled')));
    });
    await payments.void({ key: 'p:1:void', authorisationId: 'a/b c' });
    expect(seen).toEqual([{ url: '/v1/payment_intents/a%2Fb%20c/cancel', key: 'p:1:void' }]);
  });
});

describe('paymentKey', () => {
  it('differs by purchase, attempt and operation', () => {
    expect(paymentKey('7b0c', 2, 'capture')).toBe('7b0c:2:capture');
  });
});
