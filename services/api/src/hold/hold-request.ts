import type { Hold, PurchaseRefusal } from '@box-office/contract';
import { fingerprintOf } from '@box-office/contract/derive';
import { z } from 'zod';
import type { AvailabilityReply } from '../availability/availability-decision.js';
import type { KeyReply } from '../idempotency/idempotent-start.js';
import { keptItems, type RequestedItem } from '../ticket/requested-items.js';

/** A buyer's request to hold tickets after its checks, before anything was read, as the record of its key keeps it. */
export const keptHoldRequest = z
  .object({
    holdId: z.string(),
    fingerprint: z.string(),
    userId: z.string(),
    eventId: z.string(),
    requestId: z.string(),
    items: keptItems,
    durationMs: z.int().min(1),
  })
  .readonly();
export type HoldRequest = z.output<typeof keptHoldRequest>;

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
