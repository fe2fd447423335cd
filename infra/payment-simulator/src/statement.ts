import { fromStripeAmount } from '@box-office/contract';
import { disputedMinorOf } from './disputes.js';
import { capturedMinorOf, hasExpired, refundedMinorOf, type Intent } from './intent.js';
import type { LedgerStatement } from './ledger-statement.js';

type PurchaseStatement = LedgerStatement['purchases'][number];

/**
 * The ledger as a checker reads it: the purchases whose id begins with `prefix`, oldest first, at most `limit` of them
 * from position `from` on; totals and count are over all that match. Amounts in ISO 4217's minor units.
 */
export function statementOf(
  purchases: Iterable<readonly [purchaseId: string, intents: readonly Intent[]]>,
  o: { prefix: string; from: number; limit: number },
): LedgerStatement {
  const totals: LedgerStatement['totals'] = {};
  const page: PurchaseStatement[] = [];
  let purchaseCount = 0;
  for (const [purchaseId, intents] of purchases) {
    if (!purchaseId.startsWith(o.prefix)) continue;
    const position = purchaseCount++;
    for (const intent of intents) {
      const total = (totals[intent.currency] ??= { capturedMinor: 0, refundedMinor: 0 });
      total.capturedMinor += isoMinor(capturedMinorOf(intent), intent);
      total.refundedMinor += isoMinor(refundedMinorOf(intent), intent);
    }
    if (position >= o.from && page.length < o.limit) page.push(ofPurchase(purchaseId, intents));
  }
  const next = o.from + page.length;
  return { purchaseCount, totals, purchases: page, ...(next < purchaseCount ? { next } : {}) };
}

function ofPurchase(purchaseId: string, intents: readonly Intent[]): PurchaseStatement {
  const sum = (amountOf: (intent: Intent) => number): number =>
    intents.reduce((total, intent) => total + isoMinor(amountOf(intent), intent), 0);
  return {
    purchaseId,
    capturedMinor: sum(capturedMinorOf),
    refundedMinor: sum(refundedMinorOf),
    disputedMinor: sum(disputedMinorOf),
    captureCount: intents.filter(({ outcome }) => outcome === 'captured').length,
    authorisations: intents.map((intent) => ({
      key: intent.metadata['key'] ?? intent.key,
      authorisationId: intent.id,
      state: stateOf(intent),
      ...(intent.reason === null ? {} : { reason: intent.reason }),
      method: intent.method,
      amountMinor: isoMinor(intent.amountMinor, intent),
      currency: intent.currency,
      capturedMinor: isoMinor(capturedMinorOf(intent), intent),
      refundedMinor: isoMinor(refundedMinorOf(intent), intent),
      refunds: intent.refunds.map(({ refundId, key, amountMinor }) => ({
        refundId,
        key,
        amountMinor: isoMinor(amountMinor, intent),
      })),
      authorisedAt: new Date(intent.createdAt).toISOString(),
    })),
  };
}

function stateOf(intent: Intent): PurchaseStatement['authorisations'][number]['state'] {
  const { outcome, reason, amountMinor } = intent;
  if (outcome === 'captured') return refundedMinorOf(intent) === amountMinor ? 'refunded' : 'captured';
  if (hasExpired(intent, Date.now())) return 'expired';
  return outcome === 'voided' && reason !== null ? 'declined' : outcome;
}

const isoMinor = (amount: number, { currency }: Intent): number => fromStripeAmount(amount, currency);
