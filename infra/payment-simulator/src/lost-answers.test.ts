import { paymentKey, PaymentUnknownError } from '@box-office/payments';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSimulator, type Simulation } from './testing/simulation.js';

let simulation: Simulation;
let payments: Simulation['payments'];

beforeAll(async () => {
  simulation = await openSimulator();
  ({ payments } = simulation);
});

afterAll(() => simulation.close());

const purchase: Simulation['purchase'] = (method, amountMinor) => simulation.purchase(method, amountMinor);
const statement: Simulation['statement'] = (prefix, query) => simulation.statement(prefix, query);
const api: Simulation['api'] = (method, path, params, key) => simulation.api(method, path, params, key);

const minutesAgo = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);

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
