import type { AmountMinor } from '@box-office/contract';

/** What a payment provider must be able to do. Every call may be repeated with its key: it takes effect once. */
export interface PaymentPort {
  /** Authorises the amount on the buyer's payment method. Nothing is charged yet. */
  authorise(request: AuthorisationRequest, signal?: AbortSignal): Promise<AuthoriseResult>;
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
  refund(
    request: { key: string; authorisationId: string; amountMinor: AmountMinor },
    signal?: AbortSignal,
  ): Promise<RefundResult>;
  /**
   * What the provider knows about the authorisation that was asked for with this key. `not_found` never means
   * "not charged": the authorisation may still be on its way. Send it again with its key until it answers, or reverse it.
   */
  lookUp(request: { authoriseKey: string }, signal?: AbortSignal): Promise<LookUpResult>;
  /**
   * The provider's statement, for reconciliation; absent where a provider cannot show them. Either those of the named
   * purchases (at most `MAX_STATEMENT_ENTRIES`; one that it does not know is left out), or those at which something moved after a
   * position, in the order in which it moved.
   */
  statement?(request: StatementRequest, signal?: AbortSignal): Promise<StatementPage>;
}

/** An authorisation as it is asked for. */
export interface AuthorisationRequest {
  readonly key: string;
  readonly amountMinor: AmountMinor;
  readonly currency: string;
  readonly method: string;
  readonly purchaseId: string;
}

/** Most purchases in one page of the statement. */
export const MAX_STATEMENT_ENTRIES = 200;

export type StatementRequest =
  | { readonly purchaseIds: readonly string[] }
  /** `after`: the `position` of the page before; null for the beginning. */
  | { readonly after: string | null };

export interface StatementPage {
  readonly purchases: readonly PurchasePayments[];
  /** How far the statement was read: where the next page begins. */
  readonly position: string;
  /** Nothing moved after this page. */
  readonly isLast: boolean;
}

/** What the provider has of one purchase, over all its authorisations. */
export interface PurchasePayments {
  readonly purchaseId: string;
  readonly authorisations: readonly {
    readonly key: string;
    /** Absent when it was declined at once. */
    readonly authorisationId?: string;
    readonly state: AuthorisationState;
    readonly amountMinor: AmountMinor;
    readonly capturedMinor: AmountMinor;
    readonly refundedMinor: AmountMinor;
    readonly currency: string;
  }[];
}

export type AuthoriseResult =
  | { readonly kind: 'authorised'; readonly authorisationId: string }
  | { readonly kind: 'declined'; readonly reason: string };

/** An authorisation that was captured before, by whichever key, answers `captured`. */
export type CaptureResult =
  { readonly kind: 'captured' } | { readonly kind: 'refused'; readonly reason: 'voided' | 'expired' | 'declined' };

/** `voided` when nothing is authorised any longer: voided now or before, expired, or declined. */
export type VoidResult = { readonly kind: 'voided' } | { readonly kind: 'already_captured' };

/** `already_captured`: the money was taken, and a refund alone gives it back. */
export type ReverseResult =
  { readonly kind: 'reversed' } | { readonly kind: 'already_captured'; readonly authorisationId: string };

/** `refunded` only if the refund with this very key exists; another key's refund is another refund. */
export type RefundResult =
  | { readonly kind: 'refunded'; readonly refundId: string }
  | { readonly kind: 'refused'; readonly reason: 'not_captured' | 'over_captured' };

export type AuthorisationState = 'authorised' | 'captured' | 'voided' | 'declined' | 'refunded' | 'expired';

export type LookUpResult =
  | {
      readonly kind: 'found';
      /** `refunded` when all that was captured was paid back; `captured` while some of it was. */
      readonly state: AuthorisationState;
      /** Absent when the authorisation was declined at once. */
      readonly authorisationId?: string;
      readonly amountMinor: AmountMinor;
      readonly capturedMinor: AmountMinor;
      readonly refundedMinor: AmountMinor;
      /** Why it was declined. */
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
    /** The provider's code, such as `key_reused`. */
    readonly code: string,
  ) {
    super(message);
  }
}
