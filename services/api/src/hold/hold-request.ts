import type { Hold, PurchaseRefusal } from '@box-office/contract';
import { fingerprintOf } from '@box-office/contract/derive';
import type { AvailabilityReply } from '../availability/availability-decision.js';
import type { KeyedRequest, KeyReply } from '../idempotency/idempotent-start.js';
import type { RequestedItem } from '../ticket/requested-items.js';

/** A buyer's request to hold tickets after its checks, before anything was read. */
export interface HoldRequest extends KeyedRequest {
  readonly holdId: string;
  /** Sorted by ticket type, types distinct; an item without a type is the only one. */
  readonly items: readonly RequestedItem[];
  readonly durationMs: number;
}

/** The answer to the buyer. `repeat`: an earlier request with the same key brought it about. */
export type HoldReply =
  | KeyReply
  | AvailabilityReply
  | { readonly kind: 'hold'; readonly hold: Hold; readonly repeat: boolean }
  | { readonly kind: 'refused'; readonly refusal: PurchaseRefusal; readonly repeat: boolean };

/** Two requests with this in common ask for the same hold. `seconds` as it was asked for, null for the default time. */
export function holdFingerprint(r: {
  userId: string;
  eventId: string;
  items: readonly RequestedItem[];
  seconds: number | null;
}): string {
  const items = r.items.map((item) => [item.ticketType, item.quantity]);
  return fingerprintOf(['hold', r.userId, r.eventId, items, r.seconds]);
}
