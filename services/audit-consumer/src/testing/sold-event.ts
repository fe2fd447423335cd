import { randomUUID } from 'node:crypto';
import { buildGeneration, claimPurchases, finalisePurchases, persistTickets } from '@box-office/database';
import type { TestDatabase } from '@box-office/database/testing';

export const orderOf = (eventId: string, quantity = 1) => ({
  purchaseId: randomUUID(),
  fingerprint: 'f',
  userId: randomUUID(),
  eventId,
  requestId: 'r',
  items: [{ ticketType: 'standard', quantity }],
  paymentMethod: 'pm_approve',
});

/** An event with a confirmed purchase of each of these quantities. Redis has none of them. */
export async function soldEvent(
  database: TestDatabase,
  quantities: readonly number[],
): Promise<{ eventId: string; purchaseIds: string[] }> {
  const { pool } = database;
  const eventId = await database.createEvent();
  await buildGeneration(pool, { eventId, seen: 0, cause: 'test', stalledAfterMs: 0 }, async () => true);
  const orders = quantities.map((quantity) => orderOf(eventId, quantity));
  const claims = await claimPurchases(pool, orders, { workflowId: 'purchase', runId: 'run' });
  const claimed = claims.flatMap((claim) => (claim.kind === 'mine' ? [claim] : []));
  let serial = 0;
  const tickets = claimed.map(({ purchaseId, epoch, generation }, n) => ({
    purchaseId,
    epoch,
    generation,
    authorisationId: `pi_${purchaseId}`,
    items: [{ ticketType: 'standard', serials: Array.from({ length: quantities[n] ?? 0 }, () => (serial += 1)) }],
  }));
  const outcomes = new Set(await persistTickets(pool, tickets));
  if (outcomes.size !== 1 || !outcomes.has('persisted')) throw new Error(JSON.stringify([...outcomes]));
  await finalisePurchases(pool, claimed);
  return { eventId, purchaseIds: claimed.map(({ purchaseId }) => purchaseId) };
}
