import { randomUUID } from 'node:crypto';
import { createStripePayments, paymentKey, paymentSettings, type StripePayments } from '@box-office/payments';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

const secretKey = inject('stripeTestKey');
const AMOUNT = 5_000;

/** Stripe itself, with the caller's test key: what the simulator and Stripe's mock can only imitate. */
describe.runIf(secretKey !== undefined)('at Stripe in test mode', () => {
  const askedAt = new Date();
  let payments: StripePayments;

  beforeAll(() => {
    payments = createStripePayments(paymentSettings({ STRIPE_SECRET_KEY: secretKey }));
  });
  afterAll(() => payments.close());

  function purchase(method: string, more: { returnUrl?: string } = {}) {
    const purchaseId = randomUUID();
    const keyOf = (operation: 'authorise' | 'capture' | 'void' | 'refund') => paymentKey(purchaseId, 1, operation);
    const request = {
      key: keyOf('authorise'),
      amountMinor: AMOUNT,
      currency: 'EUR',
      method,
      purchaseId,
      eventId: '1',
      attempt: 1,
      ...more,
    };
    return {
      purchaseId,
      request,
      authorise: () => payments.authorise(request),
      async authorised(): Promise<string> {
        const result = await payments.authorise(request);
        if (result.kind !== 'authorised') throw new Error(JSON.stringify(result));
        return result.authorisationId;
      },
      capture: (authorisationId: string) => payments.capture({ key: keyOf('capture'), authorisationId }),
      void: (authorisationId: string) => payments.void({ key: keyOf('void'), authorisationId }),
      refund: (authorisationId: string, amountMinor: number) =>
        payments.refund({ key: keyOf('refund'), authorisationId, amountMinor }),
      lookUp: () => payments.lookUp({ authoriseKey: request.key, askedAt }),
    };
  }

  it('a payment is authorised, captured and refunded in part, once each', async () => {
    const p = purchase('pm_card_visa');
    const id = await p.authorised();
    expect(await p.authorised()).toBe(id);
    expect(await p.capture(id)).toEqual({ kind: 'captured' });
    expect(await p.capture(id)).toEqual({ kind: 'captured' });
    const refunded = await p.refund(id, 2_000);
    expect(refunded).toMatchObject({ kind: 'refunded' });
    expect(await p.refund(id, 2_000)).toEqual(refunded);
    const amounts = { amountMinor: AMOUNT, capturedMinor: AMOUNT, refundedMinor: 2_000 };
    expect(await p.lookUp()).toEqual({ kind: 'found', state: 'captured', authorisationId: id, ...amounts });
    expect(await payments.readReturned(id)).toMatchObject({ refundedMinor: 2_000, currency: 'EUR', failedKeys: [] });
    const query = { purchaseId: p.purchaseId, authorisationIds: [id], since: askedAt };
    expect(await payments.readPurchases([query])).toMatchObject([
      { authorisations: [{ key: p.request.key, ...amounts }] },
    ]);
  });

  it('a refund that was refused before the capture is made after it, with the same key', async () => {
    const p = purchase('pm_card_visa');
    const id = await p.authorised();
    expect(await p.refund(id, AMOUNT)).toEqual({ kind: 'refused', reason: 'not_captured' });
    await p.capture(id);
    expect(await p.refund(id, AMOUNT)).toMatchObject({ kind: 'refunded' });
  });

  it('an authorisation is voided, and cannot be captured any more', async () => {
    const p = purchase('pm_card_visa');
    const id = await p.authorised();
    expect(await p.void(id)).toEqual({ kind: 'voided' });
    expect(await p.capture(id)).toEqual({ kind: 'refused', reason: 'voided' });
    expect(await p.lookUp()).toMatchObject({ state: 'voided', capturedMinor: 0 });
  });

  it('a declined payment says why, and is cancelled', async () => {
    const p = purchase('pm_card_visa_chargeDeclinedInsufficientFunds');
    expect(await p.authorise()).toMatchObject({ kind: 'declined', reason: 'insufficient_funds' });
    expect(await p.lookUp()).toMatchObject({ state: 'declined', capturedMinor: 0 });
  });

  it('a payment method of no customer pays once, and is declined the second time', async () => {
    const response = await fetch('https://api.stripe.com/v1/payment_methods', {
      method: 'POST',
      headers: { authorization: `Bearer ${secretKey}` },
      body: new URLSearchParams({ type: 'card', 'card[token]': 'tok_visa' }),
    });
    const { id: method } = (await response.json()) as { id: string };
    const first = purchase(method);
    await first.void(await first.authorised());
    const declined = { kind: 'declined', reason: 'invalid_payment_method' };
    expect(await purchase(method).authorise()).toMatchObject(declined);
  });

  it('a payment that needs its buyer says where to go, and is ended by a reversal', async () => {
    const { authorise, request } = purchase('pm_card_authenticationRequired', {
      returnUrl: 'https://shop.example/back',
    });
    const result = await authorise();
    expect(result).toMatchObject({ kind: 'requires_action', action: { kind: 'redirect_to_url' } });
    expect(await payments.reverse(request)).toEqual({ kind: 'reversed' });
    const authorisationId = result.kind === 'requires_action' ? result.authorisationId : '';
    expect(await payments.readAuthorisation({ ...request, authorisationId })).toMatchObject({ kind: 'declined' });
  });

  it('without a return address it is declined', async () => {
    const declined = { kind: 'declined', reason: 'authentication_required' };
    expect(await purchase('pm_card_authenticationRequired').authorise()).toMatchObject(declined);
  });

  it('a page of the statement can be read, and the next one begins where it ends', async () => {
    const { position } = await payments.statement({ after: null });
    expect(await payments.statement({ after: position === '' ? null : position })).toHaveProperty('position');
  });
});
