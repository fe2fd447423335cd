import type { Hold, PurchaseRefusal } from '@box-office/contract';
import { fingerprintOf } from '@box-office/contract/derive';
import type { RequestedItem } from '../purchasing/purchase-request.js';

/** A buyer's wish to hold tickets after its checks, before anything was looked up. */
export interface HoldRequest {
  readonly holdId: string;
  readonly fingerprint: string;
  readonly userId: string;
  readonly eventId: string;
  /** Sorted by ticket type, types distinct; the one without a type stands alone. */
  readonly items: readonly RequestedItem[];
  readonly durationMs: number;
  readonly requestId: string;
}

/** What can be told to the buyer. `repeat` tells that another request with the same key had brought it about. */
export type HoldReply =
  | { readonly kind: 'hold'; readonly hold: Hold; readonly repeat: boolean }
  | { readonly kind: 'refused'; readonly refusal: PurchaseRefusal; readonly repeat: boolean }
  | { readonly kind: 'open'; readonly repeat: boolean }
  | { readonly kind: 'key_reused' }
  | { readonly kind: 'in_flight'; readonly retryAfterS: number }
  | { readonly kind: 'unknown_event' }
  | { readonly kind: 'unknown_ticket_type'; readonly ticketType: string }
  | { readonly kind: 'unavailable'; readonly detail: string; readonly retryAfterS: number };

/** Two requests with this in common ask for the same hold. `seconds` as it was asked for, null for the usual time. */
export function holdFingerprint(r: {
  userId: string;
  eventId: string;
  items: readonly RequestedItem[];
  seconds: number | null;
}): string {
  const items = r.items.map((item) => [item.ticketType, item.quantity]);
  return fingerprintOf(['hold', r.userId, r.eventId, items, r.seconds]);
}
