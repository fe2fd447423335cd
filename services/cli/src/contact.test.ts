import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openFakeGateway, type FakeGateway } from './testing/fake-gateway.js';

const CONTACT = {
  userId: 'guest-1',
  name: 'Ann Lee',
  email: 'ann@example.com',
  language: 'en',
  createdAt: '2026-11-25T17:00:00.000Z',
  updatedAt: '2026-11-25T17:00:00.000Z',
};
const PURCHASE = {
  purchaseId: '0786e9be-ee41-50d7-986b-7c911c41e848',
  status: 'confirmed',
  eventId: '1',
  userId: 'guest-1',
  amountMinor: 9_000,
  currency: 'EUR',
};
const TICKET = {
  ticketId: '1b4c0b0a-9d3e-5c7f-8a1b-2c3d4e5f6a7b',
  eventId: '2',
  ticketType: 'Standard',
  serial: 7,
  status: 'valid',
};
const NO_TICKETS = { body: { tickets: [], next: null } };
let gateway: FakeGateway;

beforeAll(async () => {
  gateway = await openFakeGateway();
});
beforeEach(() => gateway.reset());
afterAll(() => gateway.close());

describe('contact', () => {
  it('export shows what is stored of a person with purchases and received tickets, and sends the address in a body', async () => {
    gateway.answers.push(
      { body: { contacts: [CONTACT], next: null } },
      { body: { purchases: [PURCHASE], next: null } },
      { body: { tickets: [{ ...TICKET, code: '04SECRET' }], next: null } },
    );
    const { out } = await gateway.cli('contact', 'export', '--email', CONTACT.email);
    expect(out).toMatch(/^name +Ann Lee$/m);
    expect(out).toMatch(/^purchase +0786e9be/m);
    expect(out).toMatch(/^received ticket +1b4c0b0a/m);
    expect(out).not.toContain('04SECRET');
    expect(gateway.asked.map(({ line }) => line)).toEqual([
      'POST /api/operations/contacts/export?limit=100',
      'GET /api/purchases?userId=guest-1&limit=100',
      'GET /api/received-tickets?userId=guest-1&limit=100',
    ]);
    expect(gateway.asked[0]?.body).toEqual({ email: CONTACT.email });
  });

  it('erase asks first, and says whose data are gone or that there were none', async () => {
    gateway.answers.push({ body: { contacts: [CONTACT], next: null } });
    const asked = await gateway.cli('contact', 'erase', '--user', 'guest-1');
    expect([asked.code, gateway.asked.length]).toEqual([2, 1]);
    gateway.answers.push({ body: { userIds: ['guest-1'], more: false } }, { body: { userIds: [], more: false } });
    const erase = () => gateway.cli('contact', 'erase', '--user', 'guest-1', '--yes');
    expect((await erase()).out).toBe('Erased: 1 contact (guest-1).\n');
    expect(await erase()).toMatchObject({ code: 1, out: '' });
  });

  it('export and erase continue until nothing is left', async () => {
    const other = { ...CONTACT, userId: 'guest-2' };
    const none = { body: { purchases: [], next: null } };
    gateway.answers.push(
      { body: { contacts: [CONTACT], next: 'guest-1' } },
      { body: { contacts: [other], next: null } },
    );
    gateway.answers.push(none, NO_TICKETS, none, { body: { tickets: [{ ...TICKET, code: '04SECRET' }], next: null } });
    const exported = await gateway.cli('contact', 'export', '--email', CONTACT.email, '--json');
    expect(JSON.parse(exported.out)).toEqual({
      contacts: [CONTACT, other],
      purchases: [],
      receivedTickets: [TICKET],
    });
    expect(gateway.asked[1]?.line).toBe('POST /api/operations/contacts/export?limit=100&after=guest-1');

    gateway.answers.push(
      { body: { userIds: ['guest-1'], more: true } },
      { body: { userIds: ['guest-2'], more: false } },
    );
    const erased = await gateway.cli('contact', 'erase', '--email', CONTACT.email, '--yes');
    expect(erased.out).toBe('Erased: 2 contacts (guest-1, guest-2).\n');
  });

  it('needs one of --email and --user', async () => {
    const none = await gateway.cli('contact', 'export');
    const both = await gateway.cli('contact', 'erase', '--email', 'a@b.example', '--user', 'a', '--yes');
    expect([none.code, both.code, gateway.asked]).toEqual([2, 2, []]);
  });
});
