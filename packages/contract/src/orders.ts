import type { AmountMinor } from './money.js';
import type { NotOnSale } from './sale.js';
import type { RatePpm } from './tax.js';

/** So many tickets of one type. Quantities are positive integers. */
export interface OrderItem {
  readonly ticketType: string;
  readonly quantity: number;
}

/** Most items one purchase may name, and most tickets it may ask for: bounds every list built from it. */
export const MAX_ITEMS_PER_PURCHASE = 10;
export const MAX_TICKETS_PER_PURCHASE = 50;

/** Most purchases in one workflow: 50 UUIDs fit one search attribute of 2 KB, 56 do not. */
export const MAX_PURCHASES_PER_BATCH = 50;
/** Most bytes of JSON in one search attribute list; the server refuses more than 2,048. */
export const MAX_SEARCH_ATTRIBUTE_BYTES = 1_800;

/** What the gateway hands to the purchase workflow for one buyer's request. Plain JSON. */
export interface PurchaseOrder {
  /** UUIDv5 of [route, token subject, idempotency key]; everything else of the purchase is derived from it. */
  readonly purchaseId: string;
  /** SHA-256 of the canonical request; the same key with another fingerprint is refused. */
  readonly fingerprint: string;
  readonly userId: string;
  readonly eventId: string;
  /** At least one; ticket types are distinct. */
  readonly items: readonly OrderItem[];
  /** Opaque token of the buyer's payment method; null where none was named, which only tickets that cost nothing allow. */
  readonly paymentMethod: string | null;
  /** The HTTP request that asked, for logs and the audit trail. */
  readonly requestId: string;
  /** The buyer's hold whose capacity is to be used, if it has not lapsed by then; `items` are what it was taken for. */
  readonly holdId?: string;
  /** Complimentary: an operator issues the tickets, they cost nothing, and the event need not be on sale. */
  readonly complimentary?: true;
  /** What the buyer expects to pay in all, in minor units: at another price nothing is bought. */
  readonly expectedAmountMinor?: AmountMinor;
  /** Where the buyer returns after an authentication; without it a payment that requires one is declined. */
  readonly returnUrl?: string;
}

/**
 * What the buyer has to do before the amount can be authorised, named as Stripe does: go to a page of the bank, or, where
 * Stripe names none, continue in the browser with Stripe.js and the client secret of the PaymentIntent.
 */
export type BuyerAction =
  | { readonly kind: 'redirect_to_url'; readonly url: string }
  | { readonly kind: 'use_stripe_sdk'; readonly clientSecret: string };

/** `until`: when the purchase gives up waiting for it, ISO 8601. */
export type NextAction = BuyerAction & { readonly until: string };

/** So many tickets of one type at the price of one, tax included, in minor units. */
export interface QuotedItem extends OrderItem {
  readonly priceMinor: AmountMinor;
  /** The rate of the tax that the price includes; absent: none. */
  readonly taxRatePpm?: RatePpm;
}

/** A ticket as buyers see it. Serial numbers count from 1 per event and ticket type. */
export interface Ticket {
  readonly ticketId: string;
  readonly ticketType: string;
  readonly serial: number;
}

/** A ticket that its buyer has: `cancelling` while a cancellation has claimed it and its refund is not done, valid no more. */
export interface HeldTicket extends Ticket {
  readonly status: 'valid' | 'cancelling';
}

/** Serial numbers taken for one ticket type, ascending. */
export interface SerialRange {
  readonly ticketType: string;
  readonly serials: readonly number[];
}

/** Why a purchase was refused with nothing sold and nothing charged. Expected, so a value and not an exception. */
export type Refusal =
  | { readonly reason: 'unknown_event' }
  | { readonly reason: 'unknown_ticket_type'; readonly ticketType: string }
  /** Refusals of before there was a cause have none. */
  | ({ readonly reason: 'not_on_sale' } & (NotOnSale | { readonly cause?: undefined }))
  | { readonly reason: 'sold_out'; readonly ticketType: string }
  | { readonly reason: 'not_enough_left'; readonly ticketType: string; readonly available: number }
  | { readonly reason: 'over_buyer_limit'; readonly limit: number; readonly held: number };

/**
 * A refusal as a purchase gets it. `holdLapsed`: the hold that it named was gone, and there was no room without it, or the
 * price is another than the one that the hold had kept.
 */
export type PurchaseRefusal = (
  | Refusal
  /** The tickets of the hold that it named were bought by the purchase `usedBy`. */
  | { readonly reason: 'hold_used'; readonly usedBy: string }
  /** The hold that it named is not one of this buyer for these tickets. */
  | { readonly reason: 'unknown_hold' }
  /** The tickets cost this, and the request named no means of payment. */
  | { readonly reason: 'payment_required'; readonly amountMinor: AmountMinor; readonly currency: string }
  /** It costs `amountMinor` now, and not what the buyer expects. */
  | { readonly reason: 'price_changed'; readonly amountMinor: AmountMinor; readonly currency: string }
) & { readonly holdLapsed?: true };

/**
 * The one final outcome of a purchase, kept permanently in PostgreSQL.
 * `undone` is a purchase that went through its compensations for a cause other than a decline.
 */
export type PurchaseOutcome =
  | {
      readonly kind: 'confirmed';
      readonly transactionId: string;
      readonly tickets: readonly Ticket[];
      readonly amountMinor: AmountMinor;
      readonly currency: string;
    }
  | { readonly kind: 'declined'; readonly reason: string }
  | ({ readonly kind: 'refused' } & PurchaseRefusal)
  | { readonly kind: 'undone'; readonly reason: 'capture_refused' | 'cancelled' | 'operator' };

/** An outcome with the purchase that it belongs to. */
export interface PurchaseAnswer {
  readonly purchaseId: string;
  readonly outcome: PurchaseOutcome;
}
