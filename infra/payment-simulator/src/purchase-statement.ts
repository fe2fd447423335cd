import type { StatementAnswer } from '@box-office/payments/wire';
import { capturedMinorOf, refundedMinorOf, stateOf, type Authorisation, type Ledger } from './ledger.js';

type PurchasePayments = StatementAnswer['purchases'][number];

/** The statement of these purchases, as far as they are known. */
export function entriesOf(ledger: Ledger, purchaseIds: readonly string[]): StatementAnswer {
  const purchases = purchaseIds.flatMap((purchaseId) => {
    const authorisations = ledger.purchases().get(purchaseId);
    return authorisations ? [ofPurchase(purchaseId, authorisations)] : [];
  });
  return { purchases, position: String(ledger.position()), isLast: true };
}

/**
 * A page of the purchases at which something moved after a position, in the order in which it moved. Who moves while
 * a reader continues appears again, at its new place. A position that this statement never reached starts at the beginning.
 */
export function statementAfter(ledger: Ledger, o: { after: number; limit: number }): StatementAnswer {
  const after = o.after > ledger.position() ? 0 : o.after;
  const purchases: PurchasePayments[] = [];
  let position = after;
  for (const [purchaseId, movedAt] of ledger.moved()) {
    if (movedAt <= after) continue;
    if (purchases.length === o.limit) return { purchases, position: String(position), isLast: false };
    purchases.push(ofPurchase(purchaseId, ledger.purchases().get(purchaseId) ?? []));
    position = movedAt;
  }
  return { purchases, position: String(position), isLast: true };
}

function ofPurchase(purchaseId: string, authorisations: readonly Authorisation[]): PurchasePayments {
  return {
    purchaseId,
    authorisations: authorisations.map((authorisation) => {
      const { key, authorisationId, amountMinor, currency } = authorisation;
      return {
        key,
        ...(authorisationId === undefined ? {} : { authorisationId }),
        state: stateOf(authorisation),
        amountMinor,
        capturedMinor: capturedMinorOf(authorisation),
        refundedMinor: refundedMinorOf(authorisation),
        currency,
      };
    }),
  };
}
