import { isUuid } from '@box-office/contract';
import type { PurchasePayments } from '@box-office/payments';
import { listEventPurchases, readMoney, type MoneyOnRecord } from '@box-office/database';
import { comparePayments } from '../comparing/payments.js';
import type { ReconciliationDeps } from '../deps.js';
import type { Discrepancy } from '../discrepancy.js';
import type { Throttle } from './throttle.js';

const PURCHASES_PER_PAGE = 200;

type Deps = Pick<ReconciliationDeps, 'pool' | 'payments' | 'returnedPayments'>;

/** A purchase whose payments are checked. */
export interface CheckedPurchase {
  readonly purchaseId: string;
  /** Authorisations of it that are known apart from the one that PostgreSQL has. */
  readonly authorisationIds: readonly string[];
}

/** Compares the payments of an event's purchases with the price of their valid tickets. */
export async function checkPayments(
  deps: Deps,
  o: { readonly eventId: string; readonly changedSince: string | null; readonly throttle: Throttle },
): Promise<Discrepancy[]> {
  const discrepancies: Discrepancy[] = [];
  for (let after: string | null = null; ;) {
    const sinceMs = performance.now();
    const { ids, next } = await listEventPurchases(deps.pool, { ...o, after, limit: PURCHASES_PER_PAGE });
    const purchases = ids.map((purchaseId) => ({ purchaseId, authorisationIds: [] }));
    discrepancies.push(...(await checkPaymentsOf(deps, purchases)));
    if (next === null) return discrepancies;
    await o.throttle(sinceMs);
    after = next;
  }
}

/** Compares the payments of these purchases, also of unknown ones. */
export async function checkPaymentsOf(deps: Deps, purchases: readonly CheckedPurchase[]): Promise<Discrepancy[]> {
  return (await comparePaymentsOf(deps, purchases)).discrepancies;
}

/** The same, with the purchases that are in progress: they were not compared. */
export async function comparePaymentsOf(
  deps: Deps,
  purchases: readonly CheckedPurchase[],
): Promise<{ readonly discrepancies: Discrepancy[]; readonly underWay: readonly string[] }> {
  if (purchases.length === 0) return { discrepancies: [], underWay: [] };
  // Read PostgreSQL first: a capture between the two reads can only make a purchase look paid.
  const known = await readMoney(deps.pool, purchases.map(({ purchaseId }) => purchaseId).filter(isUuid));
  const records = new Map(known.map((record) => [record.purchaseId, record]));
  // A free purchase has no payment. If the provider charged for it nevertheless, its statement names the authorisation.
  const quiescent = purchases.filter(({ purchaseId, authorisationIds }) => {
    const record = records.get(purchaseId);
    return record === undefined || (!record.underWay && (record.amountMinor > 0 || authorisationIds.length > 0));
  });
  const entries = new Map((await entriesOf(deps, quiescent, records)).map((entry) => [entry.purchaseId, entry]));
  const discrepancies = quiescent.flatMap(({ purchaseId }) =>
    comparePayments(
      entries.get(purchaseId) ?? { purchaseId, authorisations: [] },
      records.get(purchaseId),
      deps.returnedPayments,
    ),
  );
  const underWay = known.filter((record) => record.underWay).map(({ purchaseId }) => purchaseId);
  return { discrepancies, underWay };
}

/** What the provider has of these purchases. */
async function entriesOf(
  { payments }: Pick<Deps, 'payments'>,
  purchases: readonly CheckedPurchase[],
  records: ReadonlyMap<string, MoneyOnRecord>,
): Promise<readonly PurchasePayments[]> {
  if (purchases.length === 0) return [];
  return payments.readPurchases(
    purchases.map(({ purchaseId, authorisationIds }) => {
      const record = records.get(purchaseId);
      const onRecord = record?.authorisationId;
      return {
        purchaseId,
        authorisationIds: typeof onRecord === 'string' ? [onRecord, ...authorisationIds] : authorisationIds,
        since: record ? new Date(record.createdAt) : null,
      };
    }),
  );
}
