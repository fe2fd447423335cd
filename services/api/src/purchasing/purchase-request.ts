import { fingerprintOf } from '@box-office/contract/derive';
import type { HoldStatus, PurchaseOutcome } from '@box-office/contract';

/** So many tickets of a type, or of the event's first type where the buyer named none. */
export interface RequestedItem {
  readonly ticketType: string | null;
  readonly quantity: number;
}

/** A buyer's request after its checks, before anything was looked up. */
export interface PurchaseRequest {
  readonly purchaseId: string;
  readonly fingerprint: string;
  readonly userId: string;
  readonly eventId: string;
  /** Sorted by ticket type, types distinct; the one without a type stands alone. */
  readonly items: readonly RequestedItem[];
  /** Null where the request names none. */
  readonly paymentMethod: string | null;
  readonly requestId: string;
  /** What the buyer expects to pay in all; null if the request does not say. */
  readonly expectedAmountMinor: number | null;
  /** The buyer's hold that is to be used; `items` are its own. */
  readonly hold?: NamedHold;
}

/** A hold as it stood when the request came; the workflow looks again. */
export interface NamedHold {
  readonly holdId: string;
  readonly status: HoldStatus;
  /** The purchase that uses it or has used it. */
  readonly usedBy: string | null;
}

/** Whether the hold keeps its tickets for this purchase, however many others are left. */
export const keepsTickets = ({ purchaseId, hold }: PurchaseRequest): boolean =>
  hold !== undefined && (hold.status === 'active' || hold.usedBy === purchaseId);

/**
 * What can be told to the buyer. `open`: the purchase goes on, its outcome is not known yet. `repeat` tells that
 * another request with the same key had brought it about.
 */
export type PurchaseReply =
  | { readonly kind: 'outcome'; readonly outcome: PurchaseOutcome; readonly repeat: boolean }
  | { readonly kind: 'open'; readonly repeat: boolean }
  | { readonly kind: 'key_reused' }
  | { readonly kind: 'in_flight'; readonly retryAfterS: number }
  /** Another purchase uses the hold that this one names. The key has no outcome and may be used again. */
  | { readonly kind: 'hold_in_use'; readonly usedBy: string }
  /** The buyer asks for more than one buyer may at this moment. */
  | { readonly kind: 'limited'; readonly detail: string; readonly retryAfterS: number }
  | { readonly kind: 'unknown_event' }
  | { readonly kind: 'unknown_ticket_type'; readonly ticketType: string }
  | { readonly kind: 'unavailable'; readonly detail: string; readonly retryAfterS: number };

/** Orders items by type, so that the same wish in another order is the same request. */
export function normaliseItems(items: readonly RequestedItem[]): readonly RequestedItem[] {
  if (items.length < 2) return items;
  return items.toSorted((a, b) => ((a.ticketType ?? '') < (b.ticketType ?? '') ? -1 : 1));
}

/** Two requests with this in common ask for the same purchase. `items` as `normaliseItems` gives them. */
export function purchaseFingerprint(r: {
  userId: string;
  eventId: string;
  items: readonly RequestedItem[];
  paymentMethod: string | null;
  holdId?: string | undefined;
  expectedAmountMinor: number | null;
}): string {
  const items = r.items.map((item) => [item.ticketType, item.quantity]);
  const parts = [r.userId, r.eventId, items, r.paymentMethod];
  // Two amounts are two requests: the answer to one says nothing about the other.
  if (r.expectedAmountMinor !== null) return fingerprintOf([...parts, r.holdId ?? null, r.expectedAmountMinor]);
  return fingerprintOf(r.holdId === undefined ? parts : [...parts, r.holdId]);
}
