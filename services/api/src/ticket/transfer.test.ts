import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDoors, type TestDoors } from '../testing/doors.js';
import { openTestGateway, tokenOf, type TestGateway } from '../testing/gateway.js';

interface Ticket {
  readonly ticketId: string;
  readonly code: string | null;
  readonly transferred: boolean;
  readonly offeredUntil: string | null;
}

describe('a transfer', () => {
  let test: TestGateway;
  let doors: TestDoors;

  beforeAll(async () => {
    test = await openTestGateway();
    doors = createTestDoors(test);
  });
  afterAll(() => test.close());

  const get = async <T>(path: string, token: string): Promise<T> =>
    (await (await test.request('GET', path, { token })).json()) as T;
  const newcomer = () => tokenOf(`receiver_${randomUUID()}`);

  async function buy(quantity = 1, startsInMs?: number) {
    const bought = await doors.buy(quantity, startsInMs);
    const [ticketId = '', code = ''] = [bought.ticketIds[0], bought.codes[0]];
    return { ...bought, ticket: { ticketId, code }, buyer: bought.owner };
  }

  async function offer(ticketId: string, token: string): Promise<string> {
    const response = await doors.post('/api/ticket-transfers', token, { ticketId });
    expect(response.status).toBe(201);
    return ((await response.json()) as { code: string }).code;
  }
  const accept = (code: string, token: string) => doors.post('/api/ticket-transfers/accept', token, { code });
  const present = async (code: string | null, token: string) => (await doors.present(token, { code })).result;
  const problemOf = async (response: Response) => [response.status, ((await response.json()) as { type: string }).type];

  it('takes effect when it is accepted: the new code opens the door, the old one does not', async () => {
    const { ticket, buyer, door, eventId } = await buy();
    const receiver = await newcomer();
    const code = await offer(ticket.ticketId, buyer);
    const shown = await (await doors.post('/api/ticket-transfers/show', receiver, { code })).json();
    expect(shown).toMatchObject({ ticketId: ticket.ticketId, eventId, ticketType: 'Standard', serial: 1 });
    // The code of an offer is not a code of the ticket, and the buyer still has that.
    expect((await get<Ticket>(`/api/tickets/${ticket.ticketId}`, buyer)).code).toBe(ticket.code);

    const accepted = await accept(code, receiver);
    expect(accepted.status).toBe(200);
    const taken = (await accepted.json()) as Ticket;
    expect(taken).toMatchObject({ transferred: true, offeredUntil: null });
    expect([await present(ticket.code, door), await present(taken.code, door)]).toEqual(['outdated', 'admitted']);
    const received = await get<{ tickets: Ticket[] }>('/api/received-tickets', receiver);
    expect(received.tickets.map(({ ticketId }) => ticketId)).toEqual([ticket.ticketId]);
  });

  it('is in the list of what somebody has taken over, for that person and for operators', async () => {
    const { ticket, buyer } = await buy();
    const userId = `receiver_${randomUUID()}`;
    await accept(await offer(ticket.ticketId, buyer), await tokenOf(userId));
    const path = `/api/received-tickets?userId=${userId}`;
    const shown = await get<{ tickets: Ticket[] }>(path, await tokenOf('op', { role: 'operator' }));
    expect(shown.tickets.map(({ ticketId }) => ticketId)).toEqual([ticket.ticketId]);
    expect(await problemOf(await test.request('GET', path, { token: buyer }))).toEqual([403, '/problems/forbidden']);
  });

  it('puts the event that comes last first among the tickets that were taken over, page by page', async () => {
    const receiver = await newcomer();
    const taken: string[] = [];
    for (const hours of [2, 3, 1]) {
      const { ticket, buyer } = await buy(1, hours * 3_600_000);
      await accept(await offer(ticket.ticketId, buyer), receiver);
      taken.push(ticket.ticketId);
    }
    type Page = { tickets: Ticket[]; next: string | null };
    const first = await get<Page>('/api/received-tickets?limit=2', receiver);
    const second = await get<Page>(`/api/received-tickets?limit=2&after=${String(first.next)}`, receiver);
    const ids = [...first.tickets, ...second.tickets].map(({ ticketId }) => ticketId);
    expect([ids, second.next]).toEqual([[taken[1], taken[0], taken[2]], null]);
  });

  it('has the ticket mailed to who has it: that person alone sees the mail and has it sent again', async () => {
    const { ticket, buyer, purchaseId } = await buy();
    const receiver = await newcomer();
    for (const token of [buyer, receiver]) {
      const body = { name: 'Ann', email: `${randomUUID()}@example.com`, language: 'en' };
      expect((await test.request('PUT', '/api/contact', { token, body })).status).toBe(200);
    }
    const mails = `/api/tickets/${ticket.ticketId}/mails`;
    const mailsAt = async (path: string, token: string) => (await get<{ mails: object[] }>(path, token)).mails;
    expect((await doors.post(mails, buyer, {})).status).toBe(202);
    await accept(await offer(ticket.ticketId, buyer), receiver);
    const ofReceiver = await mailsAt(mails, receiver);
    expect(ofReceiver).toMatchObject([{ status: 'pending' }]);
    const again = await doors.post(mails, receiver, {});
    expect([again.status, await again.json()]).toEqual([202, ofReceiver[0]]);
    for (const method of ['GET', 'POST']) {
      const refused = await test.request(method, mails, { token: buyer });
      expect(await problemOf(refused)).toEqual([404, '/problems/ticket-not-found']);
    }

    const operator = await tokenOf('op', { role: 'operator' });
    expect(await mailsAt(mails, operator)).toEqual(ofReceiver);
    const ofBuyer = await mailsAt(`/api/purchases/${purchaseId}/mails`, buyer);
    expect([ofBuyer.length, ofBuyer[0]]).toEqual([1, expect.not.objectContaining(ofReceiver[0] ?? {})]);
    const none = await doors.post(`/api/purchases/${purchaseId}/mails`, buyer, {});
    expect(await problemOf(none)).toEqual([409, '/problems/mail-refused']);
  });

  it('leaves the buyer a ticket without a code, that cannot be cancelled', async () => {
    const { ticket, buyer, purchaseId } = await buy(2);
    await accept(await offer(ticket.ticketId, buyer), await newcomer());
    expect(await get<Ticket>(`/api/tickets/${ticket.ticketId}`, buyer)).toMatchObject({
      transferred: true,
      code: null,
    });
    const refused = await doors.post(`/api/purchases/${purchaseId}/cancel`, buyer, {});
    const { type, tickets } = (await refused.json()) as { type: string; tickets: string[] };
    expect([refused.status, type, tickets]).toEqual([409, '/problems/ticket-transferred', [ticket.ticketId]]);
  });

  it('is not shown once the ticket cannot change hands any more', async () => {
    const [admitted, cancelled, ended] = [await buy(), await buy(), await buy()];
    const codes = [];
    for (const { ticket, buyer } of [admitted, cancelled, ended]) codes.push(await offer(ticket.ticketId, buyer));
    await present(admitted.ticket.code, admitted.door);
    await doors.post(`/api/purchases/${cancelled.purchaseId}/cancel`, cancelled.buyer, {});
    const operator = await tokenOf('op', { role: 'operator' });
    await doors.post(`/api/events/${ended.eventId}/cancel`, operator, { reason: 'storm' });
    for (const code of codes) {
      const shown = await doors.post('/api/ticket-transfers/show', await newcomer(), { code });
      expect(await problemOf(shown)).toEqual([404, '/problems/unknown-transfer']);
    }
    const mail = await doors.post(`/api/purchases/${ended.purchaseId}/mails`, ended.buyer, {});
    expect(await problemOf(mail)).toEqual([409, '/problems/mail-refused']);
  });

  it('is refused with a code that was withdrawn, used by another, or is of no offer', async () => {
    const { ticket, buyer } = await buy();
    const { ticketId } = ticket;
    const withdrawn = await offer(ticketId, buyer);
    const ended = await doors.post('/api/ticket-transfers/withdraw', buyer, { ticketId });
    expect([ended.status, await ended.json()]).toEqual([200, { ticketId, offeredUntil: null }]);
    const used = await offer(ticketId, buyer);
    await accept(used, await newcomer());
    for (const code of [withdrawn, used, 'none', '']) {
      expect(await problemOf(await accept(code, await newcomer()))).toEqual([404, '/problems/unknown-transfer']);
    }
  });

  it('is offered by the holder alone, and not of a ticket that was used', async () => {
    const { ticket, buyer, door } = await buy();
    const { ticketId } = ticket;
    const foreign = await doors.post('/api/ticket-transfers', await newcomer(), { ticketId });
    expect(await problemOf(foreign)).toEqual([404, '/problems/ticket-not-found']);
    await present(ticket.code, door);
    const used = await doors.post('/api/ticket-transfers', buyer, { ticketId });
    expect(await problemOf(used)).toEqual([409, '/problems/ticket-not-transferable']);
    expect((await doors.post('/api/ticket-transfers', buyer, { ticketId: 'x' })).status).toBe(422);
  });
});
