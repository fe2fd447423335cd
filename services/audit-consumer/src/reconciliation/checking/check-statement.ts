import type { PurchasePayments } from '@box-office/payments';
import { readStatementPosition, readMoney } from '@box-office/database';
import { comparePayments } from '../comparing/payments.js';
import type { ReconciliationDeps } from '../deps.js';
import { isUuid, type Discrepancy } from '../discrepancy.js';
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
 * Reads the payment provider's statement from the position of the last run, and compares each purchase in it with
 * PostgreSQL. Only this finds a charge that PostgreSQL does not know. Does nothing if the provider offers no statement.
 */
export async function checkStatement(
  { pool, payments }: ReconciliationDeps,
  throttle: Throttle,
): Promise<StatementCheck> {
  const from = await readStatementPosition(pool);
  if (!payments.statement) return { discrepancies: [], from, to: from };
  const discrepancies: Discrepancy[] = [];
  let position = from;
  for (let page = 0; page < MAX_PAGES; page++) {
    const sinceMs = performance.now();
    const statement = await payments.statement({ after: position });
    discrepancies.push(...(await compareEntries({ pool }, statement.purchases)));
    ({ position } = statement);
    if (statement.isLast) break;
    await throttle(sinceMs);
  }
  return { discrepancies, from, to: position };
}

async function compareEntries(
  { pool }: Pick<ReconciliationDeps, 'pool'>,
  entries: readonly PurchasePayments[],
): Promise<Discrepancy[]> {
  // If other systems use the provider account too, the statement contains ids that are not UUIDs.
  const ids = entries.map(({ purchaseId }) => purchaseId).filter(isUuid);
  const records = new Map((await readMoney(pool, ids)).map((record) => [record.purchaseId, record]));
  return entries.flatMap((entry) => comparePayments(entry, records.get(entry.purchaseId)));
}
