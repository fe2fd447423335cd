import type { AmountMinor } from './money.js';
import type { RefundAmounts } from './cancellations.js';
import type { Fee, RefundRules } from './fees.js';
import type { HeldTicket } from './orders.js';
import type { EventStatus, PurchaseStatus } from './statuses.js';
import type { RatePpm } from './tax.js';

/** The details of an event that do not change with each sale. Times are ISO 8601 instants. */
export interface EventDetails {
  readonly id: string;
  /** Raised by each change of these details, in the order of their commits. */
  readonly revision: number;
  readonly name: string;
  readonly description: string;
  readonly venue: string;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly timeZone: string;
  readonly currency: string;
  readonly status: EventStatus;
  readonly saleStartsAt: string | null;
  readonly saleEndsAt: string | null;
  /** Until when buyers may cancel. Null or absent (read models of before this field): until the event starts. */
  readonly cancellableUntil?: string | null;
  /** Most tickets that one buyer may hold and own for this event. */
  readonly limitPerBuyer: number;
  /** Charged once per purchase; absent: nothing. */
  readonly purchaseFee?: Fee;
  /** What a cancellation by the buyer does not give back; absent: nothing. */
  readonly refundRules?: RefundRules;
  /** In the order in which they are shown; the first is the default of a purchase that names none. */
  readonly ticketTypes: readonly TicketTypeDetails[];
}

export interface TicketTypeDetails {
  readonly name: string;
  /** What a buyer pays, tax included. */
  readonly priceMinor: AmountMinor;
  readonly total: number;
  /** Absent: no tax. */
  readonly taxRatePpm?: RatePpm;
  /** The price that was set without tax, to which the tax was added; absent: a price was set that includes it. */
  readonly netPriceMinor?: AmountMinor;
  /** Charged for each ticket on top of its price; absent: nothing. */
  readonly fee?: Fee;
}

/** Redis `event:<id>`: the details with what is left at this moment. `capacity` is what remains, as in PostgreSQL. */
export interface EventReadModel extends Omit<EventDetails, 'ticketTypes'> {
  readonly capacity: number;
  readonly ticketTypes: readonly TicketTypeReadModel[];
}

export interface TicketTypeReadModel extends TicketTypeDetails {
  /** total − held − sold */
  readonly available: number;
  readonly held: number;
  readonly sold: number;
}

/** Redis `event_tickets:<user>`: the tickets of one user, those that are being cancelled marked so. A higher version is a newer state. */
export interface UserTicketsReadModel {
  readonly userId: string;
  readonly version: number;
  /** Oldest first. Of many the newest 200: the list is rewritten at each of the user's sales. */
  readonly tickets: readonly UserTicket[];
  /** There are older ones, which PostgreSQL knows. Absent otherwise. */
  readonly truncated?: true | undefined;
}

export interface UserTicket extends HeldTicket {
  readonly eventId: string;
  readonly purchaseId: string;
  readonly transactionId: string;
  readonly priceMinor: AmountMinor;
  readonly currency: string;
}

/**
 * Redis `transaction:<id>`: one purchase's transaction, rewritten at each change of its status. `amountMinor` is what was paid for
 * it in all; what goes back of that stands beside it.
 */
export interface TransactionReadModel extends RefundAmounts {
  readonly transactionId: string;
  readonly purchaseId: string;
  readonly version: number;
  readonly userId: string;
  readonly eventId: string;
  readonly status: PurchaseStatus;
  readonly amountMinor: AmountMinor;
  readonly currency: string;
  readonly tickets: readonly HeldTicket[];
  readonly updatedAt: string;
}
