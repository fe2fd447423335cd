import { setTimeout as sleep } from 'node:timers/promises';
import type { BuyerAction } from '@box-office/contract';
import { findPurchases } from '@box-office/database';
import { paymentKey, type AuthorisationRequest } from '@box-office/payments';
import { cancellationSignal } from '@temporalio/activity';
import type { ActivityDeps } from '../../worker/activity-deps.js';
import type { StepWait } from './step-wait.js';

/** The soft deadline begins after so many soft deadlines, even if most payments of the batch have no answer by then. */
const MAX_WAIT_FOR_MOST = 3;

/** One purchase's payment as the provider needs to know it. Amount in minor units. */
export interface PaymentRequest {
  readonly purchaseId: string;
  readonly eventId: string;
  readonly attempt: number;
  readonly amountMinor: number;
  readonly currency: string;
  readonly method: string;
  /** Absent where the buyer cannot authenticate. */
  readonly returnUrl?: string;
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
  | { readonly kind: 'requires_action'; readonly authorisationId: string; readonly action: BuyerAction }
  /** `reason` is what the buyer is told; the provider's own code is for operators. */
  | { readonly kind: 'declined'; readonly reason: string; readonly declineCode?: string }
  | UnknownPayment;

export type Capture =
  { readonly kind: 'captured' } | { readonly kind: 'refused'; readonly reason: string } | UnknownPayment;

export const authorisationOf = (request: PaymentRequest, askedAt?: Date): AuthorisationRequest => ({
  ...request,
  key: paymentKey(request.purchaseId, request.attempt, 'authorise'),
  ...(askedAt && { askedAt }),
});

/** The payment provider: all purchases of the list at the same time, each with its own idempotency key. */
export function createPaymentActivities({ pool, payments, paymentSoftDeadlineMs }: ActivityDeps) {
  /** When the authorisations may first have been sent: not before the purchase was made. Undefined for one without a row. */
  async function timesAsked(list: readonly PaymentRequest[]): Promise<(Date | undefined)[]> {
    const rows = await findPurchases(pool, [...new Set(list.map(({ purchaseId }) => purchaseId))]);
    const madeAt = new Map(rows.map(({ purchaseId, createdAt }) => [purchaseId, new Date(createdAt)]));
    return list.map(({ purchaseId }) => madeAt.get(purchaseId));
  }

  /**
   * Reverses an authorisation whose outcome is unknown.
   *
   * @returns its id if it was captured and has to be refunded; null if nothing is authorised and nothing will be
   */
  async function reverse(payment: PaymentRequest, signal: AbortSignal): Promise<string | null> {
    const [askedAt] = await timesAsked([payment]);
    const answer = await payments.reverse(authorisationOf(payment, askedAt), signal);
    return answer.kind === 'already_captured' ? answer.authorisationId : null;
  }

  /**
   * Calls the provider for each payment at once. With a soft deadline, what is not known by then is `unknown`, and the
   * call continues in the background: the workflow repeats it with the same key. The deadline counts from the moment at
   * which most are known: it is for the few that would keep all others waiting. Where most are slow, the provider or this
   * machine is, and a workflow for each would make it worse.
   */
  async function each<P, R>(
    list: readonly P[],
    wait: StepWait,
    call: (payment: P, signal: AbortSignal, index: number) => Promise<R>,
  ): Promise<(R | UnknownPayment)[]> {
    const signal = cancellationSignal();
    const calls = list.map((payment, index) => call(payment, signal, index));
    if (wait === 'until_known') return Promise.all(calls);
    const answers = calls.map((answer) =>
      answer.catch((error: unknown): UnknownPayment => ({
        kind: 'unknown',
        cause: error instanceof Error ? error.message : String(error),
      })),
    );
    const deadline = openSoftDeadline(answers);
    try {
      return await Promise.all(answers.map((answer) => Promise.race([answer, deadline.over])));
    } finally {
      deadline.close();
    }
  }

  function openSoftDeadline(answers: readonly Promise<unknown>[]) {
    const closed = new AbortController();
    const pause = (ms: number) => sleep(ms, undefined, { signal: closed.signal }).catch(() => undefined);
    const wait = async (): Promise<UnknownPayment> => {
      if (answers.length > 1) await Promise.race([mostOf(answers), pause(MAX_WAIT_FOR_MOST * paymentSoftDeadlineMs)]);
      await pause(paymentSoftDeadlineMs);
      return { kind: 'unknown', cause: `no answer within ${paymentSoftDeadlineMs} ms` };
    };
    return { over: wait(), close: () => closed.abort() };
  }

  return {
    /** Authorises the amounts. One answer per payment, in their order. Repeating it sends the same key: no second charge. */
    async authorise(list: readonly PaymentRequest[], wait: StepWait): Promise<Authorisation[]> {
      // Only on the fast path is a purchase seconds old. An operator may reset or retry it later than the provider remembers.
      const askedAt = wait === 'fast_path' ? list.map(() => new Date()) : await timesAsked(list);
      return each(list, wait, (payment, signal, index) =>
        payments.authorise(authorisationOf(payment, askedAt[index]), signal),
      );
    },

    /** Captures the authorised amounts. One answer per payment, in their order. Already captured is captured. */
    capture: (list: readonly AuthorisedPayment[], wait: StepWait): Promise<Capture[]> =>
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

/** Resolves when at least half of them have. */
function mostOf(answers: readonly Promise<unknown>[]): Promise<void> {
  return new Promise((resolve) => {
    let missing = Math.ceil(answers.length / 2);
    for (const answer of answers) void answer.then(() => --missing === 0 && resolve());
  });
}
