import { inWords } from '@box-office/contract';
import { beginRepair } from '@box-office/database';
import { paymentKey, type PaymentOperation } from '@box-office/payments';
import { checkPaymentsOf } from '../checking/check-payments.js';
import type { ReconciliationDeps } from '../deps.js';
import type { Repair } from '../discrepancy.js';
import { gone, handedOver, repaired, type RepairResult } from './repair-result.js';

type VoidOrRefund = Extract<Repair, { kind: 'void_or_refund' }>;

/**
 * Voids an authorisation that pays for no ticket or, if it is captured, refunds it. Compares once more before it does.
 * If a refund of reconciliation failed at the buyer's bank, an operator has to pay the buyer back by other means.
 */
export async function voidOrRefund(
  deps: Pick<ReconciliationDeps, 'pool' | 'payments' | 'returnedPayments'>,
  { purchaseId, authorisationId }: VoidOrRefund,
  findingId: string,
): Promise<RepairResult> {
  const current = (await checkPaymentsOf(deps, [{ purchaseId, authorisationIds: [authorisationId] }]))
    .map(({ repair }) => repair)
    .find((repair) => repair.kind === 'void_or_refund' && repair.authorisationId === authorisationId);
  if (current?.kind !== 'void_or_refund') return gone;
  await beginRepair(deps.pool, findingId);
  if (current.keptMinor === 0) {
    const answer = await deps.payments.void({ key: keyOf(current, 'void'), authorisationId });
    if (answer.kind === 'voided') return repaired('the authorisation was voided');
    throw new Error(`authorisation ${authorisationId} was captured at this moment`);
  }
  return refund(deps, current, findingId);
}

/**
 * Uses the idempotency key of the purchase's own compensation where that would do the same, so that the money is given
 * back once even if both run. Any other refund has the finding in its key: runs that share the finding refund once, and
 * the same amount that is kept later is another finding.
 */
async function refund(
  { payments }: Pick<ReconciliationDeps, 'payments'>,
  repair: VoidOrRefund,
  findingId: string,
): Promise<RepairResult> {
  const { authorisationId, authorisationKey, keptMinor: amountMinor, isWhole } = repair;
  const ownPrefix = `${authorisationKey}:refund:`;
  const { failedKeys } = await payments.readReturned(authorisationId);
  if (failedKeys.some((key) => key.startsWith(ownPrefix))) return refused('failed');
  const key = isWhole && failedKeys.length === 0 ? keyOf(repair, 'refund') : `${ownPrefix}${findingId}`;
  const answer = await payments.refund({ key, authorisationId, amountMinor });
  if (answer.kind === 'refunded') return repaired(`${amountMinor} (minor units) were refunded as ${answer.refundId}`);
  return refused(inWords(answer.reason));
}

const refused = (reason: string): RepairResult =>
  handedOver(`an operator has to ask the provider why it refused the refund (${reason}), then refund the buyer`);

function keyOf({ purchaseId, authorisationKey }: VoidOrRefund, operation: PaymentOperation): string {
  const attempt = ATTEMPT.exec(authorisationKey)?.[1];
  const isOurs = attempt !== undefined && authorisationKey === paymentKey(purchaseId, Number(attempt), 'authorise');
  return isOurs ? paymentKey(purchaseId, Number(attempt), operation) : `${authorisationKey}:${operation}`;
}

const ATTEMPT = /:(\d+):authorise$/;
