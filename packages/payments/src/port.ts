import {
  isWithdrawn,
  type AmountMinor,
  type BuyerAction,
  type DeclineReason,
  type Dispute,
} from '@box-office/contract';

/** What a payment provider must be able to do. Every call may be repeated with its key: it takes effect once. */
export interface PaymentPort {
  /** Authorises the amount on the buyer's payment method. Nothing is charged yet. */
  authorise(request: AuthorisationRequest, signal?: AbortSignal): Promise<AuthoriseResult>;
  /**
   * What an authorisation that required an action of the buyer has come to. One that was declined is cancelled, so that it
   * cannot be confirmed later.
   */
  readAuthorisation(
    request: AuthorisationRequest & { readonly authorisationId: string },
    signal?: AbortSignal,
  ): Promise<AuthoriseResult>;
  /**
   * Ends an authorisation whose outcome is unknown, by the request that was sent, key included. The provider voids what it
   * has authorised; if the request has not arrived yet, the provider declines it later. The answer is final for the key:
   * nothing is authorised with it any more, and nothing will be.
   */
  reverse(request: AuthorisationRequest, signal?: AbortSignal): Promise<ReverseResult>;
  /** Charges the whole amount of an authorisation, once, whatever the key. */
  capture(request: { key: string; authorisationId: string }, signal?: AbortSignal): Promise<CaptureResult>;
  /** Gives back what was authorised. */
  void(request: { key: string; authorisationId: string }, signal?: AbortSignal): Promise<VoidResult>;
  /** Pays back some or all of what was captured; one refund per key. */
  refund(request: RefundRequest, signal?: AbortSignal): Promise<RefundResult>;
  /** What went back of an authorisation: refunds, also those made by hand, and disputes. */
  readReturned(authorisationId: string, signal?: AbortSignal): Promise<ReturnedPayment>;
  /**
   * What the provider knows about the authorisation that was asked for with this key. `not_found` never means
   * "not charged": the authorisation may still be on its way. Send it again with its key until it answers, or reverse it.
   */
  lookUp(request: { authoriseKey: string; askedAt?: Date }, signal?: AbortSignal): Promise<LookUpResult>;
  /**
   * What the provider has of these purchases now: the authorisations that are named, and those that were made in the minutes
   * after `since`, as far as those can be listed. A purchase of which it has none is left out.
   */
  readPurchases(purchases: readonly PurchaseQuery[], signal?: AbortSignal): Promise<PurchasePayments[]>;
  /**
   * The provider's statement, for reconciliation: a page of the purchases at which something moved after a position, in the
   * order in which it moved. It shows the authorisations that moved, which need not be all of a purchase.
   *
   * @param request.after the `position` of the page before; null for the beginning
   */
  statement(request: { readonly after: string | null }, signal?: AbortSignal): Promise<StatementPage>;
}

/** An authorisation as it is asked for. */
export interface AuthorisationRequest {
  readonly key: string;
  readonly amountMinor: AmountMinor;
  readonly currency: string;
  readonly method: string;
  readonly purchaseId: string;
  readonly eventId?: string;
  readonly attempt?: number;
  /**
   * Where the buyer returns after an authentication or a payment at another site. Without it an authorisation that requires
   * an action of the buyer is declined.
   */
  readonly returnUrl?: string;
  /**
   * When this authorisation may first have been sent; absent if that is now. The provider forgets idempotency keys after a
   * day, so an older authorisation is looked for before it is sent again.
   */
  readonly askedAt?: Date;
}

export interface RefundRequest {
  readonly key: string;
  readonly authorisationId: string;
  readonly amountMinor: AmountMinor;
  /**
   * What has to be left of the captured money after this refund, whatever went back outside of Box Office: it pays for
   * other tickets. Absent: nothing.
   */
  readonly mustKeepMinor?: AmountMinor;
}

/** Names a purchase and where to look for its authorisations. */
export interface PurchaseQuery {
  readonly purchaseId: string;
  readonly authorisationIds: readonly string[];
  /** When the purchase was made; null if that is not known. */
  readonly since: Date | null;
}

/** What of an authorisation was captured, and what went back. Amounts in minor units. */
interface ReturnedPayment {
  readonly capturedMinor: AmountMinor;
  readonly refundedMinor: AmountMinor;
  readonly currency: string;
  /**
   * The provider's id of the newest refund that was not refused, of those that were made outside of Box Office if there are
   * any; null if there is none.
   */
  readonly lastRefundId: string | null;
  /** Keys of the refunds that failed, at once or after they were accepted. */
  readonly failedKeys: readonly string[];
  /** Newest first. */
  readonly disputes: readonly Dispute[];
}

/** What is left of the captured money: neither refunded nor taken back by a dispute. */
export function leftMinorOf({
  capturedMinor,
  refundedMinor,
  disputes,
}: Pick<ReturnedPayment, 'capturedMinor' | 'refundedMinor' | 'disputes'>): AmountMinor {
  const withdrawn = disputes.filter(({ status }) => isWithdrawn(status));
  return withdrawn.reduce((left, { amountMinor }) => left - amountMinor, capturedMinor - refundedMinor);
}

export interface StatementPage {
  readonly purchases: readonly PurchasePayments[];
  /** Disputes that were opened or changed, as they were then, in that order. Their purchases are among those above. */
  readonly disputes: readonly (Dispute & { readonly purchaseId: string })[];
  /** How far the statement was read: where the next page begins. */
  readonly position: string;
  /** Nothing moved after this page. */
  readonly isLast: boolean;
}

/** What the provider has of one purchase, over all its authorisations. */
export interface PurchasePayments {
  readonly purchaseId: string;
  readonly authorisations: readonly {
    /** Idempotency key of the authorisation. */
    readonly key: string;
    readonly authorisationId: string;
    readonly state: AuthorisationState;
    readonly amountMinor: AmountMinor;
    readonly capturedMinor: AmountMinor;
    readonly refundedMinor: AmountMinor;
    readonly currency: string;
  }[];
}

export type AuthoriseResult =
  | { readonly kind: 'authorised'; readonly authorisationId: string }
  /** Nothing is authorised before the buyer has acted. */
  | { readonly kind: 'requires_action'; readonly authorisationId: string; readonly action: BuyerAction }
  /** `reason` may be told to the buyer. `declineCode` is for operators: the provider's own, or its message. */
  | { readonly kind: 'declined'; readonly reason: DeclineReason; readonly declineCode?: string };

/** An authorisation that was captured before, by whichever key, answers `captured`. */
export type CaptureResult =
  { readonly kind: 'captured' } | { readonly kind: 'refused'; readonly reason: 'voided' | 'expired' | 'declined' };

/** `voided` when nothing is authorised any longer: voided now or before, expired, or declined. */
export type VoidResult = { readonly kind: 'voided' } | { readonly kind: 'already_captured' };

/** `already_captured`: the money was taken, and a refund alone gives it back. */
export type ReverseResult =
  { readonly kind: 'reversed' } | { readonly kind: 'already_captured'; readonly authorisationId: string };

/**
 * `refunded` only if the refund with this very key exists; another key's refund is another refund. `must_be_kept`: nothing is
 * refunded, because less would be left than must be kept.
 */
export type RefundResult =
  | { readonly kind: 'refunded'; readonly refundId: string }
  | { readonly kind: 'refused'; readonly reason: 'not_captured' | 'over_captured' | 'must_be_kept' | 'failed' };

/** `unknown`: what the provider says of it cannot be read, and nothing may be concluded. */
export type AuthorisationState = 'unknown' | 'authorised' | 'captured' | 'voided' | 'declined' | 'refunded' | 'expired';

export type LookUpResult =
  | {
      readonly kind: 'found';
      /** `refunded` when all that was captured was paid back; `captured` while some of it was. */
      readonly state: Exclude<AuthorisationState, 'unknown'>;
      readonly authorisationId: string;
      readonly amountMinor: AmountMinor;
      readonly capturedMinor: AmountMinor;
      readonly refundedMinor: AmountMinor;
      /** The decline code. */
      readonly reason?: string;
    }
  | { readonly kind: 'not_found' };

export type PaymentOperation = 'authorise' | 'capture' | 'void' | 'refund';

/**
 * The idempotency key of one call. The attempt (from 1) rises only after the one before is terminal, so that a
 * compensation of one attempt can never hit the payment of another. A refund for a cancellation bears its id, because
 * a purchase can be cancelled part by part.
 */
export function paymentKey(
  purchaseId: string,
  attempt: number,
  operation: PaymentOperation,
  cancellationId?: string,
): string {
  const key = `${purchaseId}:${attempt}:${operation}`;
  return cancellationId === undefined ? key : `${key}:${cancellationId}`;
}

/**
 * No answer, or one that tells nothing: the call may or may not have taken effect, and nothing may be concluded. Repeat
 * it with the same key.
 */
export class PaymentUnknownError extends Error {
  override readonly name = 'PaymentUnknownError';
}

/** The provider understood the request and rejects it as wrong: a defect of ours, which no repetition mends. */
export class PaymentRequestError extends Error {
  override readonly name = 'PaymentRequestError';
  constructor(
    message: string,
    /** HTTP status. */
    readonly status: number,
    /** The provider's code, such as `resource_missing`. */
    readonly code: string,
  ) {
    super(message);
  }
}
