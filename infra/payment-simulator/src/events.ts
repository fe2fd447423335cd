import type Stripe from 'stripe';
import type { LedgerEntry } from './entries.js';
import type { Movement } from './ledger.js';
import { disputeIn } from './disputes.js';
import { chargeOf, paymentIntentOf, refundOf, seconds } from './render.js';
import { disputeOf } from './render-dispute.js';

type IntentEvent =
  | Stripe.PaymentIntentCreatedEvent
  | Stripe.PaymentIntentRequiresActionEvent
  | Stripe.PaymentIntentAmountCapturableUpdatedEvent
  | Stripe.PaymentIntentPaymentFailedEvent
  | Stripe.PaymentIntentSucceededEvent
  | Stripe.PaymentIntentCanceledEvent;
type ChargeEvent =
  Stripe.ChargeSucceededEvent | Stripe.ChargeFailedEvent | Stripe.ChargeCapturedEvent | Stripe.ChargeRefundedEvent;
type RefundEvent = Stripe.RefundCreatedEvent | Stripe.RefundUpdatedEvent | Stripe.RefundFailedEvent;
type DisputeEvent =
  Stripe.ChargeDisputeCreatedEvent | Stripe.ChargeDisputeUpdatedEvent | Stripe.ChargeDisputeClosedEvent;
export type SimulatedEvent = IntentEvent | ChargeEvent | RefundEvent | DisputeEvent;
type EventType = SimulatedEvent['type'];

/** What Stripe tells of each change, in this order. */
const EVENT_TYPES: Readonly<Record<LedgerEntry['type'], readonly EventType[]>> = {
  created: ['payment_intent.created'],
  authorised: ['payment_intent.created', 'charge.succeeded', 'payment_intent.amount_capturable_updated'],
  declined: ['payment_intent.created', 'charge.failed', 'payment_intent.payment_failed'],
  action_required: ['payment_intent.created', 'payment_intent.requires_action'],
  confirmed: ['charge.succeeded', 'payment_intent.amount_capturable_updated'],
  confirmation_declined: ['charge.failed', 'payment_intent.payment_failed'],
  captured: ['charge.captured', 'payment_intent.succeeded'],
  capture_refused: ['payment_intent.payment_failed'],
  voided: ['payment_intent.canceled'],
  refunded: ['refund.created', 'charge.refunded'],
  refund_failed: ['refund.updated', 'refund.failed'],
  disputed: ['charge.dispute.created'],
  dispute_updated: ['charge.dispute.updated'],
  dispute_closed: ['charge.dispute.closed'],
  failed: [],
  refused: [],
};

const EVENT_ID = /^evt_(\d+)_(\d+)$/;

/** Place of an event: the movement's position, and which of its events it is. */
interface Place {
  readonly position: number;
  readonly index: number;
}

export const placeOf = (eventId: string): Place | undefined => {
  const [, position, index] = EVENT_ID.exec(eventId) ?? [];
  return position === undefined ? undefined : { position: Number(position), index: Number(index) };
};

export interface EventQuery {
  readonly types: readonly string[] | undefined;
  readonly createdLte: number;
  readonly limit: number;
}

type Listed = Readonly<{ movement: Movement; type: EventType; index: number }>;

/** A page of events, newest first: those next to the cursor on its newer or its older side. */
export function listEvents(
  movements: readonly Movement[],
  query: EventQuery,
  cursor: { readonly newerThan: Place } | { readonly olderThan: Place | undefined },
): { readonly data: SimulatedEvent[]; readonly hasMore: boolean } {
  const found: Listed[] = [];
  const isWanted = ({ movement, type }: Listed): boolean =>
    seconds(movement.entry.at) <= query.createdLte && (query.types?.includes(type) ?? true);
  const ascending = 'newerThan' in cursor;
  const place = ascending ? cursor.newerThan : cursor.olderThan;
  const step = ascending ? 1 : -1;
  for (let at = (place?.position ?? movements.length) - 1; at >= 0 && at < movements.length; at += step) {
    const movement = movements[at];
    if (!movement) break;
    const types = EVENT_TYPES[movement.entry.type].map((type, index): Listed => ({ movement, type, index }));
    const ofThis = types.filter(
      (each) =>
        isWanted(each) &&
        (movement.position !== place?.position || (ascending ? each.index > place.index : each.index < place.index)),
    );
    found.push(...(ascending ? ofThis : ofThis.reverse()));
    if (found.length > query.limit) break;
  }
  const page = found.slice(0, query.limit);
  return { data: (ascending ? page.reverse() : page).map(render), hasMore: found.length > query.limit };
}

/** The events of a change, in their order. */
export const eventsOf = (movement: Movement): SimulatedEvent[] =>
  EVENT_TYPES[movement.entry.type].map((type, index) => render({ movement, type, index }));

function render({ movement, type, index }: Listed): SimulatedEvent {
  const { entry, intent, position } = movement;
  const now = entry.at;
  const base = {
    id: `evt_${position}_${index}`,
    object: 'event' as const,
    api_version: null,
    created: seconds(entry.at),
    livemode: false,
    pending_webhooks: 0,
    request: { id: null, idempotency_key: entry.key },
  };
  switch (type) {
    case 'payment_intent.created':
    case 'payment_intent.requires_action':
    case 'payment_intent.amount_capturable_updated':
    case 'payment_intent.payment_failed':
    case 'payment_intent.succeeded':
    case 'payment_intent.canceled':
      return { ...base, type, data: { object: paymentIntentOf(intent, { now }) } };
    case 'charge.succeeded':
    case 'charge.failed':
    case 'charge.captured':
    case 'charge.refunded':
      return { ...base, type, data: { object: chargeOf(intent, now) } };
    case 'refund.created':
    case 'refund.updated':
    case 'refund.failed': {
      const refund = intent.refunds.find(({ refundId }) => 'refundId' in entry && refundId === entry.refundId);
      if (!refund) throw new Error(`${type} is of no refund`);
      return { ...base, type, data: { object: refundOf(intent, refund) } };
    }
    case 'charge.dispute.created':
    case 'charge.dispute.updated':
    case 'charge.dispute.closed': {
      if (!('disputeId' in entry)) throw new Error(`${type} is of no dispute`);
      return { ...base, type, data: { object: disputeOf(intent, disputeIn(intent, entry.disputeId)) } };
    }
  }
}
