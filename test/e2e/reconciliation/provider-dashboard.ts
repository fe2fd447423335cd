import { STRIPE_API_VERSION } from '@box-office/payments';
import { inject } from 'vitest';

/** What staff do in the provider's dashboard. Returns the id of the refund. */
export async function refundInDashboard(authorisationId: string, amountMinor?: number): Promise<string> {
  const form = { payment_intent: authorisationId, ...(amountMinor !== undefined && { amount: String(amountMinor) }) };
  return post('/v1/refunds', new URLSearchParams(form), {
    authorization: 'Bearer sk_test_dashboard',
    'stripe-version': STRIPE_API_VERSION,
    'content-type': 'application/x-www-form-urlencoded',
  });
}

/** What a buyer's bank does: it opens a dispute of all that was captured. Returns its id. */
export const openDispute = (authorisationId: string): Promise<string> =>
  post('/disputes', JSON.stringify({ payment_intent: authorisationId }));

export const changeDispute = (disputeId: string, status: string): Promise<string> =>
  post(`/disputes/${disputeId}`, JSON.stringify({ status }));

async function post(path: string, body: string | URLSearchParams, headers: Record<string, string> = {}) {
  const response = await fetch(inject('stack').paymentUrl + path, { method: 'POST', body: String(body), headers });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return ((await response.json()) as { id: string }).id;
}
