import type { PurchasePayments } from '@box-office/payments';
import { readMoney, readStatementPosition, recordDispute, type MoneyOnRecord } from '@box-office/database';
import { comparePayments } from '../comparing/payments.js';
import type { ReturnedPayments } from '../comparing/shortfall.js';
import type { ReconciliationDeps } from '../deps.js';
import { isUuid, type Discrepancy } from '../discrepancy.js';
import { checkPaymentsOf } from './check-payments.js';
import type { Throttle } from './throttle.js';

/** Pages that one run reads. After a rush the next runs read the rest. */
const MAX_PAGES = 25;

/** What a check of the provider statement showed, and which part of the statement it read. */
export interface StatementCheck {
  readonly discrepancies: readonly Discrepancy[];
  readonly from: string | null;
  readonly to: string | null;
}

/**
 * Reads the payment provider's statement from the position of the last run, records its disputes, and compares each
 * purchase in it with PostgreSQL. Only this finds a charge that PostgreSQL does not know.
 */
export async function checkStatement(deps: ReconciliationDeps, throttle: Throttle): Promise<StatementCheck> {
  const { pool, payments } = deps;
  const from = await readStatementPosition(pool);
  const discrepancies: Discrepancy[] = [];
  let position = from;
  for (let page = 0; page < MAX_PAGES; page++) {
    const sinceMs = performance.now();
    const statement = await payments.statement({ after: position });
    for (const { purchaseId, ...dispute } of statement.disputes) {
      if (isUuid(purchaseId)) await recordDispute(pool, dispute, purchaseId);
    }
    discrepancies.push(...(await compareEntries(deps, statement.purchases)));
    ({ position } = statement);
    if (statement.isLast) break;
    await throttle(sinceMs);
  }
  return { discrepancies, from, to: position };
}

/** A page shows what moved. Where that is not what PostgreSQL expects, all that the provider has of the purchase is read. */
async function compareEntries(
  deps: Pick<ReconciliationDeps, 'pool' | 'payments' | 'returnedPayments'>,
  entries: readonly PurchasePayments[],
): Promise<Discrepancy[]> {
  const ids = entries.map(({ purchaseId }) => purchaseId).filter(isUuid);
  const records = new Map((await readMoney(deps.pool, ids)).map((record) => [record.purchaseId, record]));
  const unexpected = entries.filter(
    (entry) => !isAsExpected(entry, records.get(entry.purchaseId), deps.returnedPayments),
  );
  return checkPaymentsOf(
    deps,
    unexpected.map(({ purchaseId, authorisations }) => ({
      purchaseId,
      authorisationIds: authorisations.map(({ authorisationId }) => authorisationId),
    })),
  );
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
