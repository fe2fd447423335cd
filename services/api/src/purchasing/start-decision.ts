import type { EventFacts, OrderItem, PurchaseOrder, PurchaseOutcome, PurchaseRecord } from '@box-office/contract';
import type { PurchaseRow } from '@box-office/records';
import type { PurchaseRequest, RequestedItem } from './purchase-request.js';

/** The purchase goes to its workflow, with these items. */
export interface Goes {
  readonly kind: 'goes';
  readonly items: readonly OrderItem[];
  readonly eventName: string;
}

/** A ticket type that is not named is the event's first; where the event is not known either, the workflow refuses. */
export function goes(
  event: Pick<EventFacts, 'name' | 'ticketTypes'> | null,
  requested: readonly RequestedItem[],
): Goes {
  const byDefault = event?.ticketTypes[0]?.name ?? '';
  const items = requested.map(({ ticketType, quantity }) => ({ ticketType: ticketType ?? byDefault, quantity }));
  return { kind: 'goes', items, eventName: event?.name ?? 'unknown event' };
}

/** What the workflow is told. */
export function orderOf(request: PurchaseRequest, items: readonly OrderItem[]): PurchaseOrder {
  const { purchaseId, fingerprint, userId, eventId, paymentMethod, requestId, hold, expectedAmountMinor } = request;
  return {
    ...{ purchaseId, fingerprint, userId, eventId, items, paymentMethod, requestId },
    ...(hold !== undefined && { holdId: hold.holdId }),
    ...(expectedAmountMinor !== null && { expectedAmountMinor }),
  };
}

/** The record of a key whose purchase has its outcome. */
export function doneRecord(request: PurchaseRequest, outcome: PurchaseOutcome): PurchaseRecord {
  const { fingerprint, userId, eventId } = request;
  return { fingerprint, userId, eventId, state: 'done', outcome };
}

/** The record of a key as its purchase's row has it. */
export function recordOf({ fingerprint, userId, eventId, outcome }: PurchaseRow): PurchaseRecord {
  const base = { fingerprint, userId, eventId };
  return outcome === null ? { ...base, state: 'started' } : { ...base, state: 'done', outcome };
}
