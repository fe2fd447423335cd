import type { EventCancellationRequest } from '@box-office/contract';
import { findEvent, recordEventCancellation } from '@box-office/records';
import { publishFacts } from './change-event.js';
import type { RestorationDeps } from './restore-inventory.js';

/**
 * Ends the sale of an event for good, in PostgreSQL first: what decides is that nothing of the event can be confirmed
 * any more. Redis then turns buyers away at once; until it does they are turned away a step later. Idempotent.
 *
 * @returns false if there is no such event
 */
export async function cancelEvent(deps: RestorationDeps, request: EventCancellationRequest): Promise<boolean> {
  if (!(await recordEventCancellation(deps.pool, request))) return false;
  const facts = await findEvent(deps.pool, request.eventId);
  if (!facts) throw new Error(`event ${request.eventId} vanished while it was cancelled`);
  const published = await publishFacts(deps, facts);
  if (published.kind === 'refused') {
    throw new Error(`the facts of event ${request.eventId} do not fit its inventory: ${published.ticketType}`);
  }
  return true;
}
