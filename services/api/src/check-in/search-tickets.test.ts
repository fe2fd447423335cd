import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDoors, type Bought, type CheckInAnswer, type TestDoors } from '../testing/doors.js';
import { openTestGateway, tokenOf, type TestGateway } from '../testing/gateway.js';

interface Found {
  readonly ticketId: string;
  readonly serial: number;
  readonly version: number;
  readonly status: string;
  readonly transferred: boolean;
  readonly name: string;
  readonly nameOf: string;
  readonly email: string;
  readonly admission: { readonly gate: string; readonly checkInId: string } | null;
}
interface Page {
  readonly tickets: readonly Found[];
  readonly next: string | null;
}

describe('a search for tickets', () => {
  let test: TestGateway;
  let doors: TestDoors;

  beforeAll(async () => {
    test = await openTestGateway();
    doors = createTestDoors(test);
  });
  afterAll(() => test.close());

  const putContact = async (token: string, name: string, email: string): Promise<void> => {
    const body = { name, email, language: 'en' };
    expect((await test.request('PUT', '/api/contact', { token, body })).status).toBe(200);
  };
  const buy = async (quantity: number, name: string, email = 'ann@example.com'): Promise<Bought> => {
    const bought = await doors.buy(quantity);
    await putContact(bought.owner, name, email);
    return bought;
  };
  const send = (eventId: string, token: string, body: object): Promise<Response> =>
    doors.post(`/api/events/${eventId}/tickets/search`, token, body);
  const search = async ({ eventId, door }: Bought, text: string, page: object = {}): Promise<Page> => {
    const response = await send(eventId, door, { text, ...page });
    expect(response.status).toBe(200);
    return (await response.json()) as Page;
  };
  const idsOf = ({ tickets }: Page): string[] => tickets.map(({ ticketId }) => ticketId);
  const admit = async ({ eventId, door }: Bought, { ticketId, version }: Found, key: string = randomUUID()) => {
    const body = { ticketId, version, eventId, gate: 'Gate B' };
    const response = await doors.post('/api/check-ins', door, body, { 'Idempotency-Key': key });
    expect(response.status).toBe(200);
    return (await response.json()) as CheckInAnswer;
  };
  async function transfer(ticketId: string, from: string, to: string): Promise<void> {
    const offered = await doors.post('/api/ticket-transfers', from, { ticketId });
    const { code } = (await offered.json()) as { code: string };
    expect((await doors.post('/api/ticket-transfers/accept', to, { code })).status).toBe(200);
  }

  it('finds a person by beginnings of words of name and address, whatever their case and accents', async () => {
    const bought = await buy(2, 'Zoë Łuczak-O’Brien Αθηνά', 'z.lucky+gala@Mail.example.com');
    const countOf = async (text: string): Promise<number> => (await search(bought, text)).tickets.length;
    const found = [
      'zoe',
      'ZOË ŁUCZ',
      'luczak',
      'brien zoe',
      'αθηνα',
      'lucky zoe',
      'Z.lucky+gala@mail',
      '%zo_',
      'zoe:*',
    ];
    for (const text of found) expect([text, await countOf(text)]).toEqual([text, 2]);
    for (const text of ['oe', 'mail', 'z.lucky@mail', 'zoe smith', "zo' | 'ann", 'lucky !gala & x', "z@'\\\\' | 'z"]) {
      expect([text, await countOf(text)]).toEqual([text, 0]);
    }
  });

  it('has the tickets of its event alone, by name, with what became of them and no whole address', async () => {
    const bought = await buy(3, 'Ann Lee');
    const elsewhere = await buy(1, 'Ann Lee');
    expect(idsOf(await search(elsewhere, 'ann lee'))).toEqual(elsewhere.ticketIds);
    await doors.present(bought.door, { code: bought.codes[0], gate: 'Gate C' });
    await doors.post(`/api/purchases/${bought.purchaseId}/cancel`, bought.owner, { tickets: [bought.ticketIds[1]] });
    const { tickets, next } = await search(bought, 'ann');
    expect(next).toBeNull();
    expect(tickets.map(({ serial, status, admission }) => [serial, status, admission?.gate])).toEqual([
      [1, 'valid', 'Gate C'],
      [2, 'cancelled', undefined],
      [3, 'valid', undefined],
    ]);
    expect(tickets[0]).toMatchObject({ name: 'Ann Lee', nameOf: 'holder', email: 'a…@example.com' });
    expect(JSON.stringify(tickets)).not.toContain('ann@');
  });

  it('names the admission of a ticket, which can be undone', async () => {
    const bought = await buy(1, 'Ann Lee');
    const [found] = (await search(bought, 'ann')).tickets;
    if (found === undefined) throw new Error('no ticket was found');
    const { checkInId } = await admit(bought, found);
    expect((await search(bought, 'ann')).tickets).toMatchObject([{ admission: { checkInId, gate: 'Gate B' } }]);
    const undone = await doors.post(`/api/check-ins/${checkInId}/undo`, bought.door, { reason: 'the wrong person' });
    expect(undone.status).toBe(200);
    expect((await search(bought, 'ann')).tickets).toEqual([found]);
  });

  it('shows who has a ticket that was transferred, and its buyer only while the new holder has given no name', async () => {
    const bought = await buy(2, 'Paula Payer');
    const receiver = await tokenOf(`receiver_${randomUUID()}`);
    const [given = '', kept = ''] = bought.ticketIds;
    await transfer(given, bought.owner, receiver);
    const unnamed = await search(bought, 'paula');
    expect(unnamed.tickets.map(({ ticketId, nameOf, transferred }) => [ticketId, nameOf, transferred])).toEqual([
      [given, 'buyer', true],
      [kept, 'holder', false],
    ]);
    await putContact(receiver, 'Rita Receiver', 'rita@example.com');
    expect(idsOf(await search(bought, 'paula'))).toEqual([kept]);
    const { tickets } = await search(bought, 'rita');
    expect(tickets).toMatchObject([{ ticketId: given, name: 'Rita Receiver', nameOf: 'holder', transferred: true }]);
  });

  it('is read to its end by following `next`, each ticket once', async () => {
    const bought = await buy(5, 'Paging Person');
    const ids: string[] = [];
    const sizes: number[] = [];
    for (let after: string | null | undefined; after !== null;) {
      const page = await search(bought, 'paging', { limit: 2, ...(after !== undefined && { after }) });
      ids.push(...idsOf(page));
      sizes.push(page.tickets.length);
      after = page.next;
    }
    expect(sizes).toEqual([2, 2, 1]);
    expect(ids).toEqual(bought.ticketIds);
  });

  it('leads to an admission like that of a code: once, repeated with its key, in the audit log', async () => {
    const bought = await buy(1, 'Uma Once');
    const { tickets } = await search(bought, 'uma');
    const found = tickets[0] as Found;
    const key = randomUUID();
    const repeats = await Promise.all([1, 2, 3].map(() => admit(bought, found, key)));
    expect(new Set(repeats.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(repeats[0]).toMatchObject({ result: 'admitted', ticket: { ticketId: found.ticketId }, gate: 'Gate B' });
    expect((await admit(bought, found)).result).toBe('already_admitted');
    expect((await doors.present(bought.door, { code: bought.codes[0] })).result).toBe('already_admitted');
    const text = `select details ->> 'source' as source from audit_logs where purchase_id = $1 and kind = 'admission'`;
    expect((await test.pool.query(text, [bought.purchaseId])).rows).toEqual([{ source: 'search' }]);
    const otherKind = await doors.send(bought.door, { code: bought.codes[0], gate: 'Gate B' }, key);
    expect(otherKind.status).toBe(422);
  });

  it('does not admit what has changed since: a ticket that changed hands, is cancelled or of another event', async () => {
    const bought = await buy(2, 'Vera Version');
    const other = await buy(1, 'Vera Version');
    const [given, cancelled] = (await search(bought, 'vera')).tickets as [Found, Found];
    await transfer(given.ticketId, bought.owner, await tokenOf(`receiver_${randomUUID()}`));
    expect((await admit(bought, given)).result).toBe('outdated');
    await doors.post(`/api/purchases/${bought.purchaseId}/cancel`, bought.owner, { tickets: [cancelled.ticketId] });
    expect((await admit(bought, cancelled)).result).toBe('cancelled');
    const foreign = (await search(other, 'vera')).tickets[0] as Found;
    expect(await admit(bought, foreign)).toMatchObject({ result: 'unknown_ticket', ticket: null });
    expect((await admit(bought, { ...foreign, ticketId: randomUUID() })).result).toBe('unknown_ticket');
    expect((await admit(other, foreign)).result).toBe('admitted');
  });

  it('is for the doors of the event and for operators', async () => {
    const bought = await buy(1, 'Ann Lee');
    const other = await buy(1, 'Ann Lee');
    const operator = await tokenOf('op', { role: 'operator' });
    const text = { text: 'ann' };
    expect((await send(bought.eventId, bought.owner, text)).status).toBe(403);
    expect((await send(bought.eventId, other.door, text)).status).toBe(403);
    expect((await send(bought.eventId, operator, text)).status).toBe(200);
    expect((await send('no-such-event', operator, text)).status).toBe(404);
    expect(
      (
        await doors.post(
          '/api/check-ins',
          other.door,
          {
            ticketId: bought.ticketIds[0],
            version: 1,
            eventId: bought.eventId,
            gate: 'A',
          },
          { 'Idempotency-Key': randomUUID() },
        )
      ).status,
    ).toBe(403);
  });

  it.each([
    [{ text: 'a' }, 'text'],
    [{ text: ' - %' }, 'text'],
    [{ text: 'a'.repeat(101) }, 'text'],
    [{ text: 'ann', limit: 51 }, 'limit'],
    [{ text: 'ann', after: 'x' }, 'after'],
  ])('refuses %j', async (body, path) => {
    const bought = await doors.buy(1);
    const response = await send(bought.eventId, bought.door, body);
    expect([response.status, await response.json()]).toMatchObject([422, { errors: [{ path }] }]);
  });
});
