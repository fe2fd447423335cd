import { afterEach, expect, it } from 'vitest';
import { appWith } from '../testing/app.js';
import { EVENT, TICKET, activeHold, startGateway } from '../testing/gateway.js';

const ID = TICKET.ticketId;
const GIVEN = { ...TICKET, transferred: true };
const PURCHASE = { purchaseId: ID, eventId: '1', userId: 'me', status: 'confirmed', amountMinor: 0, currency: 'EUR' };

let close: () => Promise<void> = () => Promise.resolve();
afterEach(() => close());

/** The shop of a browser with a session, and its gateway. */
async function openShop(bodies: Readonly<Record<string, unknown>>) {
  const gateway = await startGateway(bodies, 'not-found');
  ({ close } = gateway);
  const app = await appWith({ API_URL: gateway.url });
  const cookie = (await app.request('/transfer')).headers.get('set-cookie') ?? '';
  return { gateway, read: async (path: string) => (await app.request(path, { headers: { cookie } })).text() };
}

it('no page says that there are no orders while the tickets that others gave cannot be read', async () => {
  const purchases = { '/api/purchases': { purchases: [], next: null } };
  const { gateway, read } = await openShop(purchases);
  gateway.refuseWith({ problem: 'unavailable', status: 503 });
  const page = await read('/orders');
  expect(page).toContain('Tickets that others gave you cannot be shown');
  expect(page).not.toContain('No orders yet');
  await close();
  const empty = await openShop({ ...purchases, '/api/received-tickets': { tickets: [], next: null } });
  expect(await empty.read('/orders')).toContain('No orders yet');
});

it('tickets that others gave are listed page by page, the further pages without orders', async () => {
  const bodies = {
    '/api/events/1': EVENT,
    '/api/purchases': { purchases: [PURCHASE], next: null },
    '/api/received-tickets': { tickets: [GIVEN], next: ID },
  };
  const { gateway, read } = await openShop(bodies);
  const first = await read('/orders');
  const more = `/orders?received=${ID}`;
  for (const link of [`href="/tickets/${ID}"`, `href="/orders/${ID}"`, `href="${more}"`]) {
    expect(first).toContain(link);
  }
  gateway.asked.length = 0;
  const second = await read(more);
  expect(gateway.asked).not.toContain('/api/purchases');
  expect(second).toContain(`href="/tickets/${ID}"`);
  expect(second).not.toContain(`href="/orders/${ID}"`);
});

it('a hold of free tickets says nothing of paying, in the orders and at its checkout', async () => {
  const hold = { ...activeHold(ID, 'me'), amountMinor: 0 };
  const { read } = await openShop({
    '/api/events/1': EVENT,
    '/api/purchases': { purchases: [], next: null },
    '/api/received-tickets': { tickets: [], next: null },
    '/api/tickets/holds': { holds: [hold] },
    [`/api/tickets/holds/${ID}`]: hold,
  });
  const [orders, checkout] = [await read('/orders'), await read(`/checkout/${ID}`)];
  expect(orders).toContain(`href="/checkout/${ID}"`);
  expect(checkout).toContain('data-once="Getting your tickets …"');
  for (const page of [orders, checkout]) expect(page.split('<footer')[0]).not.toMatch(/\bpay/i);
});
