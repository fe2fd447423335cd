import { isUuid } from '@box-office/contract';
import type { PurchasePayments } from '@box-office/payments';
import {
  addUnresolvedPayments,
  moveStatementPosition,
  readMoney,
  readStatementPosition,
  recordDispute,
  type MoneyOnRecord,
} from '@box-office/database';
import { comparePayments } from '../comparing/payments.js';
import type { ReturnedPayments } from '../comparing/shortfall.js';
import type { ReconciliationDeps } from '../deps.js';
import { purchaseIdOfSubject } from '../discrepancy.js';
import { checkPaymentsOf, type CheckedPurchase } from './check-payments.js';
import type { Throttle } from './throttle.js';

/** Pages that one check reads. After a rush the next checks read the rest. */
const MAX_PAGES = 25;

/**
 * Reads the payment provider's statement from the position of the last run, records its disputes, and compares each
 * purchase in it with PostgreSQL. Only this finds a charge that PostgreSQL does not know. Purchases that are not as
 * expected are remembered before the position moves, because the statement does not show them again.
 *
 * @returns whether it is read to its end
 */
export async function readStatement(
  deps: Pick<ReconciliationDeps, 'pool' | 'payments' | 'returnedPayments'>,
  throttle: Throttle,
): Promise<boolean> {
  const { pool, payments } = deps;
  let position = await readStatementPosition(pool);
  for (let page = 0; page < MAX_PAGES; page++) {
    const sinceMs = performance.now();
    const statement = await payments.statement({ after: position });
    for (const { purchaseId, ...dispute } of statement.disputes) {
      if (isUuid(purchaseId)) await recordDispute(pool, dispute, purchaseId);
    }
    await addUnresolvedPayments(pool, await unresolvedOf(deps, statement.purchases));
    if (statement.position !== position) await moveStatementPosition(pool, position, statement.position);
    ({ position } = statement);
    if (statement.isLast) return true;
    await throttle(sinceMs);
  }
  return false;
}

/**
 * A page shows what moved. Where that is not what PostgreSQL expects, all that the provider has of the purchase is read. A
 * purchase in progress can only be compared later.
 */
async function unresolvedOf(
  deps: Pick<ReconciliationDeps, 'pool' | 'payments' | 'returnedPayments'>,
  entries: readonly PurchasePayments[],
): Promise<CheckedPurchase[]> {
  const ids = entries.map(({ purchaseId }) => purchaseId).filter(isUuid);
  const records = new Map((await readMoney(deps.pool, ids)).map((record) => [record.purchaseId, record]));
  const unexpected = entries
    .filter((entry) => !isAsExpected(entry, records.get(entry.purchaseId), deps.returnedPayments))
    .map(({ purchaseId, authorisations }) => ({
      purchaseId,
      authorisationIds: authorisations.map(({ authorisationId }) => authorisationId),
    }));
  const shown = new Set((await checkPaymentsOf(deps, unexpected)).map(({ subject }) => purchaseIdOfSubject(subject)));
  return unexpected.filter(({ purchaseId }) => shown.has(purchaseId) || records.get(purchaseId)?.underWay);
}

function isAsExpected(
  entry: PurchasePayments,
  record: MoneyOnRecord | undefined,
  returnedPayments: ReturnedPayments,
): boolean {
  const isForeign = ({ authorisationId, capturedMinor, state }: PurchasePayments['authorisations'][number]): boolean =>
    authorisationId !== record?.authorisationId && (capturedMinor > 0 || state === 'authorised');
  return !entry.authorisations.some(isForeign) && comparePayments(entry, record, returnedPayments).length === 0;
}
