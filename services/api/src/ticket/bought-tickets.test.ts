import { randomUUID } from 'node:crypto';
import { userTicketsKey, type UserTicket, type UserTicketsReadModel } from '@box-office/contract';
import { readUserTickets } from '@box-office/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGateway, standard, tokenOf, type TestGateway } from '../testing/gateway.js';

describe('bought tickets', () => {
  let test: TestGateway;
  let owner: string;
  let purchase: { purchaseId: string; transactionId: string; tickets: { ticketId: string }[] };
  const user = `owner_${randomUUID()}`;

  beforeAll(async () => {
    test = await openTestGateway();
    owner = await tokenOf(user);
    const event = await test.createEvent([standard(10)]);
    purchase = (await (await test.buy({ eventId: event.id, quantity: 5 }, { token: owner })).json()) as typeof purchase;
  });
  afterAll(() => test.close());

  const statusFor = async (path: string, token?: string) =>
    (await test.request('GET', path, token === undefined ? {} : { token })).status;

  it.each(['purchases', 'transactions'])(
    'the %s of others do not exist for a buyer; operators see all',
    async (kind) => {
      const id = kind === 'purchases' ? purchase.purchaseId : purchase.transactionId;
      const path = `/api/${kind}/${id}`;
      expect(await statusFor(path, owner)).toBe(200);
      expect(await statusFor(path, await tokenOf('op', { role: 'operator' }))).toBe(200);
      expect(await statusFor(path, await tokenOf('other'))).toBe(404);
      expect(await statusFor(path)).toBe(401);
      expect(await statusFor(`/api/${kind}/nonsense`, owner)).toBe(404);
      expect(await statusFor(`/api/${kind}/${randomUUID()}`, owner)).toBe(404);
    },
  );

  it('a transaction shows its purchase, its tickets and its amount', async () => {
    const response = await test.request('GET', `/api/transactions/${purchase.transactionId}`, { token: owner });
    expect(await response.json()).toMatchObject({
      purchaseId: purchase.purchaseId,
      userId: user,
      status: 'confirmed',
      amountMinor: 22_500,
      tickets: purchase.tickets,
    });
  });

  interface TicketPage {
    readonly tickets: readonly UserTicket[];
    readonly next: string | null;
  }

  async function allTickets(): Promise<string[]> {
    const ids: string[] = [];
    let next: string | null = null;
    do {
      const path = `/api/users/${user}/tickets?limit=2${next === null ? '' : `&after=${next}`}`;
      const page = (await (await test.request('GET', path, { token: owner })).json()) as TicketPage;
      ids.push(...page.tickets.map(({ ticketId }) => ticketId));
      ({ next } = page);
    } while (next !== null);
    return ids;
  }

  it("a user's tickets are the same in pages from PostgreSQL and from the read model", async () => {
    const expected = purchase.tickets.map(({ ticketId }) => ticketId);
    await test.redis.del(userTicketsKey(user));
    expect(await allTickets()).toEqual(expected);
    const [model] = await readUserTickets(test.pool, [user]);
    await test.redis.set(userTicketsKey(user), JSON.stringify(model));
    expect(await allTickets()).toEqual(expected);
  });

  it('a cursor whose ticket is missing in the read model continues from PostgreSQL', async () => {
    const [model] = await readUserTickets(test.pool, [user]);
    const [first, ...rest] = model?.tickets ?? [];
    const without: UserTicketsReadModel = { userId: user, version: 99, tickets: rest };
    await test.redis.set(userTicketsKey(user), JSON.stringify(without));
    const path = `/api/users/${user}/tickets?after=${first?.ticketId}`;
    const page = (await (await test.request('GET', path, { token: owner })).json()) as TicketPage;
    expect(page.tickets).toEqual(rest);
  });

  it('tickets that are too many for the read model come from PostgreSQL', async () => {
    const [model] = await readUserTickets(test.pool, [user]);
    const newest: UserTicketsReadModel = { userId: user, version: 99, tickets: [], truncated: true };
    await test.redis.set(userTicketsKey(user), JSON.stringify(newest));
    expect(await allTickets()).toEqual(model?.tickets.map(({ ticketId }) => ticketId));
  });

  it('the tickets of others are for operators only', async () => {
    const path = `/api/users/${user}/tickets`;
    expect(await statusFor(path, await tokenOf('other'))).toBe(403);
    expect(await statusFor(path, await tokenOf('op', { role: 'operator' }))).toBe(200);
    expect(await statusFor(`${path}?after=nonsense`, owner)).toBe(422);
    expect(await statusFor('/api/users/%00/tickets', await tokenOf('op', { role: 'operator' }))).toBe(422);
  });
});
