import { HOLD_EPOCH, type EventCancellationRequest } from '@box-office/contract';
import { findEvent, recordEventCancellation, releaseHoldsOfEvent } from '@box-office/records';
import { publishFacts } from './change-event.js';
import type { RestorationDeps } from './restore-inventory.js';
import { withUsableInventory } from './usable-inventory.js';

/** Holds that are released in one call. */
const HOLDS_PER_CALL = 100;

/**
 * Ends the sale of an event for good, in PostgreSQL first: what decides is that nothing of the event can be confirmed
 * any more. Redis then turns buyers away at once; until it does they are turned away a step later. What was held is
 * released. Idempotent.
 *
 * @returns false if there is no such event
 */
export async function cancelEvent(deps: RestorationDeps, request: EventCancellationRequest): Promise<boolean> {
  if (!(await recordEventCancellation(deps.pool, request))) return false;
  const { eventId } = request;
  const facts = await findEvent(deps.pool, eventId);
  if (!facts) throw new Error(`event ${eventId} vanished while it was cancelled`);
  const published = await publishFacts(deps, facts);
  if (published.kind === 'refused') {
    throw new Error(`the facts of event ${eventId} do not fit its inventory: ${published.ticketType}`);
  }
  await releaseHolds(deps, eventId);
  return true;
}

/** A hold whose capacity this does not reach is released in Redis by its own workflow, when its time is over. */
async function releaseHolds(deps: RestorationDeps, eventId: string): Promise<void> {
  for (;;) {
    const { holdIds, generation } = await releaseHoldsOfEvent(deps.pool, eventId, HOLDS_PER_CALL);
    if (holdIds.length === 0) return;
    const requests = holdIds.map((purchaseId) => ({ purchaseId, epoch: HOLD_EPOCH }));
    await withUsableInventory(
      deps,
      eventId,
      (current) => deps.inventory.release(eventId, current, requests),
      generation,
    );
  }
}
