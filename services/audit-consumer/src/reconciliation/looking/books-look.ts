import type { PurchaseBooks } from '@box-office/payments';
import { readBooksPosition, readMoney } from '@box-office/records';
import { compareMoney } from '../comparing/money.js';
import type { ReconciliationDeps } from '../deps.js';
import { isOurId, type Difference } from '../difference.js';
import type { Rest } from './resting.js';

/** Pages read in one sweep: what a rush leaves is read by the next ones. */
const MOST_PAGES = 25;

/** What one look at the provider's books showed, and which part of them it was. */
export interface BooksLook {
  readonly differences: readonly Difference[];
  readonly from: string | null;
  readonly to: string | null;
}

/**
 * Reads on in the payment provider's books from where the last sweep came, and compares each purchase that it meets with
 * the record. This is what finds a charge of which the record knows nothing. A provider that shows no books has none.
 */
export async function lookAtBooks({ pool, payments }: ReconciliationDeps, rest: Rest): Promise<BooksLook> {
  const from = await readBooksPosition(pool);
  if (!payments.books) return { differences: [], from, to: from };
  const differences: Difference[] = [];
  let position = from;
  for (let page = 0; page < MOST_PAGES; page++) {
    const sinceMs = performance.now();
    const read = await payments.books({ after: position });
    differences.push(...(await compareWithRecord({ pool }, read.purchases)));
    ({ position } = read);
    if (read.isLast) break;
    await rest(sinceMs);
  }
  return { differences, from, to: position };
}

async function compareWithRecord(
  { pool }: Pick<ReconciliationDeps, 'pool'>,
  books: readonly PurchaseBooks[],
): Promise<Difference[]> {
  // An account that others use too may have purchases with other ids.
  const ids = books.map(({ purchaseId }) => purchaseId).filter(isOurId);
  const records = new Map((await readMoney(pool, ids)).map((record) => [record.purchaseId, record]));
  return books.flatMap((one) => compareMoney(one, records.get(one.purchaseId)));
}
