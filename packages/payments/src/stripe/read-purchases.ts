import type Stripe from 'stripe';
import type { PaymentPort, PurchasePayments } from '../port.js';
import { anyIntent, listOf, type AnyIntent } from './answers.js';
import { valueOf } from './call.js';
import type { StatementDeps } from './deps.js';
import { anyAuthorisationOf } from './intent-state.js';

const WHAT = 'GET /v1/payment_intents';
const PAGE = 100;
/** Pages beyond those that the purchases fill by themselves: other purchases of the same minutes are between them. */
const SPARE_PAGES = 2;
/** A purchase is authorised within this after it was made, and clocks may differ by as much. */
const WINDOW_MS = 60_000;
/** Reads of single authorisations at once. */
const MAX_READS = 8;

const page = listOf(anyIntent);

/**
 * The authorisations of purchases. Those that were made in the same minutes are read from the list of intents, a hundred at
 * once; what that does not show is read by its id.
 */
export function createReadPurchases({ stripe, call, readAny }: StatementDeps): PaymentPort['readPurchases'] {
  /** Intents of the minutes in which the purchases were made, newest first, as far as that is cheap. */
  async function listed(madeAt: readonly number[], signal: AbortSignal | undefined): Promise<AnyIntent[]> {
    if (madeAt.length === 0) return [];
    const created = {
      gte: Math.floor((Math.min(...madeAt) - WINDOW_MS) / 1_000),
      lte: Math.ceil((Math.max(...madeAt) + WINDOW_MS) / 1_000),
    };
    const query: Stripe.PaymentIntentListParams = { created, limit: PAGE, expand: ['data.latest_charge.refunds'] };
    const intents: AnyIntent[] = [];
    const maxPages = Math.ceil(madeAt.length / PAGE) + SPARE_PAGES;
    for (let pages = 0; pages < maxPages; pages++) {
      const last = intents.at(-1);
      const answer = await call(
        page,
        WHAT,
        () => stripe.paymentIntents.list({ ...query, ...(last && { starting_after: last.id }) }),
        signal,
      );
      const { data, has_more: hasMore } = valueOf(answer, WHAT);
      intents.push(...data);
      if (!hasMore) break;
    }
    return intents;
  }

  return async (purchases, signal) => {
    const wanted = new Set(purchases.map(({ purchaseId }) => purchaseId));
    const madeAt = purchases.flatMap(({ since }) => (since ? [since.getTime()] : []));
    const byId = new Map((await listed(madeAt, signal)).map((intent) => [intent.id, intent]));
    const missing = [...new Set(purchases.flatMap(({ authorisationIds }) => authorisationIds))].filter(
      (id) => !byId.has(id),
    );
    for (let start = 0; start < missing.length; start += MAX_READS) {
      const some = await Promise.all(missing.slice(start, start + MAX_READS).map((id) => readAny(id, signal)));
      for (const intent of some) if (intent) byId.set(intent.id, intent);
    }
    const own = new Map<string, PurchasePayments['authorisations'][number][]>();
    for (const intent of byId.values()) {
      const { purchase } = intent.metadata;
      if (typeof purchase !== 'string' || !wanted.has(purchase)) continue;
      own.set(purchase, [...(own.get(purchase) ?? []), anyAuthorisationOf(intent)]);
    }
    return [...own].map(([purchaseId, authorisations]) => ({ purchaseId, authorisations }));
  };
}
