import type { LedgerStatement } from '@box-office/payments/wire';
import { capturedMinorOf, refundedMinorOf, stateOf } from './ledger.js';
import type { Authorisation } from './ledger.js';

type PurchaseStatement = LedgerStatement['purchases'][number];

/**
 * The ledger as a checker reads it: the purchases whose id begins with `prefix`, oldest first, at most `limit` of them
 * from position `from` on; totals and count are over all that match.
 */
export function statementOf(
  ledger: ReadonlyMap<string, readonly Authorisation[]>,
  o: { prefix: string; from: number; limit: number },
): LedgerStatement {
  const totals: LedgerStatement['totals'] = {};
  const purchases: PurchaseStatement[] = [];
  let purchaseCount = 0;
  for (const [purchaseId, authorisations] of ledger) {
    if (!purchaseId.startsWith(o.prefix)) continue;
    const position = purchaseCount++;
    for (const authorisation of authorisations) {
      const total = (totals[authorisation.currency] ??= { capturedMinor: 0, refundedMinor: 0 });
      total.capturedMinor += capturedMinorOf(authorisation);
      total.refundedMinor += refundedMinorOf(authorisation);
    }
    if (position >= o.from && purchases.length < o.limit) purchases.push(ofPurchase(purchaseId, authorisations));
  }
  const next = o.from + purchases.length;
  return { purchaseCount, totals, purchases, ...(next < purchaseCount ? { next } : {}) };
}

function ofPurchase(purchaseId: string, authorisations: readonly Authorisation[]): PurchaseStatement {
  return {
    purchaseId,
    capturedMinor: authorisations.reduce((sum, each) => sum + capturedMinorOf(each), 0),
    refundedMinor: authorisations.reduce((sum, each) => sum + refundedMinorOf(each), 0),
    captureCount: authorisations.filter((each) => each.outcome === 'captured').length,
    authorisations: authorisations.map((authorisation) => {
      const { at, outcome: _, ...details } = authorisation;
      return {
        ...details,
        state: stateOf(authorisation),
        capturedMinor: capturedMinorOf(authorisation),
        refundedMinor: refundedMinorOf(authorisation),
        authorisedAt: new Date(at).toISOString(),
      };
    }),
  };
}
