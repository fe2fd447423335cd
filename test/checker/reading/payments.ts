import { ledgerStatement } from '@box-office/payment-simulator/ledger-statement';
import type { PurchasePayments } from './stores.js';

const PAGE = 1_000;
const MAX_PAGES = 1_000;
const TIMEOUT_MS = 20_000;

/** The payment provider's complete statement. */
export async function readPayments(paymentUrl: string): Promise<PurchasePayments[]> {
  const purchases: PurchasePayments[] = [];
  let from: number | undefined = 0;
  for (let page = 0; from !== undefined; page++) {
    if (page >= MAX_PAGES) throw new Error(`the payment ledger has more than ${PAGE * MAX_PAGES} purchases`);
    const url = new URL(`/ledger?from=${from}&limit=${PAGE}`, paymentUrl);
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) throw new Error(`the payment ledger cannot be read: HTTP ${response.status}`);
    const statement = ledgerStatement.parse(await response.json());
    purchases.push(...statement.purchases);
    from = statement.next;
  }
  return purchases;
}
