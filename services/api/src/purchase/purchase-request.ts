import { fingerprintOf } from '@box-office/contract/derive';
import { HOLD_STATUSES, type NextAction, type PurchaseOutcome } from '@box-office/contract';
import { z } from 'zod';
import type { AvailabilityReply } from '../availability/availability-decision.js';
import type { KeyReply } from '../idempotency/idempotent-start.js';
import { keptItems, type RequestedItem } from '../ticket/requested-items.js';

/** A hold as it was when the request came; the workflow checks it again. */
const namedHold = z
  .object({
    holdId: z.string(),
    status: z.enum(HOLD_STATUSES),
    /** The purchase that uses it or has used it. */
    usedBy: z.string().nullable(),
  })
  .readonly();
export type NamedHold = z.output<typeof namedHold>;

/** A buyer's request after its checks, before anything was read, as the record of its key keeps it. */
export const keptPurchaseRequest = z
  .object({
    purchaseId: z.string(),
    fingerprint: z.string(),
    userId: z.string(),
    eventId: z.string(),
    requestId: z.string(),
    items: keptItems,
    /** Null where the request names none. */
    paymentMethod: z.string().nullable(),
    /** Where the buyer returns after an authentication; null if the buyer cannot authenticate. */
    returnUrl: z.string().nullable(),
    /** What the buyer expects to pay in all; null if the request does not say. */
    expectedAmountMinor: z.int().nullable(),
    /** Complimentary: an operator issues the tickets, they cost nothing, and the event need not be on sale. */
    complimentary: z.literal(true).optional(),
    /** The buyer's hold that is to be used; `items` are its own. */
    hold: namedHold.exactOptional(),
  })
  .readonly();
export type PurchaseRequest = z.output<typeof keptPurchaseRequest>;

/** The answer to the buyer. */
export type PurchaseReply =
  | KeyReply
  | AvailabilityReply
  | { readonly kind: 'outcome'; readonly outcome: PurchaseOutcome; readonly repeat: boolean }
  /** It waits for its buyer to act. */
  | { readonly kind: 'action_required'; readonly nextAction: NextAction; readonly repeat: boolean }
  /** Another purchase uses the hold that this one names. The key has no outcome and may be used again. */
  | { readonly kind: 'hold_in_use'; readonly usedBy: string }
  /** The buyer asks for more than one buyer may at this moment. */
  | { readonly kind: 'limited'; readonly detail: string; readonly retryAfterS: number };

/** Answers a buyer's request. Rejects when Redis or PostgreSQL is unavailable; the key may then be used again at once. */
export type AnswerPurchase = (request: PurchaseRequest) => Promise<PurchaseReply>;

/** Two requests with this in common ask for the same purchase. `items` as `normaliseItems` returns them. */
export function purchaseFingerprint(r: {
  userId: string;
  eventId: string;
  items: readonly RequestedItem[];
  paymentMethod: string | null;
  returnUrl: string | null;
  holdId?: string | undefined;
  expectedAmountMinor: number | null;
  complimentary?: true | undefined;
}): string {
  const items = r.items.map((item) => [item.ticketType, item.quantity]);
  const parts = [r.userId, r.eventId, items, r.complimentary === true ? { complimentary: true } : r.paymentMethod];
  if (r.returnUrl !== null) return fingerprintOf([...parts, r.holdId ?? null, r.expectedAmountMinor, r.returnUrl]);
  // Two amounts are two requests: the answer to one says nothing about the other.
  if (r.expectedAmountMinor !== null) return fingerprintOf([...parts, r.holdId ?? null, r.expectedAmountMinor]);
  return fingerprintOf(r.holdId === undefined ? parts : [...parts, r.holdId]);
}
