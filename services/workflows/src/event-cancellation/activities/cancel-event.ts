import type { EventCancellationRequest } from '@box-office/contract';
import { findEvent, recordEventCancellation, releaseHoldsOfEvent } from '@box-office/database';
import { publishDetails, releaseHolds, type InventorySyncDeps } from '@box-office/inventory-sync';

/** Holds that are released in one call. */
const HOLDS_PER_CALL = 100;

/**
 * Cancels an event in PostgreSQL first: from then on nothing of the event can be confirmed. Redis then refuses buyers at
 * once; until it does, a later step refuses them. Holds are released. Idempotent.
 *
 * @returns false if there is no such event
 */
export async function cancelEvent(deps: InventorySyncDeps, request: EventCancellationRequest): Promise<boolean> {
  if (!(await recordEventCancellation(deps.pool, request))) return false;
  const { eventId } = request;
  const details = await findEvent(deps.pool, eventId);
  if (!details) throw new Error(`event ${eventId} vanished while it was cancelled`);
  const published = await publishDetails(deps, details);
  if (published.kind === 'refused') {
    throw new Error(`the details of event ${eventId} do not fit its inventory: ${published.ticketType}`);
  }
  await releaseAllHolds(deps, eventId);
  return true;
}

/** The hold's own workflow releases in Redis what this does not reach, when the hold's time is over. */
async function releaseAllHolds(deps: InventorySyncDeps, eventId: string): Promise<void> {
  for (;;) {
    const { holdIds, generation } = await releaseHoldsOfEvent(deps.pool, eventId, HOLDS_PER_CALL);
    if (holdIds.length === 0) return;
    await releaseHolds(deps, eventId, holdIds, generation);
  }
}
