import { afterEach, describe, expect, it } from 'vitest';
import { appWith } from '../testing/app.js';
import { EVENT, TICKET, startGateway } from '../testing/gateway.js';

const ID = TICKET.ticketId;
const GIVEN = { ...TICKET, transferred: true };
const PURCHASE = {
  purchaseId: ID,
  eventId: '1',
  userId: 'somebody',
  status: 'confirmed',
  amountMinor: 4_800,
  currency: 'EUR',
  tickets: [{ ticketId: ID, ticketType: 'Adult', serial: 1, status: 'valid' }],
};

let close: () => Promise<void> = () => Promise.resolve();
afterEach(() => close());

/** A page of the shop for a buyer with an order and a ticket that was given to them. */
async function read(path: string, o: { event?: object; ticket?: object }): Promise<string> {
  const ticket = { ...GIVEN, ...o.ticket };
  const bodies = {
    '/api/events/1': { ...EVENT, ...o.event },
    '/api/purchases': { purchases: [PURCHASE], next: null },
    [`/api/purchases/${ID}`]: PURCHASE,
    [`/api/purchases/${ID}/tickets`]: { tickets: [{ ...ticket, transferred: false }] },
    [`/api/tickets/${ID}`]: ticket,
    '/api/received-tickets': { tickets: [], next: null },
  };
  const gateway = await startGateway(bodies, 'unknown-transfer');
  ({ close } = gateway);
  const app = await appWith({ API_URL: gateway.url });
  // Who opens a link to a ticket has a session.
  const cookie = (await app.request('/transfer')).headers.get('set-cookie') ?? '';
  return (await app.request(path, { headers: { cookie } })).text();
}

const CANCELLED = { status: 'cancelled' };

describe('of a cancelled event', () => {
  it.each([`/orders/${ID}`, `/tickets/${ID}`])('%s offers nothing and says so', async (path) => {
    const before = await read(path, {});
    expect(before).toContain('You’re going to Gala');
    expect(before).toContain('qr-code');
    await close();
    const page = await read(path, { event: CANCELLED });
    expect(page).toContain('<h1>Gala is cancelled</h1>');
    expect(page).not.toMatch(/You’re going|qr-code|calendar\.ics|give-away|\.pdf|yours/);
  });

  it('the list of orders does not say that one is confirmed', async () => {
    expect(await read('/orders', {})).toContain('Confirmed');
    await close();
    expect(await read('/orders', { event: CANCELLED })).not.toContain('Confirmed');
  });

  it('the page says nothing about refunds but that all is refunded', async () => {
    expect(await read('/events/1', {})).toContain('<dt>Refunds</dt>');
    await close();
    expect(await read('/events/1', { event: CANCELLED })).not.toContain('<dt>Refunds</dt>');
  });

  it('the calendar entry says so', async () => {
    expect(await read('/events/1/calendar.ics', { event: CANCELLED })).toContain('STATUS:CANCELLED');
  });
});

it('a ticket that was given and is cancelled is not called theirs', async () => {
  const page = await read(`/tickets/${ID}`, { ticket: { status: 'cancelled', code: null } });
  expect(page).toContain('<h1>This ticket is cancelled</h1>');
  expect(page).not.toMatch(/You’re going|yours/);
});
