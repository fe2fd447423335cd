import type { OrderItem } from '@box-office/contract';
import { purchaseIdOf } from '@box-office/contract/derive';
import type { EventOnSale } from '../ground/events.js';
import type { Random } from '../random.js';

/** The routes as the gateways put them into the ids of purchases and holds. */
const PURCHASE_ROUTE = 'POST /api/tickets/purchase';
const HOLD_ROUTE = 'POST /api/tickets/holds';
const BUYERS_PER_EVENT = 40;
/** Share of the buyers that never ask again, whatever they were told. */
const GIVING_UP = 0.15;

/** What a buyer wants, under one idempotency key. */
export interface Wish {
  readonly userId: string;
  readonly key: string;
  readonly purchaseId: string;
  readonly eventId: string;
  readonly items: readonly OrderItem[];
  readonly paymentMethod: string;
  readonly holdId: string | null;
  /** Asks until there is a final answer. */
  readonly persistent: boolean;
}

/** What a buyer wants to be kept for so many seconds. */
export interface HoldWish {
  readonly holdId: string;
  readonly userId: string;
  readonly key: string;
  readonly eventId: string;
  readonly items: readonly OrderItem[];
  readonly seconds: number;
}

/** How buyers pay: what the payment provider then does wrong is the token's doing. */
const PAYMENT_METHODS = [
  { weight: 60, method: 'pm_approve' },
  { weight: 8, method: 'pm_decline_insufficient_funds' },
  { weight: 6, method: 'pm_slow_400' },
  { weight: 3, method: 'pm_slow_2500' },
  { weight: 3, method: 'pm_slow_capture_1500' },
  { weight: 4, method: 'pm_fail_2' },
  { weight: 3, method: 'pm_capture_fail_3' },
  { weight: 4, method: 'pm_capture_refused' },
  { weight: 3, method: 'pm_timeout_after_charge' },
  { weight: 3, method: 'pm_timeout_after_capture' },
  { weight: 2, method: 'pm_timeout_after_void+capture_refused' },
  { weight: 2, method: 'pm_void_fail_2+capture_refused' },
  { weight: 2, method: 'pm_late_1500' },
  { weight: 1, method: 'pm_late_6000' },
] as const;

/** Draws a new wish for one of the events. */
export function drawWish(random: Random, events: readonly EventOnSale[]): Wish {
  return wishOf({ ...drawTickets(random, events), ...drawPayment(random), holdId: null });
}

/** Draws what is to be held, for a time that may be over before the buyer comes back. */
export function drawHold(random: Random, events: readonly EventOnSale[]): HoldWish {
  const tickets = drawTickets(random, events);
  const holdId = purchaseIdOf(HOLD_ROUTE, tickets.userId, tickets.key);
  return { ...tickets, holdId, seconds: random.pick([2, 6, 15]) };
}

/** The purchase of what is held. */
export function wishWithHold(random: Random, hold: HoldWish): Wish {
  const { userId, eventId, items, holdId } = hold;
  return wishOf({ ...{ userId, eventId, items, holdId }, key: drawKey(random), ...drawPayment(random) });
}

function drawTickets(random: Random, events: readonly EventOnSale[]) {
  const event = random.weighted(events);
  const types = random.shuffled(event.ticketTypes).slice(0, random.chance(0.8) ? 1 : 2);
  return {
    userId: `buyer-${event.eventId}-${random.int(1, BUYERS_PER_EVENT)}`,
    key: drawKey(random),
    eventId: event.eventId,
    items: types.map((ticketType) => ({ ticketType, quantity: random.int(1, event.mostAtOnce) })),
  };
}

const drawKey = (random: Random): string => `key ${random.int(0, 2 ** 31)} ${random.int(0, 2 ** 31)}`;

const drawPayment = (random: Random) => ({
  paymentMethod: random.weighted(PAYMENT_METHODS).method,
  persistent: !random.chance(GIVING_UP),
});

/** Another wish under the same key: the gateways must tell it from the first. */
export function otherWish(random: Random, wish: Wish): Wish {
  const [first, ...rest] = wish.items;
  if (first === undefined || wish.holdId !== null || random.chance(0.5))
    return { ...wish, paymentMethod: `${wish.paymentMethod}+approve` };
  return { ...wish, items: [{ ...first, quantity: first.quantity + 1 }, ...rest] };
}

/** A buyer of its own who pays without any trouble: to see whether an event can be bought from. */
export function probeOf(event: EventOnSale, name: string): Wish {
  const [ticketType = ''] = event.ticketTypes;
  return wishOf({
    userId: `probe-${event.eventId}-${name}`,
    key: name,
    eventId: event.eventId,
    items: [{ ticketType, quantity: 1 }],
    paymentMethod: 'pm_approve',
    holdId: null,
    persistent: true,
  });
}

const wishOf = (wish: Omit<Wish, 'purchaseId'>): Wish => ({
  ...wish,
  purchaseId: purchaseIdOf(PURCHASE_ROUTE, wish.userId, wish.key),
});
