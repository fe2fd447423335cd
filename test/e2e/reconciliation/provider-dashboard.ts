import { inject } from 'vitest';

/** What a buyer's bank does: it opens a dispute of all that was captured. Returns its id. */
export const openDispute = (authorisationId: string): Promise<string> =>
  post('/disputes', JSON.stringify({ payment_intent: authorisationId }));

export const changeDispute = (disputeId: string, status: string): Promise<string> =>
  post(`/disputes/${disputeId}`, JSON.stringify({ status }));

async function post(path: string, body: string) {
  const response = await fetch(inject('stack').paymentUrl + path, { method: 'POST', body });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return ((await response.json()) as { id: string }).id;
}
