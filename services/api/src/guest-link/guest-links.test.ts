import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { guestLinkToken } from '@box-office/contract';
import { addGuestLinkToken, eraseContacts, putContact } from '@box-office/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NO_LIMITS, openTestGateway, standard, tokenOf, type TestGateway } from '../testing/gateway.js';

let test: TestGateway;
let eventId: string;
let shop: string;

beforeAll(async () => {
  test = await openTestGateway();
  ({ id: eventId } = await test.createEvent([standard(100)]));
  shop = await tokenOf('shop', { role: 'shop' });
});
afterAll(() => test.close());

const newAddress = (): string => `ann.${randomUUID()}@example.com`;

/** A guest with a contact who has bought a ticket. */
async function guestWith(email: string, o: { subject?: string; buys?: boolean } = {}): Promise<string> {
  const userId = o.subject ?? `guest-${randomUUID()}`;
  await putContact(test.pool, { userId, name: 'Ann Lee', email, language: 'en' });
  if (o.buys ?? true) {
    const bought = await test.buy({ eventId, quantity: 1 }, { token: await tokenOf(userId) });
    expect(bought.status).toBe(201);
  }
  return userId;
}

async function ask(email: string, gateway: TestGateway = test, from?: string): Promise<Response> {
  const token = await tokenOf(`guest-${randomUUID()}`);
  return gateway.request('POST', '/api/guest-links', { token, body: { email }, ...(from !== undefined && { from }) });
}

async function linksOf(userId: string): Promise<string[]> {
  const { rows } = await test.pool.query<{ id: string }>('select id from guest_links where user_id = $1', [userId]);
  return rows.map(({ id }) => id);
}

/** A token of a link, as the mail has it. */
async function tokenFor(linkId: string): Promise<string> {
  const secret = randomBytes(32).toString('base64url');
  await addGuestLinkToken(test.pool, linkId, createHash('sha256').update(secret).digest());
  return guestLinkToken(linkId, secret);
}

async function linkTo(userId: string, email: string): Promise<string> {
  expect((await ask(email)).status).toBe(202);
  return tokenFor((await linksOf(userId))[0] ?? '');
}

async function consume(token: string, as = shop): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await test.request('POST', '/api/guest-links/consume', { token: as, body: { token } });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('a request for a guest link', () => {
  it('is answered the same, whether there are orders or not, and makes a mail only if there are', async () => {
    const email = newAddress();
    const guest = await guestWith(email);
    const idle = await guestWith(newAddress(), { buys: false });
    const answers = await Promise.all([ask(email.toUpperCase()), ask(newAddress())]);
    const bodies = await Promise.all(answers.map((answer) => answer.text()));
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    expect(bodies[0]).toBe(bodies[1]);
    expect([(await linksOf(guest)).length, (await linksOf(idle)).length]).toEqual([1, 0]);
    const { rows } = await test.pool.query(`select from mails where user_id = $1 and kind = 'guest_link'`, [guest]);
    expect(rows).toHaveLength(1);
  });

  it('leads to guests of the shop alone, never to another subject with the address', async () => {
    const email = newAddress();
    const userId = await guestWith(email, { subject: `user_${randomUUID()}` });
    await ask(email);
    expect(await linksOf(userId)).toEqual([]);
  });

  it('leads to a guest who has taken a ticket over, as long as the guest has it', async () => {
    const email = newAddress();
    const [giver, ann] = [await guestWith(newAddress()), await guestWith(email, { buys: false })];
    const { rows } = await test.pool.query<{ id: string }>('select id from event_tickets where user_id = $1', [giver]);
    const ticketId = rows[0]?.id ?? '';
    const give = async (from: string, to: string): Promise<void> => {
      const send = async (path: string, as: string, body: object) =>
        test.request('POST', path, { token: await tokenOf(as), body });
      const offered = await send('/api/ticket-transfers', from, { ticketId });
      const { code } = (await offered.json()) as { code: string };
      expect((await send('/api/ticket-transfers/accept', to, { code })).status).toBe(200);
    };
    await give(giver, ann);
    await ask(email);
    expect(await linksOf(ann)).toHaveLength(1);
    await give(ann, giver);
    await ask(email);
    expect(await linksOf(ann)).toHaveLength(1);
  });

  it('leads to the guest who has bought, however many were declined with the address later', async () => {
    const email = newAddress();
    const guest = await guestWith(email);
    const { id: soldOut } = await test.createEvent([standard(1)]);
    expect((await test.buy({ eventId: soldOut, quantity: 1 })).status).toBe(201);
    const others = await Promise.all(Array.from({ length: 20 }, () => guestWith(email, { buys: false })));
    for (const [n, other] of others.entries()) {
      const declined = { eventId, quantity: 1, payment: { method: 'pm_decline' } };
      const body = n % 2 === 0 ? declined : { eventId: soldOut, quantity: 1 };
      expect((await test.buy(body, { token: await tokenOf(other) })).status).toBeGreaterThanOrEqual(400);
    }
    await ask(email);
    const links = await Promise.all([guest, ...others].map(linksOf));
    expect(links.map(({ length }) => length)).toEqual([1, ...others.map(() => 0)]);
  });

  it('leads to the ten guests who have bought last, even if others changed their contact since', async () => {
    const email = newAddress();
    const guests: string[] = [];
    for (let n = 0; n < 12; n++) guests.push(await guestWith(email));
    await test.pool.query('update contacts set updated_at = now() where user_id = any($1)', [guests.slice(0, 2)]);
    await ask(email);
    const links = await Promise.all(guests.map(linksOf));
    expect(links.map(({ length }) => length)).toEqual(guests.map((_, n) => (n < 2 ? 0 : 1)));
  });

  it('leaves the links before usable, and makes at most three in an hour for one guest', async () => {
    const email = newAddress();
    const guest = await guestWith(email);
    const first = await linkTo(guest, email);
    for (let i = 0; i < 4; i++) expect((await ask(email)).status).toBe(202);
    expect(await linksOf(guest)).toHaveLength(3);
    expect((await consume(first)).status).toBe(200);
  });

  it('is limited per e-mail address and per client address, whether there are orders or not', async () => {
    const limits = (more: Partial<typeof NO_LIMITS.limits>) =>
      test.another({ limits: { limits: { ...NO_LIMITS.limits, ...more } } });
    const perEmail = limits({ guestLinksPerEmailPerHour: 1 });
    for (const email of [newAddress(), newAddress()]) {
      expect((await ask(email, perEmail)).status).toBe(202);
      expect((await ask(email.toUpperCase(), perEmail)).status).toBe(429);
    }
    const perAddress = limits({ guestLinksPerAddressPerHour: 1 });
    expect((await ask(newAddress(), perAddress, '192.0.2.1')).status).toBe(202);
    expect((await ask(newAddress(), perAddress, '192.0.2.1')).status).toBe(429);
    expect((await ask(newAddress(), perAddress, '192.0.2.2')).status).toBe(202);
  });
});

describe('a guest link', () => {
  it('is used once, however many use it at once', async () => {
    const email = newAddress();
    const guest = await guestWith(email);
    const token = await linkTo(guest, email);
    const used = await Promise.all(Array.from({ length: 8 }, () => consume(token)));
    expect(used.filter(({ status }) => status === 200).map(({ body }) => body)).toEqual([{ userId: guest }]);
    expect(used.filter(({ status }) => status === 404)).toHaveLength(7);
  });

  it('is used up by any of its tokens', async () => {
    const email = newAddress();
    const guest = await guestWith(email);
    const first = await linkTo(guest, email);
    const second = await tokenFor((await linksOf(guest))[0] ?? '');
    expect([(await consume(second)).status, (await consume(first)).status]).toEqual([200, 404]);
  });

  it('cannot be used after it has expired, with the token of another link, or after its guest was erased', async () => {
    const [email, other, third] = [newAddress(), newAddress(), newAddress()];
    const expired = await linkTo(await guestWith(email), email);
    await test.pool.query('update guest_links set expires_at = now() where id = $1', [expired.split('.')[0]]);
    const mine = await linkTo(await guestWith(other), other);
    const mixed = guestLinkToken(expired.split('.')[0] ?? '', mine.split('.')[1] ?? '');
    const erased = await linkTo(await guestWith(third), third);
    const by = { name: 'olga', verified: true, channel: 'api' } as const;
    await eraseContacts(test.pool, { email: third }, { by, requestId: 'r' });
    for (const token of [expired, mixed, erased, 'nonsense', '']) {
      expect(await consume(token)).toMatchObject({ status: 404, body: { type: '/problems/unknown-guest-link' } });
    }
    expect((await consume(mine)).status).toBe(200);
  });

  it('is given to the shop alone', async () => {
    const email = newAddress();
    const token = await linkTo(await guestWith(email), email);
    for (const as of [
      await tokenOf('ann'),
      await tokenOf('olga', { role: 'operator' }),
      await tokenOf('door', { role: 'door', events: [eventId] }),
    ]) {
      expect((await consume(token, as)).status).toBe(403);
    }
    expect((await test.request('GET', '/api/purchases', { token: shop })).status).toBe(403);
    expect((await consume(token)).status).toBe(200);
  });

  it('is stored as a hash', async () => {
    const email = newAddress();
    const token = await linkTo(await guestWith(email), email);
    const [id, secret = ''] = token.split('.');
    const { rows } = await test.pool.query<{ line: string }>(
      'select g::text as line from guest_links g where id = $1',
      [id],
    );
    expect(rows[0]?.line).not.toContain(secret);
    expect(rows[0]?.line).not.toContain(Buffer.from(secret, 'base64url').toString('hex'));
  });
});
