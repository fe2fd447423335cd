import type Stripe from 'stripe';
import { PaymentUnknownError, type PaymentPort, type PurchasePayments, type StatementPage } from '../port.js';
import { fromStripeAmount } from './amounts.js';
import { event, listOf, paymentIntent, refundedCharge, type StripeEvent } from './answers.js';
import type { StripeDeps } from './deps.js';
import { authorisationOf, type Authorisation } from './intent-state.js';

const PAGE = 100;
/** Going back to the oldest event ends here. Stripe keeps events for 30 days. */
const MAX_PAGES_BACK = 1_000;
/** Events after which an intent reserves, has or no longer has money. */
const TYPES: Stripe.EventListParams['types'] = [
  'payment_intent.amount_capturable_updated',
  'payment_intent.succeeded',
  'payment_intent.canceled',
  'charge.refunded',
];
const page = listOf(event);

/**
 * The statement, from Stripe's events. A position is the id of the last event that was read; one that Stripe does not know
 * (any longer) starts at the oldest event.
 *
 * @param delayMs events younger than this are left for the next page: an event may be listed later than a younger one
 */
export function createStatement({
  stripe,
  call,
  delayMs,
}: Pick<StripeDeps, 'stripe' | 'call'> & { readonly delayMs: number }): PaymentPort['statement'] {
  type Cursor = { starting_after: string } | { ending_before: string };

  /** Newest first; undefined if Stripe does not know the event of the cursor. */
  async function list(cursor: Cursor | undefined, signal: AbortSignal | undefined) {
    const created = { lte: Math.floor((Date.now() - delayMs) / 1_000) };
    const params: Stripe.EventListParams = { ...(TYPES && { types: TYPES }), created, limit: PAGE, ...cursor };
    const answer = await call(page, 'GET /v1/events', () => stripe.events.list(params), signal);
    if (answer.kind === 'done') return answer.value;
    if (answer.kind === 'rejected' && answer.error.code === 'resource_missing') return undefined;
    throw answer.kind === 'rejected' ? answer.error : new PaymentUnknownError(`GET /v1/events: ${answer.kind}`);
  }

  async function oldest(signal: AbortSignal | undefined): Promise<StatementPage> {
    let current = await list(undefined, signal);
    let isLast = true;
    for (let pages = 1; current?.has_more === true && pages < MAX_PAGES_BACK; pages++) {
      const last = current.data.at(-1);
      if (!last) break;
      current = await list({ starting_after: last.id }, signal);
      isLast = false;
    }
    return pageOf(current?.data ?? [], '', isLast);
  }

  return async ({ after }, signal) => {
    if (after === null || after === '') return oldest(signal);
    const newer = await list({ ending_before: after }, signal);
    return newer ? pageOf(newer.data, after, !newer.has_more) : oldest(signal);
  };
}

function pageOf(newestFirst: readonly StripeEvent[], after: string, isLast: boolean): StatementPage {
  const purchases = new Map<string, Map<string, Authorisation>>();
  for (const each of newestFirst.toReversed()) {
    const moved = movedBy(each);
    if (!moved) continue;
    const authorisations = purchases.get(moved.purchaseId) ?? new Map<string, Authorisation>();
    authorisations.set(moved.authorisation.authorisationId, moved.authorisation);
    // Who moves again goes to the end.
    purchases.delete(moved.purchaseId);
    purchases.set(moved.purchaseId, authorisations);
  }
  return {
    purchases: [...purchases].map(([purchaseId, own]): PurchasePayments => ({
      purchaseId,
      authorisations: [...own.values()],
    })),
    position: newestFirst[0]?.id ?? after,
    isLast,
  };
}

/** Intents that name no purchase are those of other systems that use the account. */
function movedBy({
  type,
  data,
}: StripeEvent): { readonly purchaseId: string; readonly authorisation: Authorisation } | undefined {
  if (type !== 'charge.refunded') {
    if (!type.startsWith('payment_intent.')) return undefined;
    const intent = paymentIntent.parse(data.object);
    const { purchase } = intent.metadata;
    return purchase === undefined ? undefined : { purchaseId: purchase, authorisation: authorisationOf(intent) };
  }
  const object = refundedCharge.parse(data.object);
  const { purchase: purchaseId, key } = object.metadata;
  if (purchaseId === undefined) return undefined;
  const { payment_intent: authorisationId, amount, amount_captured: captured, amount_refunded: refunded } = object;
  if (authorisationId === null || captured === 0) return undefined;
  const currency = object.currency.toUpperCase();
  const authorisation: Authorisation = {
    key: key ?? authorisationId,
    authorisationId,
    state: refunded === captured ? 'refunded' : 'captured',
    amountMinor: fromStripeAmount(amount, currency),
    capturedMinor: fromStripeAmount(captured, currency),
    refundedMinor: fromStripeAmount(refunded, currency),
    currency,
  };
  return { purchaseId, authorisation };
}
