import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AMOUNT, openSimulator, type Simulation } from './testing/simulation.js';

let simulation: Simulation;
beforeAll(async () => {
  simulation = await openSimulator();
});
afterAll(() => simulation.close());

const control = async (path: string, body: object) => {
  const response = await fetch(`${simulation.simulator.url}/disputes${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as { id: string; status: string; amount: number } };
};

async function captured(method = 'pm_approve') {
  const p = simulation.purchase(method);
  const id = await p.authorised();
  await p.capture(id);
  return { ...p, id };
}

const disputedMinorOf = async (purchaseId: string) =>
  (await simulation.statement(purchaseId)).purchases[0]?.disputedMinor;

describe('a dispute', () => {
  it('takes the money back until it is won, and the payment cannot be refunded meanwhile', async () => {
    const { id, purchaseId, refund } = await captured();
    const dispute = await control('', { payment_intent: id });
    expect(dispute).toMatchObject({ status: 201, body: { amount: AMOUNT, status: 'needs_response' } });
    expect(await disputedMinorOf(purchaseId)).toBe(AMOUNT);
    expect((await simulation.payments.readReturned(id)).disputes).toMatchObject([
      { disputeId: dispute.body.id, status: 'needs_response', amountMinor: AMOUNT },
    ]);
    await expect(refund(id)).rejects.toThrow('charge_disputed');
    expect((await control(`/${dispute.body.id}`, { status: 'won' })).body.status).toBe('won');
    expect(await disputedMinorOf(purchaseId)).toBe(0);
    expect(await refund(id)).toMatchObject({ kind: 'refunded' });
  });

  it.each([
    ['pm_card_createDispute', 'fraudulent', AMOUNT],
    ['pm_card_createDisputeProductNotReceived', 'product_not_received', AMOUNT],
    ['pm_card_createDisputeInquiry', 'fraudulent', 0],
  ])('is made by %s as soon as it is captured', async (method, reason, disputedMinor) => {
    const { position } = await simulation.patient.statement({ after: null });
    const { id, purchaseId } = await captured(method);
    expect(await disputedMinorOf(purchaseId)).toBe(disputedMinor);
    const { disputes, purchases } = await simulation.patient.statement({ after: position });
    expect(disputes).toMatchObject([{ purchaseId, authorisationId: id, amountMinor: AMOUNT, reason, currency: 'EUR' }]);
    expect(purchases).toMatchObject([{ purchaseId, authorisations: [{ authorisationId: id, state: 'captured' }] }]);
  });

  it('is told by the statement with each of its changes, in their order', async () => {
    const { id, purchaseId } = await captured();
    const { position } = await simulation.patient.statement({ after: null });
    const { body } = await control('', { payment_intent: id, amount: 100, status: 'warning_needs_response' });
    for (const status of ['needs_response', 'under_review', 'lost']) await control(`/${body.id}`, { status });
    const { disputes } = await simulation.patient.statement({ after: position });
    expect(disputes.map(({ status }) => status)).toEqual([
      'warning_needs_response',
      'needs_response',
      'under_review',
      'lost',
    ]);
    expect(await disputedMinorOf(purchaseId)).toBe(100);
  });

  it('of nothing, of more than was captured or in an unknown status is refused', async () => {
    const { id } = await captured();
    expect((await control('', { payment_intent: 'pi_none' })).status).toBe(404);
    expect((await control('', { payment_intent: id, amount: AMOUNT + 1 })).status).toBe(400);
    const authorised = await simulation.purchase('pm_approve').authorised();
    expect((await control('', { payment_intent: authorised })).status).toBe(400);
    expect((await control(`/du_${randomUUID()}`, { status: 'won' })).status).toBe(404);
    expect((await control('', { payment_intent: id, status: 'none of Stripe' })).status).toBe(400);
  });
});

describe('a refund in the dashboard', () => {
  it('names no key, and is the last refund of its payment', async () => {
    const { id, refund } = await captured();
    const { readReturned } = simulation.payments;
    expect(await readReturned(id)).toMatchObject({ lastRefundId: null, refundedMinor: 0, disputes: [] });
    await refund(id, 100);
    const { body } = await simulation.api('POST', '/v1/refunds', { payment_intent: id });
    expect(body).toMatchObject({ amount: AMOUNT - 100, metadata: {} });
    const { id: refundId } = body as { id: string };
    expect(await readReturned(id)).toMatchObject({
      lastRefundId: refundId,
      refundedMinor: AMOUNT,
      capturedMinor: AMOUNT,
    });
  });

  it('is the last refund also before a newer one of ours', async () => {
    const { id, refund } = await captured();
    const { body } = await simulation.api('POST', '/v1/refunds', { payment_intent: id, amount: '1' });
    await refund(id, 100);
    expect(await simulation.payments.readReturned(id)).toMatchObject({ lastRefundId: (body as { id: string }).id });
  });
});

describe('a refund that has to leave some of the money', () => {
  const half = { amountMinor: AMOUNT / 2, mustKeepMinor: AMOUNT / 2 };
  const refused = { kind: 'refused', reason: 'must_be_kept' };

  it('is refused if money went back in the dashboard, and is its own one when it is repeated', async () => {
    const { id, purchaseId } = await captured();
    const asked = { key: `${purchaseId}:1:refund:a`, authorisationId: id, ...half };
    const made = await simulation.payments.refund(asked);
    expect(made).toMatchObject({ kind: 'refunded' });
    expect(await simulation.payments.refund(asked)).toEqual(made);

    const other = await captured();
    await simulation.api('POST', '/v1/refunds', { payment_intent: other.id, amount: '1' });
    expect(await simulation.payments.refund({ ...asked, authorisationId: other.id })).toEqual(refused);
    expect(await simulation.payments.readReturned(other.id)).toMatchObject({ refundedMinor: 1 });
  });

  it('is refused if a dispute took money back', async () => {
    const { id, purchaseId } = await captured();
    await control('', { payment_intent: id, amount: 1 });
    const asked = { key: `${purchaseId}:1:refund:a`, authorisationId: id, ...half };
    expect(await simulation.payments.refund(asked)).toEqual(refused);
  });

  it('says that nothing was captured where that is so', async () => {
    const p = simulation.purchase('pm_approve');
    const asked = { key: `${p.purchaseId}:1:refund`, authorisationId: await p.authorised(), ...half };
    expect(await simulation.payments.refund(asked)).toEqual({ kind: 'refused', reason: 'not_captured' });
  });
});
