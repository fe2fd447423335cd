import { mdText, unknownState } from '@box-office/contract';
import { learnOutcomes } from './learning.js';
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
      const outcome = outcomes[place];
      if (!outcome) throw new Error(`the tickets of purchase ${purchase.order.purchaseId} were not answered for`);
      const kind = typeof outcome === 'object' ? outcome.kind : outcome;
      work.tellOf(purchase, mdText`records its tickets: ${kind.replaceAll('_', ' ')}.`);
      if (typeof outcome === 'object') {
        const { kind: reason, limit, held } = outcome;
        undo(work, purchase, { kind: 'refused', reason, limit, held });
        continue;
      }
      switch (outcome) {
        case 'persisted':
          persisted.add(purchase);
          break;
        case 'serial_conflict':
          unusable.push({ eventId: purchase.order.eventId, seen: purchase.hold?.generation ?? 0 });
          delete purchase.hold;
          break;
        case 'stale_generation':
          delete purchase.hold;
          break;
        case 'finished':
          finished.push(purchase);
          break;
        case 'superseded':
          work.list.leave(purchase.order.purchaseId);
          break;
        case 'cancel_requested':
        case 'undoing':
          undo(work, purchase, { kind: 'undone', reason: 'cancelled' });
          break;
        default:
          unknownState('a persisted purchase', outcome);
      }
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
    // The money is taken: nothing is undone because of an answer that nobody planned.
    if (!result) throw new Error(`purchase ${purchase.order.purchaseId} was not answered for`);
    switch (result.kind) {
      case 'confirmed':
        work.tellOf(purchase, mdText`is **confirmed**.`);
        work.list.answer(result.purchaseId, result.outcome);
        break;
      case 'cancel_requested':
      case 'undoing':
        undo(work, purchase, { kind: 'undone', reason: 'cancelled' });
        break;
      case 'finished':
        finished.push(purchase);
        break;
      case 'superseded':
        work.tellOf(purchase, mdText`is carried on by another workflow.`);
        work.list.leave(purchase.order.purchaseId);
        break;
      default:
        unknownState('a captured purchase', result);
    }
  }
  await learnOutcomes(work, finished);
}
