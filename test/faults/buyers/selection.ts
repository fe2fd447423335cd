import type { OrderItem } from '@box-office/contract';
import { holdIdOf, purchaseIdOf } from '@box-office/contract/derive';
import type { EventOnSale } from '../harness/events.js';
import type { Random } from '../random.js';

/** The routes from which gateways derive the ids of purchases and holds. */
const PURCHASE_ROUTE = 'POST /api/tickets/purchase';
const HOLD_ROUTE = 'POST /api/tickets/holds';
const BUYERS_PER_EVENT = 40;
/** Share of the requests that are never repeated, whatever the answer. */
const NOT_PERSISTENT = 0.15;

/** What a buyer wants to buy, under one idempotency key. */
export interface Selection {
  readonly userId: string;
  readonly key: string;
  readonly purchaseId: string;
  readonly eventId: string;
  readonly items: readonly OrderItem[];
  readonly paymentMethod: string;
  /** What the buyer does when the bank asks for an authentication. */
  readonly atTheBank: 'complete' | 'fail' | 'ignore';
  readonly holdId: string | null;
  /** True if the buyer repeats the request until there is a final answer. */
  readonly persistent: boolean;
}

/** What a buyer wants to hold, for so many seconds. */
export interface HoldSelection {
  readonly holdId: string;
  readonly userId: string;
  readonly key: string;
  readonly eventId: string;
  readonly items: readonly OrderItem[];
  readonly seconds: number;
}

/** The provider takes its time to answer after it has captured. */
export const SLOW_CAPTURE = 'pm_slow_capture_1500';

/** Payment methods; the token decides how the payment provider fails. */
const PAYMENT_METHODS = [
  { weight: 60, method: 'pm_approve' },
  { weight: 8, method: 'pm_decline_insufficient_funds' },
  { weight: 6, method: 'pm_slow_400' },
  { weight: 3, method: 'pm_slow_2500' },
  { weight: 3, method: SLOW_CAPTURE },
  { weight: 4, method: 'pm_fail_2' },
  { weight: 3, method: 'pm_capture_fail_3' },
  { weight: 4, method: 'pm_capture_refused' },
  { weight: 3, method: 'pm_timeout_after_charge' },
  { weight: 3, method: 'pm_timeout_after_capture' },
  { weight: 2, method: 'pm_timeout_after_void+capture_refused' },
  { weight: 2, method: 'pm_void_fail_2+capture_refused' },
  { weight: 2, method: 'pm_late_1500' },
  { weight: 1, method: 'pm_late_6000' },
  { weight: 2, method: 'pm_error_500_after_charge' },
  { weight: 2, method: 'pm_error_500_after_capture' },
  { weight: 1, method: 'pm_error_500_before_capture' },
  { weight: 1, method: 'pm_error_500_after_void+capture_refused' },
  { weight: 6, method: 'pm_card_authenticationRequired' },
  { weight: 2, method: 'pm_card_authenticationRequired+decline_lost_card' },
  { weight: 2, method: 'pm_card_authenticationRequired+capture_refused' },
] as const;

/** Draws a new selection for one of the events. */
export function drawSelection(random: Random, events: readonly EventOnSale[]): Selection {
  return withPurchaseId({ ...drawTickets(random, events), ...drawPayment(random), holdId: null });
}

/** Draws tickets to hold, for a time that may end before the buyer's next action. */
export function drawHold(random: Random, events: readonly EventOnSale[]): HoldSelection {
  const tickets = drawTickets(random, events);
  const holdId = holdIdOf(HOLD_ROUTE, tickets.userId, tickets.key);
  return { ...tickets, holdId, seconds: random.pick([2, 6, 15]) };
}

/** The purchase of held tickets. */
export function selectionWithHold(random: Random, hold: HoldSelection): Selection {
  const { userId, eventId, items, holdId } = hold;
  return withPurchaseId({ userId, eventId, items, holdId, key: drawKey(random), ...drawPayment(random) });
}

function drawTickets(random: Random, events: readonly EventOnSale[]) {
  const event = random.weighted(events);
  const types = random.shuffled(event.ticketTypes).slice(0, random.chance(0.8) ? 1 : 2);
  return {
    userId: `buyer-${event.eventId}-${random.int(1, BUYERS_PER_EVENT)}`,
    key: drawKey(random),
    eventId: event.eventId,
    items: types.map((ticketType) => ({ ticketType, quantity: random.int(1, event.maxQuantity) })),
  };
}

const drawKey = (random: Random): string => `key ${random.int(0, 2 ** 31)} ${random.int(0, 2 ** 31)}`;

const drawPayment = (random: Random) => ({
  paymentMethod: random.weighted(PAYMENT_METHODS).method,
  atTheBank: random.pick(['complete', 'complete', 'fail', 'ignore'] as const),
  persistent: !random.chance(NOT_PERSISTENT),
});

/** Another selection under the same key; the gateways must refuse it. */
export function changedSelection(random: Random, selection: Selection): Selection {
  const [first, ...rest] = selection.items;
  if (first === undefined || selection.holdId !== null || random.chance(0.5))
    return { ...selection, paymentMethod: `${selection.paymentMethod}+approve` };
  return { ...selection, items: [{ ...first, quantity: first.quantity + 1 }, ...rest] };
}

/** A selection of a new buyer with a payment that succeeds, to check that an event can be sold. */
export function probeSelection(event: EventOnSale, name: string): Selection {
  const [ticketType = ''] = event.ticketTypes;
  return withPurchaseId({
    userId: `probe-${event.eventId}-${name}`,
    key: name,
    eventId: event.eventId,
    items: [{ ticketType, quantity: 1 }],
    paymentMethod: 'pm_approve',
    atTheBank: 'complete',
    holdId: null,
    persistent: true,
  });
}

const withPurchaseId = (selection: Omit<Selection, 'purchaseId'>): Selection => ({
  ...selection,
  purchaseId: purchaseIdOf(PURCHASE_ROUTE, selection.userId, selection.key),
});
