import type { PersistOutcome } from '@box-office/records';
import { idsOf, type PurchaseUnderWay } from './purchase-list.js';
import { claimedAt, ticketsOf } from './requests.js';
import { reserve } from './taking-capacity.js';
import { undo } from './undo.js';
import type { Work } from './work.js';

/** Rounds of reserving and persisting: one, and one more for each rebuild of the inventory that comes in between. */
const MOST_ROUNDS = 10;

/** Writes the tickets as pending, reserving again where the inventory was rebuilt or a serial was another's. */
export async function persist(work: Work): Promise<void> {
  const persisted = new Set<PurchaseUnderWay>();
  for (let round = 1; round <= MOST_ROUNDS; round++) {
    const holding = work.list.underWay().filter((purchase) => !persisted.has(purchase));
    if (holding.length === 0) return;
    const outcomes = await work.ahead.outcomes('persist', holding, (those) =>
      work.steps.quickly(idsOf(those), 'persist', those.map(ticketsOf)),
    );
    const unusable: { eventId: string; seen: number }[] = [];
    const finished: PurchaseUnderWay[] = [];
    for (const [place, purchase] of holding.entries()) {
      const outcome = outcomes[place] ?? 'superseded';
      work.tellOf(purchase, `records its tickets: ${inWords(outcome)}.`);
      if (outcome === 'persisted') persisted.add(purchase);
      else if (typeof outcome === 'object') {
        const { kind: reason, limit, held } = outcome;
        undo(work, purchase, { kind: 'refused', reason, limit, held });
      } else if (outcome === 'stale_generation') delete purchase.hold;
      else if (outcome === 'serial_conflict') {
        unusable.push({ eventId: purchase.order.eventId, seen: purchase.hold?.generation ?? 0 });
        delete purchase.hold;
      } else if (outcome === 'finished') finished.push(purchase);
      else if (outcome === 'superseded') work.list.leave(purchase.order.purchaseId);
      else undo(work, purchase, { kind: 'undone', reason: 'cancelled' });
    }
    await learnOutcomes(work, finished);
    // A serial that PostgreSQL gave to another means that Redis is wrong about this event: build it anew.
    if (unusable.length > 0) await work.steps.quickly(idsOf(holding), 'rebuildInventories', unusable);
    await reserve(work);
  }
  throw new Error(`no stable inventory after ${MOST_ROUNDS} rounds`);
}

/** Makes the tickets valid; from here on the buyer is told so. */
export async function finalise(work: Work): Promise<void> {
  const paid = work.list.underWay();
  if (paid.length === 0) return;
  const results = await work.ahead.outcomes('finalise', paid, (those) =>
    work.steps.quickly(idsOf(those), 'finalise', those.map(claimedAt)),
  );
  const finished: PurchaseUnderWay[] = [];
  for (const [place, purchase] of paid.entries()) {
    const result = results[place];
    if (result?.kind === 'confirmed') {
      work.tellOf(purchase, 'is **confirmed**.');
      work.list.answer(result.purchaseId, result.outcome);
    } else if (result?.kind === 'cancel_requested' || result?.kind === 'undoing') {
      undo(work, purchase, { kind: 'undone', reason: 'cancelled' });
    } else if (result?.kind === 'finished') {
      finished.push(purchase);
    } else {
      work.list.leave(purchase.order.purchaseId);
    }
  }
  await learnOutcomes(work, finished);
}

/**
 * Purchases that turn out to have their outcome: an earlier try of this very run, given up as lost, got there after all.
 * What it sold is still this workflow's to publish.
 */
async function learnOutcomes(work: Work, finished: readonly PurchaseUnderWay[]): Promise<void> {
  if (finished.length === 0) return;
  const orders = finished.map((purchase) => purchase.order);
  const claims = await work.steps.quickly(idsOf(finished), 'claim', orders);
  for (const [place, { purchaseId }] of orders.entries()) {
    const claim = claims[place];
    if (claim?.kind === 'finished' && claim.mine) work.list.answer(purchaseId, claim.outcome);
    else work.list.leave(purchaseId);
  }
}

const inWords = (outcome: PersistOutcome): string =>
  (typeof outcome === 'object' ? outcome.kind : outcome).replaceAll('_', ' ');
