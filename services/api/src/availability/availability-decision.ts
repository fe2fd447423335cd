import { isPastRedis } from '@box-office/contract';
import type { KeyedRequest, OwnedKey } from '../idempotency/idempotent-start.js';
import { startWith, type Known, type RefusedOutcome, type StartDecision } from '../idempotency/start-decision.js';
import type { Database } from '../database.js';
import type { RequestedItem } from '../ticket/requested-items.js';
import type { ReadEvent } from './event-reader.js';
import type { InventoryCounts } from './inventory-counts.js';
import type { InventoryRebuilder } from './inventory-rebuilder.js';
import { preCheck, type AmountTooLarge, type Requested } from './pre-check.js';

/** Replies to a request for tickets that the gateway knows to be impossible, or cannot decide at the moment. */
export type AvailabilityReply =
  | { readonly kind: 'unknown_event' }
  | { readonly kind: 'unknown_ticket_type'; readonly ticketType: string }
  | AmountTooLarge
  | { readonly kind: 'unavailable'; readonly detail: string; readonly retryAfterS: number };

const BEING_REBUILT =
  'The availability of this event is being rebuilt. Nothing was charged and no ticket is held. Repeat the ' +
  'request with the same idempotency key.';

interface AvailabilityDeps {
  readonly readEvent: ReadEvent;
  readonly findEvent: Database['findEvent'];
  readonly counts: Pick<InventoryCounts, 'count'>;
  readonly rebuilder: InventoryRebuilder;
}

/**
 * Decides by what the event has left whether a request goes to its workflow. A request is never refused by the
 * read model alone: it may be older than a restart of Redis, and the request may have its result in PostgreSQL already.
 *
 * @param mustStart the request goes to its workflow whatever is left
 */
export function createAvailabilityDecision(deps: AvailabilityDeps) {
  return async function decide<Outcome, Reply>(
    request: KeyedRequest & Requested,
    key: OwnedKey,
    o: { readonly mustStart: boolean; find(): Promise<Known<Outcome, Reply> | null> },
  ): Promise<StartDecision<Outcome | RefusedOutcome, Reply | AvailabilityReply>> {
    const { eventId, items } = request;
    const event = key.event === null ? null : deps.readEvent(eventId, key.event);
    if (event !== null && (o.mustStart || preCheck(event, request, Date.now()).kind === 'proceed')) {
      return startWith(event, items);
    }
    const [known, counted] = await Promise.all([o.find(), deps.counts.count(eventId)]);
    if (known !== null) return { kind: 'known', known };
    if (counted.kind === 'unavailable') return decideWithoutInventory(deps, eventId, items, key.workflowMayExist);
    const checked = preCheck(counted.event, request, Date.now());
    if (checked.kind === 'proceed' || o.mustStart) return startWith(counted.event, items);
    if (checked.kind === 'refused') return { kind: 'refuse', outcome: { kind: 'refused', ...checked.refusal } };
    return { kind: 'release', reply: checked };
  };
}

export type AvailabilityDecision = ReturnType<typeof createAvailabilityDecision>;

async function decideWithoutInventory(
  { findEvent, rebuilder }: AvailabilityDeps,
  eventId: string,
  items: readonly RequestedItem[],
  workflowMayExist: boolean,
): Promise<StartDecision<RefusedOutcome, AvailabilityReply>> {
  const event = await findEvent(eventId);
  if (workflowMayExist) return startWith(event, items);
  if (event === null) return { kind: 'release', reply: { kind: 'unknown_event' } };
  if (isPastRedis(event)) return { kind: 'refuse', outcome: { kind: 'refused', reason: 'not_on_sale' } };
  rebuilder.rebuild(eventId);
  return { kind: 'release', reply: { kind: 'unavailable', detail: BEING_REBUILT, retryAfterS: 1 } };
}
