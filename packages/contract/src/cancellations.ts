import type { AmountMinor } from './money.js';
import type { Ticket } from './orders.js';

/**
 * The request to cancel a purchase or some of its tickets; argument of the cancellation workflow. The gateway decides who
 * may request it, PostgreSQL whether it can be done. Plain JSON.
 */
export interface CancellationRequest {
  /** Derived from the purchase and the tickets, so that the same request is the same cancellation. */
  readonly cancellationId: string;
  readonly purchaseId: string;
  /** Ids, sorted, without repetition; null for the whole purchase, whatever is left of it. */
  readonly tickets: readonly string[] | null;
  readonly eventId: string;
  /** The buyer. */
  readonly userId: string;
  /** Who asked: the subject of a token. */
  readonly requestedBy: string;
  /** Operators may cancel at any time, buyers until the event's `cancellableUntil`. */
  readonly byOperator: boolean;
  readonly reason: string;
  readonly requestId: string;
  /** When the gateway took the request, ISO 8601: this counts for the time limit, not when a worker gets to it. */
  readonly requestedAt: string;
  /**
   * Fingerprint of the purchase's request. Present if the gateway found the purchase admitted but claimed by no workflow
   * yet: it is then recorded as undone before it begins.
   */
  readonly unclaimedFingerprint?: string;
  /**
   * The provider's id of the refund or dispute by which the money went back to the buyer, outside of Box Office:
   * nothing is refunded again. Operators and reconciliation alone may say so.
   */
  readonly returnedBy?: string;
  /** What the caller was shown as the refund: with another one nothing is cancelled. */
  readonly expectedRefundMinor?: AmountMinor;
}

/**
 * - `waiting`: its purchase is still under way and was told to stop;
 * - `refunding`: the tickets are its own, their money is on its way back;
 * - `cancelled`: the money is back and the tickets are cancelled. Final.
 */
export const CANCELLATION_STATUSES = ['waiting', 'refunding', 'cancelled'] as const;
export type CancellationStatus = (typeof CANCELLATION_STATUSES)[number];

/**
 * What cancellations give back, in minor units, each true at this moment. What was asked for is the sum of the other three, but
 * for a purchase that is still to be stopped, of which nothing is known yet.
 */
export interface RefundAmounts {
  /** What is to be refunded for the tickets that are cancelled or being cancelled. */
  readonly requestedMinor: AmountMinor;
  /** The provider has confirmed the refund. */
  readonly refundedMinor: AmountMinor;
  /** The refund is still to be made or to be confirmed. */
  readonly pendingMinor: AmountMinor;
  /** An operator decided to continue without the refund and to pay it back by hand: it was not refunded here. */
  readonly skippedMinor: AmountMinor;
}

export const NO_REFUNDS: RefundAmounts = { requestedMinor: 0, refundedMinor: 0, pendingMinor: 0, skippedMinor: 0 };

/** The amounts of several cancellations together. */
export function sumOfRefunds(all: readonly RefundAmounts[]): RefundAmounts {
  const sum = (key: keyof RefundAmounts): number => all.reduce((total, one) => total + one[key], 0);
  return {
    requestedMinor: sum('requestedMinor'),
    refundedMinor: sum('refundedMinor'),
    pendingMinor: sum('pendingMinor'),
    skippedMinor: sum('skippedMinor'),
  };
}

/** Whether a request names what the money went back by, and the same cancellation does not: to join that would refund it again. */
export const contradictsReturn = (
  { returnedBy }: Pick<CancellationRequest, 'returnedBy'>,
  existing: { readonly returnedBy?: string | null },
): boolean => returnedBy !== undefined && returnedBy !== existing.returnedBy;

/** Why nothing was cancelled. Expected, so a value and not an exception. */
export type CancellationRefusal =
  | { readonly reason: 'unknown_purchase' }
  /** These are not tickets of the purchase. */
  | { readonly reason: 'unknown_tickets'; readonly tickets: readonly string[] }
  /** A buyer may cancel only until this instant, ISO 8601. */
  | { readonly reason: 'too_late'; readonly until: string }
  /** No ticket is left that is valid and not being cancelled already. */
  | { readonly reason: 'nothing_to_cancel' }
  /** These were used at the door, or somebody else has taken them over: their buyer cannot cancel them any more. */
  | { readonly reason: 'admitted' | 'transferred'; readonly tickets: readonly string[] }
  /** This would be refunded, and not what the caller expects. */
  | { readonly reason: 'refund_changed'; readonly amountMinor: AmountMinor; readonly currency: string }
  /** The same cancellation exists without the caller's `returnedBy`: it refunds the money itself, or has done so. */
  | { readonly reason: 'already_refunding' }
  /** Some tickets of a purchase cannot be cancelled before there are any; all of it can. */
  | { readonly reason: 'purchase_open' };

/** Result of the cancellation workflow. A purchase that was undone before it had tickets has none to refund. */
export type CancellationResult =
  | { readonly kind: 'cancelled'; readonly tickets: readonly Ticket[] }
  | ({ readonly kind: 'refused' } & CancellationRefusal);

/** Argument of the workflow that cancels an event. */
export interface EventCancellationRequest {
  readonly eventId: string;
  /** The operator. */
  readonly requestedBy: string;
  readonly reason: string;
  readonly requestId: string;
  /** Where a run takes over from the one before it; absent in the first. */
  readonly from?: EventCancellationPosition;
}

/** How far a run of the event's cancellation has come. */
export interface EventCancellationPosition {
  /** Id of the last purchase looked at, in the order of their creation; null to begin again from the oldest. */
  readonly after: string | null;
  /** Id of the last cancellation looked at of those that others have begun, in the order of ids; null to begin again. */
  readonly leftBehindAfter: string | null;
  readonly cancelled: number;
  readonly refundedMinor: AmountMinor;
  /** When the page after `after` was first tried, ISO 8601; null before that. */
  readonly pageBegunAt: string | null;
  /** Tries in a row of that page for which the payment provider has answered for no refund. */
  readonly unansweredTries: number;
}

/** The request of a cancellation that is on record, for a workflow that carries it out. */
export function cancellationRequestOf(
  recorded: Omit<CancellationRequest, 'tickets' | 'returnedBy'> & {
    readonly wantedTickets: CancellationRequest['tickets'];
    readonly returnedBy: string | null;
  },
): CancellationRequest {
  const { cancellationId, purchaseId, eventId, userId } = recorded;
  const { requestedBy, byOperator, reason, requestId, requestedAt, wantedTickets, returnedBy } = recorded;
  return {
    cancellationId,
    purchaseId,
    eventId,
    userId,
    requestedBy,
    byOperator,
    reason,
    requestId,
    requestedAt,
    tickets: wantedTickets,
    ...(returnedBy !== null && { returnedBy }),
  };
}
