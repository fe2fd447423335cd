import { setTimeout as sleep } from 'node:timers/promises';
import { paymentKey } from '@box-office/payments';
import { cancellationSignal } from '@temporalio/activity';
import type { ActivityDeps } from './deps.js';

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

/** The provider has not answered, or not with anything that tells the outcome. */
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
export type Patience = 'soft deadline' | 'until known';

/** The payment provider: all purchases of the list at the same time, each with its own idempotency key. */
export function createPaying({ payments, paymentSoftDeadlineMs }: ActivityDeps) {
  const authoriseOne = (payment: PaymentRequest, signal: AbortSignal) =>
    payments.authorise(
      {
        key: paymentKey(payment.purchaseId, payment.attempt, 'authorise'),
        amountMinor: payment.amountMinor,
        currency: payment.currency,
        method: payment.method,
        purchaseId: payment.purchaseId,
      },
      signal,
    );

  /**
   * Calls the provider for each payment at once. With a soft deadline, what is not known by then is `unknown`, and the
   * call goes on in the background: it is repeated with the same key by whoever goes on with that purchase.
   */
  async function each<P, R>(
    list: readonly P[],
    patience: Patience,
    call: (payment: P, signal: AbortSignal) => Promise<R>,
  ): Promise<(R | UnknownPayment)[]> {
    const signal = cancellationSignal();
    if (patience === 'until known') return Promise.all(list.map((payment) => call(payment, signal)));
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
    /** Sets the amounts aside. One answer per payment, in their order. Repeating it sends the same key: no second charge. */
    authorise: (list: readonly PaymentRequest[], patience: Patience): Promise<Authorisation[]> =>
      each(list, patience, authoriseOne),

    /** Takes the money that was set aside. One answer per payment, in their order. Already captured is captured. */
    capture: (list: readonly AuthorisedPayment[], patience: Patience): Promise<Capture[]> =>
      each(list, patience, ({ purchaseId, attempt, authorisationId }, signal) =>
        payments.capture({ key: paymentKey(purchaseId, attempt, 'capture'), authorisationId }, signal),
      ),

    /**
     * Makes sure that no money of this payment is kept: voids the authorisation, or refunds what was captured. Where no
     * authorisation is known, "not found" would prove nothing (it may still be on its way), so the same authorisation
     * is sent again with its key until it answers, and what it answers is undone.
     */
    async undoPayment(
      payment: PaymentRequest & { readonly authorisationId: string | null },
    ): Promise<'nothing is kept'> {
      const signal = cancellationSignal();
      let { authorisationId } = payment;
      if (authorisationId === null) {
        const answer = await authoriseOne(payment, signal);
        if (answer.kind === 'declined') return 'nothing is kept';
        authorisationId = answer.authorisationId;
      }
      const { purchaseId, attempt, amountMinor } = payment;
      const voided = await payments.void({ key: paymentKey(purchaseId, attempt, 'void'), authorisationId }, signal);
      if (voided.kind === 'voided') return 'nothing is kept';
      const refund = await payments.refund(
        { key: paymentKey(purchaseId, attempt, 'refund'), authorisationId, amountMinor },
        signal,
      );
      if (refund.kind !== 'refunded') {
        throw new Error(`the refund of purchase ${purchaseId} was refused: ${refund.reason}`);
      }
      return 'nothing is kept';
    },
  };
}
