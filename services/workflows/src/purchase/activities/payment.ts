import { setTimeout as sleep } from 'node:timers/promises';
import { paymentKey, PaymentRequestError, type AuthorisationRequest } from '@box-office/payments';
import { cancellationSignal } from '@temporalio/activity';
import type { ActivityDeps } from '../../worker/activity-deps.js';

/** One purchase's payment as the provider needs to know it. Amount in minor units. */
export interface PaymentRequest {
  readonly purchaseId: string;
  readonly attempt: number;
  readonly amountMinor: number;
  readonly currency: string;
  readonly method: string;
}

export interface AuthorisedPayment {
  readonly purchaseId: string;
  readonly attempt: number;
  readonly authorisationId: string;
}

/** The provider has not answered, or its answer does not say what happened. */
export interface UnknownPayment {
  readonly kind: 'unknown';
  readonly cause: string;
}

export type Authorisation =
  | { readonly kind: 'authorised'; readonly authorisationId: string }
  | { readonly kind: 'declined'; readonly reason: string }
  | UnknownPayment;

export type Capture =
  { readonly kind: 'captured' } | { readonly kind: 'refused'; readonly reason: string } | UnknownPayment;

/** Whether a payment step gives up waiting at the soft deadline, or stays until each outcome is known. */
export type PaymentWait = 'soft_deadline' | 'until_known';

/** The payment provider: all purchases of the list at the same time, each with its own idempotency key. */
export function createPaying({ payments, paymentSoftDeadlineMs }: ActivityDeps) {
  const authorisationOf = ({ attempt, ...request }: PaymentRequest): AuthorisationRequest => ({
    ...request,
    key: paymentKey(request.purchaseId, attempt, 'authorise'),
  });

  /**
   * Reverses an authorisation whose outcome is unknown.
   *
   * @returns its id if there is one that has to be voided or refunded; null if the provider's answer proves that nothing is authorised
   *   and nothing will be
   */
  async function reverse(payment: PaymentRequest, signal: AbortSignal): Promise<string | null> {
    const request = authorisationOf(payment);
    try {
      const answer = await payments.reverse(request, signal);
      return answer.kind === 'already_captured' ? answer.authorisationId : null;
    } catch (error) {
      if (!(error instanceof PaymentRequestError)) throw error;
      const found = await payments.lookUp({ authoriseKey: request.key }, signal);
      if (found.kind === 'found') return found.authorisationId ?? null;
      // What the provider rejects as no request at all it has rejected, and will reject, as an authorisation. Without that,
      // "not found" proves nothing.
      if (error.code === 'malformed' || error.code === 'too_large') return null;
      throw error;
    }
  }

  /**
   * Calls the provider for each payment at once. With a soft deadline, what is not known by then is `unknown`, and the
   * call continues in the background: the workflow repeats it with the same key.
   */
  async function each<P, R>(
    list: readonly P[],
    wait: PaymentWait,
    call: (payment: P, signal: AbortSignal) => Promise<R>,
  ): Promise<(R | UnknownPayment)[]> {
    const signal = cancellationSignal();
    if (wait === 'until_known') return Promise.all(list.map((payment) => call(payment, signal)));
    const waiting = new AbortController();
    const deadline = sleep(paymentSoftDeadlineMs, undefined, { signal: waiting.signal }).then(
      (): UnknownPayment => ({ kind: 'unknown', cause: `no answer within ${paymentSoftDeadlineMs} ms` }),
      (): UnknownPayment => ({ kind: 'unknown', cause: 'not waited for' }),
    );
    const answers = await Promise.all(
      list.map((payment) =>
        Promise.race([
          call(payment, signal).catch((error: unknown): UnknownPayment => ({
            kind: 'unknown',
            cause: error instanceof Error ? error.message : String(error),
          })),
          deadline,
        ]),
      ),
    );
    waiting.abort();
    return answers;
  }

  return {
    /** Authorises the amounts. One answer per payment, in their order. Repeating it sends the same key: no second charge. */
    authorise: (list: readonly PaymentRequest[], wait: PaymentWait): Promise<Authorisation[]> =>
      each(list, wait, (payment, signal) => payments.authorise(authorisationOf(payment), signal)),

    /** Captures the authorised amounts. One answer per payment, in their order. Already captured is captured. */
    capture: (list: readonly AuthorisedPayment[], wait: PaymentWait): Promise<Capture[]> =>
      each(list, wait, ({ purchaseId, attempt, authorisationId }, signal) =>
        payments.capture({ key: paymentKey(purchaseId, attempt, 'capture'), authorisationId }, signal),
      ),

    /**
     * Makes sure that no money of this payment is kept: voids the authorisation, or refunds what was captured. Where no
     * authorisation is known, "not found" would prove nothing (it may still be on its way): the authorisation is reversed
     * by its key, after which it can never take effect.
     */
    async undoPayment(payment: PaymentRequest & { readonly authorisationId: string | null }): Promise<'nothing_kept'> {
      const signal = cancellationSignal();
      const { authorisationId: known, ...request } = payment;
      const authorisationId = known ?? (await reverse(request, signal));
      if (authorisationId === null) return 'nothing_kept';
      const { purchaseId, attempt, amountMinor } = payment;
      const voided = await payments.void({ key: paymentKey(purchaseId, attempt, 'void'), authorisationId }, signal);
      if (voided.kind === 'voided') return 'nothing_kept';
      const refund = await payments.refund(
        { key: paymentKey(purchaseId, attempt, 'refund'), authorisationId, amountMinor },
        signal,
      );
      if (refund.kind !== 'refunded') {
        throw new Error(`the refund of purchase ${purchaseId} was refused: ${refund.reason}`);
      }
      return 'nothing_kept';
    },
  };
}
