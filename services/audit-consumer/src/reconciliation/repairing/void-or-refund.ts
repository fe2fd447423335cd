import { paymentKey, type PaymentOperation } from '@box-office/payments';
import { checkPaymentsOf } from '../checking/check-payments.js';
import type { ReconciliationDeps } from '../deps.js';
import type { Repair } from '../discrepancy.js';
import { gone, handedOver, repaired, type RepairResult } from './repair-result.js';

type VoidOrRefund = Extract<Repair, { kind: 'void_or_refund' }>;

/**
 * Voids an authorisation that pays for no ticket or, if it is captured, refunds it. Compares once more before it does.
 * Uses the idempotency key of the purchase's own compensation where that would do the same, so that the money is given
 * back once even if both run.
 */
export async function voidOrRefund(
  deps: Pick<ReconciliationDeps, 'pool' | 'payments' | 'returnedPayments'>,
  { purchaseId, authorisationId }: VoidOrRefund,
): Promise<RepairResult> {
  const current = (await checkPaymentsOf(deps, [{ purchaseId, authorisationIds: [authorisationId] }]))
    .map(({ repair }) => repair)
    .find((repair) => repair.kind === 'void_or_refund' && repair.authorisationId === authorisationId);
  if (current?.kind !== 'void_or_refund') return gone;
  const { keptMinor, isWhole, authorisationKey } = current;
  if (keptMinor === 0) {
    const answer = await deps.payments.void({ key: keyOf(current, 'void'), authorisationId });
    if (answer.kind === 'voided') return repaired('the authorisation was voided');
    throw new Error(`authorisation ${authorisationId} was captured at this moment`);
  }
  const key = isWhole ? keyOf(current, 'refund') : `${authorisationKey}:refund:${keptMinor}`;
  const answer = await deps.payments.refund({ key, authorisationId, amountMinor: keptMinor });
  if (answer.kind === 'refunded') return repaired(`${keptMinor} (minor units) were refunded as ${answer.refundId}`);
  const reason = answer.reason.replaceAll('_', ' ');
  return handedOver(`an operator has to ask the provider why it refused the refund (${reason}), then refund the buyer`);
}

function keyOf({ purchaseId, authorisationKey }: VoidOrRefund, operation: PaymentOperation): string {
  const attempt = ATTEMPT.exec(authorisationKey)?.[1];
  const isOurs = attempt !== undefined && authorisationKey === paymentKey(purchaseId, Number(attempt), 'authorise');
  return isOurs ? paymentKey(purchaseId, Number(attempt), operation) : `${authorisationKey}:${operation}`;
}

const ATTEMPT = /:(\d+):authorise$/;
