import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createMailbox } from '../support/mailbox.js';
import { openStores, type Stores } from '../support/search-stores.js';
import { createPageVisitor, createShopVisitor } from '../support/shop-visitor.js';
import { SERVICES_WITH_PAGES, startTestSystem, type TestSystem } from '../support/test-system.js';

let system: TestSystem;
let stores: Stores;

beforeAll(async () => {
  system = await startTestSystem(SERVICES_WITH_PAGES);
  stores = await openStores(inject('stack'), system);
});
afterAll(async () => {
  await stores?.close();
  await system?.close();
});

describe('name and address of a buyer', () => {
  it('are in one table of PostgreSQL and nowhere else, after a purchase in the shop, its mail and a cancellation', async () => {
    const mailbox = createMailbox(system.services.mailbox[0]?.url ?? '');
    const contact = { name: `Ann ${randomUUID()}`, email: `ann.${randomUUID()}@example.com` };
    const event = await system.createEvent({ total: 10 });
    const visitor = createShopVisitor(system.services.shop[0]?.url ?? '');
    const order = await visitor.buy(event.id, contact);
    const { rows } = await system.pool.query<{ user_id: string }>('select user_id from contacts where email = $1', [
      contact.email,
    ]);
    const userId = rows[0]?.user_id ?? '';
    expect(userId).toMatch(/^guest-/);
    const id = order.split('/').at(-1) ?? '';
    await mailbox.first(contact.email);
    // A server whose answers repeat the address, as many do.
    const refused = `refused.${contact.email}`;
    await visitor.buy(event.id, { ...contact, email: refused });
    await expect
      .poll(() => system.pool.query(`select from mails where user_id = $1 and status = 'failed'`, [userId]))
      .toMatchObject({ rowCount: 1 });
    const cancelled = await system.operator.POST('/api/purchases/{id}/cancel', { params: { path: { id } } });
    expect(cancelled.response.ok).toBe(true);
    await system.call('POST', '/api/operations/contacts/export', { body: { email: contact.email } });
    for (const text of [contact.name, refused]) {
      const searched = await system.call('POST', `/api/events/${event.id}/tickets/search`, { body: { text } });
      expect([searched.status, JSON.stringify(searched.body)]).toEqual([200, expect.stringContaining(contact.name)]);
    }

    // What the search finds of the buyer's subject shows that it looks everywhere.
    await expect
      .poll(() => stores.find(userId), { interval: 500 })
      .toEqual(
        expect.arrayContaining([
          'contacts',
          'event_ticket_transactions',
          'audit_logs',
          'mails',
          'Redis',
          'Temporal',
          'rabbitmq files',
          'redis files',
          'temporal files',
          'log files',
        ]),
      );
    expect(await stores.find(contact.email)).toEqual(['contacts']);
    expect(await stores.find(contact.name)).toEqual(['contacts']);
  });
});

describe('the code of a ticket that is offered', () => {
  it('is in no store and no log after its link was used, and the page of the link does not pass its address on', async () => {
    const event = await system.createEvent({ total: 10 });
    const shopUrl = system.services.shop[0]?.url ?? '';
    const giver = createShopVisitor(shopUrl);
    const order = await giver.buy(event.id, { name: 'Ann', email: `ann.${randomUUID()}@example.com` });
    const [ticket = ''] = /\/tickets\/[\w-]+/.exec(await (await giver.request(order)).text()) ?? [];
    const offered = await giver.request(`${ticket}/give-away`, { method: 'POST', body: new URLSearchParams() });
    const [, code = ''] = /\/transfer\?code=([\w-]+)/.exec(await offered.text()) ?? [];
    expect(code).toHaveLength(22);
    const receiver = createPageVisitor(shopUrl);
    const opened = await receiver.request(`/transfer?code=${code}`);
    expect([opened.status, opened.headers.get('referrer-policy')]).toEqual([200, 'strict-origin']);
    expect(opened.headers.get('cache-control')).toBe('no-store');
    const body = new URLSearchParams({ code, name: 'Ben', email: `ben.${randomUUID()}@example.com` });
    const accepted = await receiver.request('/transfer', { method: 'POST', body });
    expect(accepted.headers.get('location')).toBe(ticket);
    expect(await stores.find(code)).toEqual([]);
  });
});
