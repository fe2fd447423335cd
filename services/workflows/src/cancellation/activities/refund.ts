import { inWords } from '@box-office/contract';
import { readMustKeep, type RefundedCancellation } from '@box-office/database';
import {
  paymentKey,
  PaymentRequestError,
  type PaymentPort,
  type RefundRequest as ProviderRefund,
} from '@box-office/payments';
import { cancellationSignal } from '@temporalio/activity';
import type { ActivityDeps } from '../../worker/activity-deps.js';
import { decideRefund, type RefundAnswer, type RefundRequest } from '../refund-request.js';
import { findReturnedMoney } from './returned-money.js';

/** Refunds of cancellations at the provider, each made once however often it is requested. */
export function createRefundActivities({ pool, payments }: Pick<ActivityDeps, 'pool' | 'payments'>) {
  async function refundAtProvider(request: RefundRequest): Promise<RefundAnswer> {
    const { cancellationId, purchaseId, paymentAttempt, amountMinor } = request;
    const decision = decideRefund(request);
    if (decision.kind !== 'ask') return decision;
    const { authorisationId } = decision;
    const key = paymentKey(purchaseId, paymentAttempt, 'refund', cancellationId);
    const payment = { key, authorisationId, amountMinor };
    const mustKeep = () => readMustKeep(pool, purchaseId);
    try {
      const answer = await refundOnce(payments, { ...payment, mustKeepMinor: await mustKeep() });
      if (answer.kind === 'refunded') return { kind: 'refunded', cancellationId, refundId: answer.refundId };
      const returned = await findReturnedMoney(payments, payment, mustKeep, cancellationSignal());
      if (returned.kind === 'all') {
        const { by, shortfallMinor } = returned;
        return { kind: 'refunded', cancellationId, refundId: by, returnedBy: by, shortfallMinor };
      }
      const cause = returned.why === null ? answer.cause : `${answer.cause}; ${returned.why}`;
      return { kind: 'refused', purchaseId, cause };
    } catch (error) {
      const kind = error instanceof PaymentRequestError ? 'refused' : 'unknown';
      return { kind, purchaseId, cause: error instanceof Error ? error.message : String(error) };
    }
  }

  return {
    /** Pays the money back. @throws Error if the provider refuses it or does not answer, to be tried again */
    async refund(request: RefundRequest): Promise<RefundedCancellation> {
      const answer = await refundAtProvider(request);
      if (answer.kind !== 'refunded')
        throw new Error(`purchase ${request.purchaseId} is not refunded: ${answer.cause}`);
      const { kind: _kind, ...refunded } = answer;
      return refunded;
    },

    /** Pays many back at once. One answer each, in their order; one that fails does not keep the others. */
    refundAll: (requests: readonly RefundRequest[]): Promise<RefundAnswer[]> =>
      Promise.all(requests.map(refundAtProvider)),
  };
}

/** @throws Error if the provider does not answer, or its answer does not say what happened */
async function refundOnce(payments: Pick<PaymentPort, 'refund'>, payment: ProviderRefund) {
  try {
    const answer = await payments.refund(payment, cancellationSignal());
    if (answer.kind === 'refunded') return answer;
    const cause =
      answer.reason === 'must_be_kept'
        ? 'it would take money that pays for what the buyer keeps'
        : `the provider refuses it: ${inWords(answer.reason)}`;
    return { kind: 'refused' as const, cause };
  } catch (error) {
    if (!(error instanceof PaymentRequestError)) throw error;
    return { kind: 'refused' as const, cause: error.message };
  }
}
