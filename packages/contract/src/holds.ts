import type { QuotedFee } from './fees.js';
import type { Money } from './money.js';
import type { OrderItem, QuotedItem, Refusal, SerialRange } from './orders.js';

/** Longest time for which any hold may be taken, whatever is configured: a bound for timers and capacity alike. */
export const MAX_HOLD_MS = 24 * 60 * 60 * 1000;

/** The claim under which a hold takes capacity in Redis. It is taken once, so there is never another. */
export const HOLD_EPOCH = 1;

/** What the gateway hands to the hold workflow for one buyer's request. Plain JSON. */
export interface HoldOrder {
  /** UUIDv5 of [route, token subject, idempotency key], as a purchase's, with a route of its own. */
  readonly holdId: string;
  /** SHA-256 of the canonical request; the same key with another fingerprint is refused. */
  readonly fingerprint: string;
  readonly userId: string;
  readonly eventId: string;
  /** At least one; ticket types are distinct and in ascending order. */
  readonly items: readonly OrderItem[];
  /** How long the capacity is kept, from the moment at which it is recorded; at most `MAX_HOLD_MS`. */
  readonly durationMs: number;
  /** The HTTP request that asked, for logs. */
  readonly requestId: string;
}

/**
 * The life of a hold. `active` becomes `in_use` by a purchase, `expired`, or `released` (by its buyer or an operator): the
 * first wins. `in_use` becomes `used` when that purchase has tickets; one that ends without makes it `active` again, or ends
 * it if its time is over. All others are final; `refused` held nothing. (The row says `used` from the beginning of the use.)
 */
export const HOLD_STATUSES = ['active', 'in_use', 'used', 'expired', 'released', 'refused'] as const;
export type HoldStatus = (typeof HOLD_STATUSES)[number];

/** Whether the hold may still become something else. */
export const isOpenHold = ({ status }: Pick<Hold, 'status'>): boolean => status === 'active' || status === 'in_use';

/** A hold as PostgreSQL has it. */
export interface Hold {
  readonly holdId: string;
  readonly fingerprint: string;
  readonly userId: string;
  readonly eventId: string;
  readonly status: HoldStatus;
  /** What was asked for, in ascending order of ticket types. */
  readonly wanted: readonly OrderItem[];
  /** The serials that it holds or held; empty if it was refused. */
  readonly items: readonly SerialRange[];
  /** Present if it was refused. */
  readonly refusal: Refusal | null;
  /** When an active hold ends by itself, ISO 8601; null if it was refused. */
  readonly expiresAt: string | null;
  /** The purchase that uses it or has used it. */
  readonly purchaseId: string | null;
  /** The price that it keeps for the purchase that uses it; null if it was refused. */
  readonly quote: HoldQuote | null;
  /** The HTTP request that took it. */
  readonly requestId: string;
}

/** Prices of the time at which a hold was taken. `amountMinor` is the sum of items and fees. */
export interface HoldQuote extends Money {
  readonly items: readonly QuotedItem[];
  /** Null: none. */
  readonly fees: readonly QuotedFee[] | null;
}
