import type Stripe from 'stripe';
import type { PaymentPort, PurchasePayments, StatementPage } from '../port.js';
import { anyCharge, anyIntent, anyRefund, event, listOf, type AnyIntent, type StripeEvent } from './answers.js';
import { foundValueOf } from './call.js';
import type { StatementDeps } from './deps.js';
import { DISPUTE_EVENTS, disputeOf, isDisputeEvent } from './dispute.js';
import { anyAuthorisationOf, hasFailed, refundedAuthorisation, type Authorisation } from './intent-state.js';

const PAGE = 100;
/** Going back to the oldest event ends here. Stripe keeps events for 30 days. */
const MAX_PAGES_BACK = 1_000;
const REFUND_EVENTS = ['refund.updated', 'refund.failed'] as const;
/** Events after which an intent reserves, has, no longer has or has again money, or a dispute of it is another one. */
const TYPES: Stripe.EventListParams['types'] = [
  'payment_intent.amount_capturable_updated',
  'payment_intent.succeeded',
  'payment_intent.canceled',
  'charge.refunded',
  ...REFUND_EVENTS,
  ...DISPUTE_EVENTS,
];
const eventPage = listOf(event);

/**
 * The statement, from Stripe's events. A position is the id of the last event that was read; one that Stripe does not know
 * (any longer) starts at the oldest event.
 *
 * @param delayMs events younger than this are left for the next page: an event may be listed later than a younger one
 */
export function createStatement({
  stripe,
  call,
  readAny,
  delayMs,
}: StatementDeps & { readonly delayMs: number }): PaymentPort['statement'] {
  type Cursor = { starting_after: string } | { ending_before: string };

  /** Newest first; undefined if Stripe does not know the event of the cursor. */
  async function list(cursor: Cursor | undefined, signal: AbortSignal | undefined) {
    const created = { lte: Math.floor((Date.now() - delayMs) / 1_000) };
    const params: Stripe.EventListParams = { ...(TYPES && { types: TYPES }), created, limit: PAGE, ...cursor };
    const answer = await call(eventPage, 'GET /v1/events', () => stripe.events.list(params), signal);
    return foundValueOf(answer, 'GET /v1/events');
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
    return page(current?.data ?? [], { after: '', isLast, signal });
  }

  /** The intents whose id is all that events tell of them: those of disputes and of failed refunds name no purchase. */
  async function readNamed(events: readonly StripeEvent[], signal: AbortSignal | undefined) {
    const intents = new Map<string, AnyIntent>();
    for (const event of events) {
      const id = disputeIn(event)?.authorisationId ?? failedRefundIn(event)?.payment_intent;
      const intent = id === undefined || intents.has(id) ? undefined : await readAny(id, signal);
      if (intent) intents.set(intent.id, intent);
    }
    return intents;
  }

  async function page(
    newestFirst: readonly StripeEvent[],
    o: { readonly after: string; readonly isLast: boolean; readonly signal: AbortSignal | undefined },
  ): Promise<StatementPage> {
    return pageOf(newestFirst, { ...o, named: await readNamed(newestFirst, o.signal) });
  }

  return async ({ after }, signal) => {
    if (after === null || after === '') return oldest(signal);
    const newer = await list({ ending_before: after }, signal);
    return newer ? page(newer.data, { after, isLast: !newer.has_more, signal }) : oldest(signal);
  };
}

interface Movement {
  readonly purchaseId: string;
  readonly authorisation: Authorisation;
}

function pageOf(
  newestFirst: readonly StripeEvent[],
  o: { readonly after: string; readonly isLast: boolean; readonly named: ReadonlyMap<string, AnyIntent> },
): StatementPage {
  const purchases = new Map<string, Map<string, Authorisation>>();
  const disputes: StatementPage['disputes'][number][] = [];
  for (const each of newestFirst.toReversed()) {
    const dispute = disputeIn(each);
    const id = dispute ? (dispute.authorisationId ?? '') : failedRefundIn(each)?.payment_intent;
    const moved = id === undefined ? movedBy(each) : movedIntent(o.named.get(id));
    if (!moved) continue;
    const { purchaseId, authorisation } = moved;
    if (dispute) disputes.push({ ...dispute, purchaseId });
    const authorisations = purchases.get(purchaseId) ?? new Map<string, Authorisation>();
    authorisations.set(authorisation.authorisationId, authorisation);
    // Who moves again goes to the end.
    purchases.delete(purchaseId);
    purchases.set(purchaseId, authorisations);
  }
  return {
    purchases: [...purchases].map(([purchaseId, own]): PurchasePayments => ({
      purchaseId,
      authorisations: [...own.values()],
    })),
    disputes,
    position: newestFirst[0]?.id ?? o.after,
    isLast: o.isLast,
  };
}

const disputeIn = ({ type, created, data }: StripeEvent) =>
  isDisputeEvent(type) ? disputeOf(data.object, created) : undefined;

/** A refund that failed or was cancelled after it was accepted. */
function failedRefundIn({ type, data }: StripeEvent) {
  if (!(REFUND_EVENTS as readonly string[]).includes(type)) return undefined;
  const { data: refund } = anyRefund.safeParse(data.object);
  return refund && hasFailed(refund) ? refund : undefined;
}

/** Intents that name no purchase are those of other systems that use the account. */
function movedIntent(intent: AnyIntent | undefined): Movement | undefined {
  const purchaseId = intent?.metadata['purchase'];
  return intent === undefined || typeof purchaseId !== 'string'
    ? undefined
    : { purchaseId, authorisation: anyAuthorisationOf(intent) };
}

function movedBy({ type, data }: StripeEvent): Movement | undefined {
  if (type !== 'charge.refunded') {
    return type.startsWith('payment_intent.') ? movedIntent(anyIntent.safeParse(data.object).data) : undefined;
  }
  const charge = anyCharge.safeParse(data.object);
  if (!charge.success) return undefined;
  const { payment_intent: id, metadata } = charge.data;
  const authorisation = refundedAuthorisation(id, metadata.key, data.object);
  return authorisation === null ? undefined : { purchaseId: metadata.purchase, authorisation };
}
