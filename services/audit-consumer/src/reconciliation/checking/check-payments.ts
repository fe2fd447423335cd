import { MAX_STATEMENT_ENTRIES, paymentKey, type PurchasePayments } from '@box-office/payments';
import { listEventPurchases, readMoney, type MoneyOnRecord } from '@box-office/database';
import { comparePayments } from '../comparing/payments.js';
import type { ReconciliationDeps } from '../deps.js';
import { isUuid, type Discrepancy } from '../discrepancy.js';
import type { Throttle } from './throttle.js';

/** Maximum of payments per event and check, for a provider without a statement: it is asked for each payment. */
const MAX_LOOK_UPS = 500;

type Deps = Pick<ReconciliationDeps, 'pool' | 'payments'>;

/** Compares the payments of an event's purchases with the price of their valid tickets. */
export async function checkPayments(
  deps: Deps,
  o: { readonly eventId: string; readonly changedSince: string | null; readonly throttle: Throttle },
): Promise<Discrepancy[]> {
  const discrepancies: Discrepancy[] = [];
  const maxPurchases = deps.payments.statement ? Infinity : MAX_LOOK_UPS;
  let after: string | null = null;
  for (let checked = 0; checked < maxPurchases;) {
    const sinceMs = performance.now();
    const { ids, next } = await listEventPurchases(deps.pool, { ...o, after, limit: MAX_STATEMENT_ENTRIES });
    discrepancies.push(...(await checkPaymentsOf(deps, ids)));
    if (next === null) break;
    await o.throttle(sinceMs);
    checked += ids.length;
    after = next;
  }
  return discrepancies;
}

/** Compares the payments of these purchases, also of unknown ones; at most `MAX_STATEMENT_ENTRIES`. */
export async function checkPaymentsOf(deps: Deps, purchaseIds: readonly string[]): Promise<Discrepancy[]> {
  if (purchaseIds.length === 0) return [];
  // Read PostgreSQL first: a capture between the two reads can only make a purchase look paid.
  const known = await readMoney(deps.pool, purchaseIds.filter(isUuid));
  const records = new Map(known.map((record) => [record.purchaseId, record]));
  // A free purchase has no payment. If the provider charged for it nevertheless, the statement check finds that.
  const settled = purchaseIds.filter((purchaseId) => {
    const record = records.get(purchaseId);
    return record === undefined || (!record.underWay && record.amountMinor > 0);
  });
  const entries = new Map((await entriesOf(deps, settled, records)).map((entry) => [entry.purchaseId, entry]));
  return settled.flatMap((purchaseId) =>
    comparePayments(entries.get(purchaseId) ?? { purchaseId, authorisations: [] }, records.get(purchaseId)),
  );
}

/** The statement entries of these purchases. Without a statement, each purchase's last payment is looked up. */
async function entriesOf(
  { payments }: Deps,
  purchaseIds: readonly string[],
  records: ReadonlyMap<string, MoneyOnRecord>,
): Promise<readonly PurchasePayments[]> {
  if (purchaseIds.length === 0) return [];
  if (payments.statement) return (await payments.statement({ purchaseIds })).purchases;
  const entries: PurchasePayments[] = [];
  for (const purchaseId of purchaseIds) {
    const record = records.get(purchaseId);
    if (!record) continue;
    const key = paymentKey(purchaseId, record.paymentAttempt, 'authorise');
    const answer = await payments.lookUp({ authoriseKey: key });
    if (answer.kind === 'not_found') continue;
    entries.push({ purchaseId, authorisations: [{ ...answer, key, currency: record.currency }] });
  }
  return entries;
}
