import { HOLD_EPOCH, holdWorkflowId, isOpenHold, type Hold, type HoldOrder, type Refusal } from '@box-office/contract';
import { endHold, findHold, readGeneration, recordHold, refuseHold, type HoldEnd } from '@box-office/database';
import type { ReserveRequest } from '@box-office/inventory';
import { releaseHolds, withUsableInventory } from '@box-office/inventory-sync';
import type { ActivityDeps } from '../worker/activity-deps.js';

/** Rounds of reserving and recording: one, and one more for each rebuild of the inventory that comes in between. */
const MAX_ROUNDS = 10;

/** The steps of a hold. PostgreSQL decides what becomes of it; the capacity in Redis follows. */
export function createHoldActivities(deps: Pick<ActivityDeps, 'pool' | 'inventory'>) {
  const { pool, inventory } = deps;

  /** Releases what an earlier attempt may have reserved, unless the hold is open or its purchase has the serials. */
  async function releaseUnlessHeld(hold: Hold): Promise<Hold> {
    if (isOpenHold(hold) || hold.status === 'used') return hold;
    const generation = await readGeneration(pool, hold.eventId);
    if (generation !== null) await releaseHolds(deps, hold.eventId, [hold.holdId], generation);
    return hold;
  }

  return {
    /**
     * Takes capacity in Redis and records the hold, or its refusal. Idempotent: a hold that has its row is answered
     * from it. What was released has a row, or reconciliation released it because the workflow was lost before the row:
     * then it is taken again.
     */
    async takeHold(order: HoldOrder): Promise<Hold> {
      const { holdId, eventId, userId, items } = order;
      const ownerWorkflowId = holdWorkflowId(holdId);
      const refuse = (refusal: Refusal): Promise<Hold> => refuseHold(pool, { ...order, ownerWorkflowId }, refusal);

      const known = await findHold(pool, holdId);
      if (known) return releaseUnlessHeld(known);
      const request = { purchaseId: holdId, epoch: HOLD_EPOCH, userId, items };
      let again: Pick<ReserveRequest, 'evenIfReleased'> = {};
      for (let round = 1; round <= MAX_ROUNDS; round++) {
        const newest = await readGeneration(pool, eventId);
        if (newest === null) return refuse({ reason: 'unknown_event' });
        const { reply, generation } = await withUsableInventory(
          deps,
          eventId,
          (current) => inventory.reserve(eventId, current, [{ ...request, ...again }]),
          newest,
        );
        const [outcome] = reply.outcomes;
        if (outcome?.kind === 'refused') return refuse(outcome.refusal);
        if (outcome?.kind === 'tombstoned') {
          const ended = await findHold(pool, holdId);
          if (ended) return releaseUnlessHeld(ended);
          again = { evenIfReleased: true };
          continue;
        }
        if (outcome?.kind !== 'reserved') break;
        const recorded = await recordHold(pool, { ...order, generation, serials: outcome.items, ownerWorkflowId });
        if (recorded.kind === 'recorded') return releaseUnlessHeld(recorded.hold);
        if (recorded.kind === 'refused') return releaseUnlessHeld(await refuse(recorded.refusal));
      }
      throw new Error(`hold ${holdId} could be neither taken nor refused`);
    },

    /** Ends a hold, if it is still active and, to expire, its time is over; gives the capacity of an ended one back. */
    async endHold(holdId: string, as: 'released' | 'expired'): Promise<Pick<HoldEnd, 'hold' | 'remainingMs'>> {
      const end = await endHold(pool, holdId, as);
      if (!end) throw new Error(`hold ${holdId} has no row`);
      const { hold, generation, remainingMs } = end;
      if (hold.status === 'expired' || hold.status === 'released') {
        await releaseHolds(deps, hold.eventId, [holdId], generation);
      }
      return { hold, remainingMs };
    },
  };
}
