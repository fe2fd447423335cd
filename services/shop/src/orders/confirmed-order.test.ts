import { afterAll, beforeAll, expect, it } from 'vitest';
import { appWith } from '../testing/app.js';
import { EVENT, startGateway } from '../testing/gateway.js';

const ID = '7be94a2d-3c1e-4f0a-9d54-0c7f0a5e8b21';
const ticket = (ticketId: string, serial: number) => ({ ticketId, serial, ticketType: 'Adult', status: 'valid' });
const withCode = (ticketId: string, serial: number, transferred: boolean) => ({
  ...ticket(ticketId, serial),
  purchaseId: ID,
  eventId: '1',
  userId: 'guest-1',
  version: 1,
  transferred,
  offeredUntil: null,
  admission: null,
  code: transferred ? null : '04XJ2R5C',
});

let gateway: Awaited<ReturnType<typeof startGateway>>;
beforeAll(async () => {
  const purchase = {
    purchaseId: ID,
    eventId: '1',
    userId: 'guest-1',
    status: 'confirmed',
    amountMinor: 4_800,
    currency: 'EUR',
    tickets: [ticket('b', 2)],
  };
  // The first ticket was taken over, and cancelled after that.
  const tickets = [{ ...withCode('a', 1, true), status: 'cancelled' }, withCode('b', 2, false)];
  const bodies = {
    '/api/events/1': EVENT,
    [`/api/purchases/${ID}`]: purchase,
    [`/api/purchases/${ID}/tickets`]: { tickets },
  };
  gateway = await startGateway(bodies, 'not-found');
});
afterAll(() => gateway.close());

it('says of the tickets that are left alone whether they were given away', async () => {
  const app = await appWith({ API_URL: gateway.url });
  const cookie = (await app.request('/transfer')).headers.get('set-cookie') ?? '';
  const headers = { cookie, 'accept-language': 'en' };
  const page = await (await app.request(`/orders/${ID}`, { headers })).text();
  expect(page).toContain('qr-code');
  expect(page).toContain('1 ticket, paid and yours');
});
