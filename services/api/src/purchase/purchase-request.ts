import { fingerprintOf } from '@box-office/contract/derive';
import { HOLD_STATUSES, type HoldStatus, type NextAction, type PurchaseOutcome } from '@box-office/contract';
import { z } from 'zod';
import type { AvailabilityReply } from '../availability/availability-decision.js';
import type { KeyedRequest, KeyReply } from '../idempotency/idempotent-start.js';
import { keptItems, type RequestedItem } from '../ticket/requested-items.js';

/** A buyer's request after its checks, before anything was read. */
export interface PurchaseRequest extends KeyedRequest {
  readonly purchaseId: string;
  /** Sorted by ticket type, types distinct; an item without a type is the only one. */
  readonly items: readonly RequestedItem[];
  /** Null where the request names none. */
  readonly paymentMethod: string | null;
  /** Where the buyer returns after an authentication; null if the buyer cannot authenticate. */
  readonly returnUrl: string | null;
  /** What the buyer expects to pay in all; null if the request does not say. */
  readonly expectedAmountMinor: number | null;
  /** Complimentary: an operator issues the tickets, they cost nothing, and the event need not be on sale. */
  readonly complimentary?: true | undefined;
  /** The buyer's hold that is to be used; `items` are its own. */
  readonly hold?: NamedHold;
}

/** The same as the record of its key has it. */
export const keptPurchaseRequest: z.ZodType<PurchaseRequest> = z.object({
  purchaseId: z.string(),
  fingerprint: z.string(),
  userId: z.string(),
  eventId: z.string(),
  requestId: z.string(),
  items: keptItems,
  paymentMethod: z.string().nullable(),
  returnUrl: z.string().nullable(),
  expectedAmountMinor: z.int().nullable(),
  complimentary: z.literal(true).optional(),
  hold: z.object({ holdId: z.string(), status: z.enum(HOLD_STATUSES), usedBy: z.string().nullable() }).exactOptional(),
});

/** A hold as it was when the request came; the workflow checks it again. */
export interface NamedHold {
  readonly holdId: string;
  readonly status: HoldStatus;
  /** The purchase that uses it or has used it. */
  readonly usedBy: string | null;
}

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
