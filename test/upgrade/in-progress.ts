import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { ApiClient, Schema } from '@box-office/api-client';
import { createEventOnSale, type GatewayClients } from '../support/gateway-clients.js';
import { until } from '../support/until.js';
import { demand } from './upgrade-failure.js';

const FINISH_TIMEOUT_MS = 120_000;
const PRICE_MINOR = 2_500;

/** Continues, over today's gateway, what was begun over the older one. @throws UpgradeFailure if a promise is broken */
type Finish = (today: GatewayClients) => Promise<void>;

/** Something that is in the middle, or done, when the older processes stop, and how it has to end. */
export interface Scenario {
  readonly name: string;
  begin(older: GatewayClients): Promise<Finish>;
}

interface Purchase {
  readonly buyer: string;
  readonly key: string;
  readonly body: Schema<'PurchaseRequest'>;
}

const headersOf = (key: string) => ({ header: { 'Idempotency-Key': key } });

/** An event with one ticket type. Returns its id. */
async function newEvent({ operator }: GatewayClients): Promise<string> {
  const ticketTypes = [{ name: 'Standard', priceMinor: PRICE_MINOR, total: 10 }];
  return (await createEventOnSale(operator, { name: 'Upgrade', ticketTypes })).id;
}

const newPurchase = (eventId: string, method: string, holdId?: string): Purchase => ({
  buyer: `buyer_${randomUUID()}`,
  key: randomUUID(),
  body: { eventId, payment: { method }, ...(holdId === undefined ? { quantity: 2 } : { holdId }) },
});

async function request(clients: GatewayClients, { buyer, key, body }: Purchase) {
  const client = await clients.buyer(buyer);
  return client.POST('/api/tickets/purchase', { params: headersOf(key), body });
}

/** @returns the answer to a request that is expected to be bought at once */
async function buy(clients: GatewayClients, purchase: Purchase): Promise<Schema<'ConfirmedPurchase'>> {
  const { data, error, response } = await request(clients, purchase);
  demand(data?.status === 'confirmed', `a purchase was answered ${response.status} ${JSON.stringify(error ?? data)}`);
  return data;
}

/** @returns the id of a purchase whose outcome is not known yet */
async function beginSlowly(clients: GatewayClients, purchase: Purchase): Promise<string> {
  const { data, response } = await request(clients, purchase);
  demand(response.status === 202 && data !== undefined, `a slow purchase was answered ${response.status}, not 202`);
  return data.purchaseId;
}

/** Repeats a request with its key until the tickets are bought. */
const repeatUntilBought = (clients: GatewayClients, purchase: Purchase) =>
  until(() => buy(clients, purchase), FINISH_TIMEOUT_MS);

const show = (client: ApiClient, id: string) => client.GET('/api/purchases/{id}', { params: { path: { id } } });

/** A purchase that was answered gets the same answer again. */
const answered = (name: string, method: string): Scenario => ({
  name,
  async begin(older) {
    const purchase = newPurchase(await newEvent(older), method);
    const first = await request(older, purchase);
    return async (today) => {
      const again = await request(today, purchase);
      const [before, after] = [first, again].map(({ response, data, error }) => ({
        status: response.status,
        body: data ?? { ...(error as object), requestId: '' },
      }));
      demand(isDeepStrictEqual(before, after), `was ${JSON.stringify(before)}, is ${JSON.stringify(after)}`);
    };
  },
});

const slowPayment: Scenario = {
  name: 'a purchase whose payment is slow is bought',
  async begin(older) {
    const purchase = newPurchase(await newEvent(older), 'pm_slow_20000');
    const purchaseId = await beginSlowly(older, purchase);
    return async (today) => {
      const bought = await repeatUntilBought(today, purchase);
      demand(bought.purchaseId === purchaseId, 'the repeat is another purchase');
      demand(bought.tickets.length === 2, `the purchase has ${bought.tickets.length} tickets, not 2`);
    };
  },
};

async function takeHold(clients: GatewayClients, eventId: string) {
  const buyer = `buyer_${randomUUID()}`;
  const client = await clients.buyer(buyer);
  const body = { eventId, quantity: 2 };
  const { data, response } = await client.POST('/api/tickets/holds', { params: headersOf(randomUUID()), body });
  demand(data !== undefined && 'items' in data, `a hold was answered ${response.status}, not 201`);
  return { buyer, holdId: data.holdId, serials: data.items.flatMap((item) => item.serials) };
}

const heldTickets: Scenario = {
  name: 'a hold is bought, with the tickets that it held',
  async begin(older) {
    const eventId = await newEvent(older);
    const { buyer, holdId, serials } = await takeHold(older, eventId);
    return async (today) => {
      const bought = await buy(today, { ...newPurchase(eventId, 'pm_approve', holdId), buyer });
      const got = bought.tickets.map(({ serial }) => serial);
      demand(isDeepStrictEqual(got, serials), `held were ${serials.join(', ')}, bought were ${got.join(', ')}`);
    };
  },
};

const releasedHold: Scenario = {
  name: 'a hold is released, and its tickets can be sold',
  async begin(older) {
    const eventId = await newEvent(older);
    const { buyer, holdId } = await takeHold(older, eventId);
    return async (today) => {
      const client = await today.buyer(buyer);
      const { data } = await client.DELETE('/api/tickets/holds/{id}', { params: { path: { id: holdId } } });
      demand(data?.status === 'released', `the hold is ${data?.status ?? 'unknown'}, not released`);
      const { data: event } = await today.operator.GET('/api/events/{id}', { params: { path: { id: eventId } } });
      demand(event?.capacity === 10, `${event?.capacity} of 10 tickets are left`);
    };
  },
};

const slowRefund: Scenario = {
  name: 'a cancellation whose refund is slow is refunded',
  async begin(older) {
    const purchase = newPurchase(await newEvent(older), 'pm_approve+slow_refund_20000');
    const { purchaseId } = await buy(older, purchase);
    const cancel = async (clients: GatewayClients) => {
      const params = { path: { id: purchaseId } };
      return (await clients.buyer(purchase.buyer)).POST('/api/purchases/{id}/cancel', {
        params,
        body: { reason: 'ill' },
      });
    };
    const { response } = await cancel(older);
    demand(response.status === 202, `the cancellation was answered ${response.status}, not 202`);
    return async (today) => {
      const cancelled = await until(async () => {
        const { data } = await cancel(today);
        demand(data?.status === 'cancelled', `the cancellation is ${data?.status ?? 'unknown'}`);
        return data;
      }, FINISH_TIMEOUT_MS);
      demand(cancelled.refundedMinor === 2 * PRICE_MINOR, `${cancelled.refundedMinor} was refunded`);
    };
  },
};

const stuckCapture: Scenario = {
  name: 'a purchase that is stuck is undone when an operator decides so',
  async begin(older) {
    const purchaseId = await beginSlowly(older, newPurchase(await newEvent(older), 'pm_approve+capture_fail_1000000'));
    return async ({ operator }) => {
      const params = { path: { id: purchaseId } };
      const body = { action: 'compensate', reason: 'the provider does not answer' } as const;
      await until(async () => {
        const { response } = await operator.POST('/api/operations/purchases/{id}/resolve', { params, body });
        demand(response.status === 200, `the decision was answered ${response.status}`);
      }, FINISH_TIMEOUT_MS);
      await until(async () => {
        const { data } = await show(operator, purchaseId);
        demand(data?.status === 'undone', `the purchase is ${data?.status ?? 'unknown'}, not undone`);
      }, FINISH_TIMEOUT_MS);
    };
  },
};

const cancelledEvent: Scenario = {
  name: 'an event that is being cancelled refunds all its purchases',
  async begin(older) {
    const eventId = await newEvent(older);
    const purchases = Array.from({ length: 5 }, () => newPurchase(eventId, 'pm_approve+slow_refund_5000'));
    await Promise.all(purchases.map((purchase) => buy(older, purchase)));
    const params = { path: { id: eventId } };
    const { response } = await older.operator.POST('/api/events/{id}/cancel', { params, body: { reason: 'storm' } });
    demand(response.ok, `the cancellation of the event was answered ${response.status}`);
    return ({ operator }) =>
      until(async () => {
        const { data } = await operator.GET('/api/events/{id}/cancellation', { params });
        demand(data?.status === 'finished', `the cancellation of the event is ${data?.status ?? 'unknown'}`);
        demand(data.refundedMinor === 10 * PRICE_MINOR, `${data.refundedMinor} was refunded`);
      }, FINISH_TIMEOUT_MS);
  },
};

export const SCENARIOS: readonly Scenario[] = [
  answered('a purchase that was bought has the same answer', 'pm_approve'),
  answered('a purchase that was declined has the same answer', 'pm_decline_insufficient_funds'),
  slowPayment,
  heldTickets,
  releasedHold,
  slowRefund,
  stuckCapture,
  cancelledEvent,
];

/** Buys tickets of a new event, and holds some. @throws UpgradeFailure */
export async function sellSomething(clients: GatewayClients): Promise<void> {
  const eventId = await newEvent(clients);
  await buy(clients, newPurchase(eventId, 'pm_approve'));
  const { buyer, holdId } = await takeHold(clients, eventId);
  await buy(clients, { ...newPurchase(eventId, 'pm_approve', holdId), buyer });
}
