import { MAX_BOOKS, paymentKey, type PurchaseBooks } from '@box-office/payments';
import { listEventPurchases, readMoney, type MoneyOnRecord } from '@box-office/records';
import { compareMoney } from '../comparing/money.js';
import type { ReconciliationDeps } from '../deps.js';
import { isOurId, type Difference } from '../difference.js';
import type { Rest } from './resting.js';

/** Most payments of one event that are looked at in one look, of a provider that shows no books and is asked for each. */
const MOST_LOOK_UPS = 500;

type Deps = Pick<ReconciliationDeps, 'pool' | 'payments'>;

/** Compares what was paid for an event's purchases with what it was paid for. */
export async function lookAtPayments(
  deps: Deps,
  o: { readonly eventId: string; readonly changedSince: string | null; readonly rest: Rest },
): Promise<Difference[]> {
  const differences: Difference[] = [];
  const most = deps.payments.books ? Infinity : MOST_LOOK_UPS;
  let after: string | null = null;
  for (let looked = 0; looked < most;) {
    const sinceMs = performance.now();
    const { ids, next } = await listEventPurchases(deps.pool, { ...o, after, limit: MAX_BOOKS });
    differences.push(...(await lookAtPaymentsOf(deps, ids)));
    if (next === null) break;
    await o.rest(sinceMs);
    looked += ids.length;
    after = next;
  }
  return differences;
}

/** The same for these purchases, whether or not they are on record; at most `MAX_BOOKS`. */
export async function lookAtPaymentsOf(deps: Deps, purchaseIds: readonly string[]): Promise<Difference[]> {
  if (purchaseIds.length === 0) return [];
  // The record first: what is paid after that only makes a purchase look paid.
  const known = await readMoney(deps.pool, purchaseIds.filter(isOurId));
  const records = new Map(known.map((record) => [record.purchaseId, record]));
  // Of one that costs nothing the provider was never asked; should it have charged for it nevertheless, its books tell.
  const settled = purchaseIds.filter((purchaseId) => {
    const record = records.get(purchaseId);
    return record === undefined || (!record.underWay && record.amountMinor > 0);
  });
  const books = new Map((await booksOf(deps, settled, records)).map((one) => [one.purchaseId, one]));
  return settled.flatMap((purchaseId) =>
    compareMoney(books.get(purchaseId) ?? { purchaseId, authorisations: [] }, records.get(purchaseId)),
  );
}

async function booksOf(
  { payments }: Deps,
  purchaseIds: readonly string[],
  records: ReadonlyMap<string, MoneyOnRecord>,
): Promise<readonly PurchaseBooks[]> {
  if (purchaseIds.length === 0) return [];
  if (payments.books) return (await payments.books({ purchaseIds })).purchases;
  const books: PurchaseBooks[] = [];
  for (const purchaseId of purchaseIds) {
    const record = records.get(purchaseId);
    if (!record) continue;
    const key = paymentKey(purchaseId, record.paymentAttempt, 'authorise');
    const answer = await payments.lookUp({ authoriseKey: key });
    if (answer.kind === 'not_found') continue;
    books.push({ purchaseId, authorisations: [{ ...answer, key, currency: record.currency }] });
  }
  return books;
}
