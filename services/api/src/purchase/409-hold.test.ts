import { randomUUID } from 'node:crypto';
import type { PurchaseOrder } from '@box-office/contract';
import { beginUndoing, claimPurchases, concludeUndoing, endHold, voidTickets } from '@box-office/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGateway, standard, tokenOf, type TestGateway } from '../testing/gateway.js';
import { signal } from '../testing/signal.js';

let test: TestGateway;

beforeAll(async () => {
  test = await openTestGateway();
});
afterAll(() => test.close());

interface Body {
  readonly holdId: string;
  readonly status: string;
  readonly type: string;
  readonly purchaseId: string;
  readonly tickets: readonly { serial: number }[];
  readonly items: readonly { priceMinor: number }[];
  readonly amountMinor: number;
  readonly currency: string;
  readonly holdLapsed?: boolean;
}

async function read(response: Response | Promise<Response>) {
  const { status, headers } = await response;
  return { status, headers, body: (await (await response).json()) as Body };
}

/** Two tickets of a new event, which are all that it has, held by a new buyer. */
async function held() {
  const { id: eventId } = await test.createEvent([standard(2)]);
  const token = await tokenOf(`buyer_${randomUUID()}`);
  const headers = { 'Idempotency-Key': randomUUID() };
  const taken = await read(
    test.request('POST', '/api/tickets/holds', { token, headers, body: { eventId, quantity: 2 } }),
  );
  expect(taken.status).toBe(201);
  const { holdId } = taken.body;
  const buy = (key: string, more: object = {}, at: TestGateway = test) =>
    read(at.buy({ eventId, holdId, ...more }, { token, key }));
  const show = async () => (await read(test.request('GET', `/api/tickets/holds/${holdId}`, { token }))).body;
  const give = () => read(test.request('DELETE', `/api/tickets/holds/${holdId}`, { token }));
  return { eventId, token, holdId, taken: taken.body, buy, show, give };
}

const serialsOf = ({ tickets }: Body): number[] => tickets.map(({ serial }) => serial);
const DECLINED = { payment: { method: 'pm_decline' } };

/** A gateway whose purchases wait to be run until they are let go. */
function waiting() {
  const [released, begun] = [signal(), signal()];
  const at = test.another({
    async start(order, run) {
      begun.give();
      await released.given;
      void run(order);
      return { kind: 'started', already: false };
    },
  });
  return { at, letGo: released.give, begun: begun.given };
}

describe('409 hold-in-use', () => {
  it('while another purchase uses the hold: nothing is recorded, and the same key buys it when it is back', async () => {
    const { buy, show, give, holdId } = await held();
    const [first, second] = [randomUUID(), randomUUID()];
    // The first is claimed and goes no further for now.
    const stuck = test.another({ waitMs: 300, start: claimOnly });
    const open = await buy(first, {}, stuck);
    expect(open.status).toBe(202);
    const { purchaseId } = open.body;
    expect(await show()).toMatchObject({ status: 'in_use', purchaseId });
    for (let i = 0; i < 2; i++) {
      const refused = await buy(second);
      expect(refused).toMatchObject({ status: 409, body: { type: '/problems/hold-in-use', purchaseId } });
      expect(refused.headers.get('Retry-After')).toBe('1');
    }
    expect(await give()).toMatchObject({ status: 409, body: { type: '/problems/hold-in-use', purchaseId } });
    await declineStuck(purchaseId);
    expect(await show()).toMatchObject({ status: 'active', holdId });
    const bought = await buy(second);
    expect([bought.status, serialsOf(bought.body)]).toEqual([201, [1, 2]]);
  });

  it('when both purchases come at once: one buys, the other is refused, and both keys stay usable', async () => {
    for (let round = 0; round < 5; round++) {
      const { buy, show } = await held();
      const keys = [randomUUID(), randomUUID()];
      const { at, letGo, begun } = waiting();
      const buying = keys.map((key) => buy(key, {}, at));
      await begun;
      letGo();
      const answers = await Promise.all(buying);
      expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409]);
      const winner = answers.find(({ status }) => status === 201);
      const loser = answers.findIndex(({ status }) => status === 409);
      const { purchaseId } = winner?.body ?? {};
      expect(['/problems/hold-in-use', '/problems/hold-used']).toContain(answers[loser]?.body.type);
      expect(answers[loser]?.body.purchaseId).toBe(purchaseId);
      expect(await show()).toMatchObject({ status: 'used', purchaseId });
      const again = await buy(keys[loser] ?? '');
      expect(again).toMatchObject({ status: 409, body: { type: '/problems/hold-used', purchaseId } });
    }
  });

  it('is also the answer of a repeat whose first notification was lost', async () => {
    const { buy, show } = await held();
    const [first, second] = [randomUUID(), randomUUID()];
    const deaf = test.another({ publishOutcomes: false, waitMs: 300 });
    const { at, letGo, begun } = waiting();
    // Both are started before either is claimed, and no notification says that the second was not begun.
    const winning = buy(first, {}, at);
    await begun;
    const open = await buy(second, {}, test.another({ waitMs: 300, start: neverRun }));
    expect(open.status).toBe(202);
    letGo();
    expect((await winning).status).toBe(201);
    const repeat = await buy(second, {}, deaf);
    expect(repeat.status).toBe(409);
    expect(repeat.body.type).toBe('/problems/hold-used');
    expect((await show()).status).toBe('used');
  });
});

describe('409 hold-used', () => {
  it('once another purchase has bought it, for good, whatever Redis forgets', async () => {
    const { buy, token } = await held();
    const [first, second] = [randomUUID(), randomUUID()];
    const bought = await buy(first);
    const refused = await buy(second);
    const { purchaseId } = bought.body;
    expect(refused).toMatchObject({ status: 409, body: { type: '/problems/hold-used', purchaseId } });
    for (const key of await test.redis.keys('purchase:*')) await test.redis.del(key);
    expect((await buy(second)).body).toEqual(refused.body);
    expect(await buy(first)).toMatchObject({ status: 201, body: bought.body });
    expect((await read(test.request('GET', `/api/purchases/${purchaseId}`, { token }))).body.status).toBe('confirmed');
  });

  it('is decided by the claim if the gateway did not know', async () => {
    const { buy } = await held();
    const { at, letGo, begun } = waiting();
    const late = buy(randomUUID(), {}, at);
    await begun;
    const { purchaseId } = (await buy(randomUUID())).body;
    letGo();
    expect(await late).toMatchObject({ status: 409, body: { type: '/problems/hold-used', purchaseId } });
    const { rows } = await test.pool.query('select count(*)::int as n from event_tickets where status = $1', [
      'pending',
    ]);
    expect(rows).toEqual([{ n: 0 }]);
  });
});

describe('a declined card', () => {
  it('leaves the hold to the buyer, who buys the very tickets with another card and key', async () => {
    const { buy, show, eventId, taken } = await held();
    const declined = randomUUID();
    expect(await buy(declined, DECLINED)).toMatchObject({ status: 402, body: { type: '/problems/payment-declined' } });
    expect(await show()).toMatchObject({ status: 'active', items: taken.items });
    expect((await read(test.buy({ eventId, quantity: 1 }))).body.type).toBe('/problems/sold-out');
    const bought = await buy(randomUUID());
    expect([bought.status, serialsOf(bought.body)]).toEqual([201, [1, 2]]);
    // The key of the declined one keeps its answer, with Redis and without.
    expect((await buy(declined, DECLINED)).status).toBe(402);
    await test.redis.del(...(await test.redis.keys('purchase:*')));
    expect((await buy(declined, DECLINED)).status).toBe(402);
  });
});

describe('the price', () => {
  async function setPrice(eventId: string, priceMinor: number): Promise<void> {
    const token = await tokenOf('op', { role: 'operator' });
    const body = { ticketTypes: [{ name: 'Standard', priceMinor, total: 2 }] };
    const changed = await test.request('PATCH', `/api/events/${eventId}`, { token, body });
    expect(changed.status).toBe(200);
  }

  it('is shown by the hold and kept for its purchase', async () => {
    const { buy, show, eventId, taken } = await held();
    expect(taken).toMatchObject({ amountMinor: 9_000, currency: 'EUR', items: [{ priceMinor: 4_500 }] });
    await setPrice(eventId, 6_000);
    expect(await show()).toMatchObject({ amountMinor: 9_000, currency: 'EUR', items: [{ priceMinor: 4_500 }] });
    expect(await buy(randomUUID())).toMatchObject({ status: 201, body: { amountMinor: 9_000 } });
  });

  it('that is not the expected one is 409 with the one of now, for good: another amount under the key is 422', async () => {
    const { id: eventId } = await test.createEvent([standard(9)]);
    const [key, token] = [randomUUID(), await tokenOf(`buyer_${randomUUID()}`)];
    const buy = (expectedAmountMinor: number, as: string) =>
      read(test.buy({ eventId, quantity: 2, expectedAmountMinor }, { key: as, token }));
    const changed = { type: '/problems/price-changed', amountMinor: 9_000, currency: 'EUR' };
    for (let i = 0; i < 2; i++) expect(await buy(8_000, key)).toMatchObject({ status: 409, body: changed });
    expect((await buy(9_000, key)).body.type).toBe('/problems/idempotency-key-reused');
    expect(await buy(9_000, randomUUID())).toMatchObject({ status: 201, body: { amountMinor: 9_000 } });
  });

  it('of a hold that has lapsed is asked about again where it is another by now', async () => {
    const { buy, eventId, holdId } = await held();
    await test.pool.query(`update ticket_holds set expires_at = now() where id = $1`, [holdId]);
    const end = await endHold(test.pool, holdId, 'expired');
    await test.inventory.release(eventId, end?.generation ?? 0, [{ purchaseId: holdId, epoch: 1 }]);
    await setPrice(eventId, 6_000);
    const changed = { type: '/problems/price-changed', amountMinor: 12_000, holdLapsed: true };
    expect(await buy(randomUUID())).toMatchObject({ status: 409, body: changed });
    const bought = await buy(randomUUID(), { expectedAmountMinor: 12_000 });
    expect(bought).toMatchObject({ status: 201, body: { amountMinor: 12_000 } });
  });
});

async function claimOnly(order: PurchaseOrder): Promise<{ kind: 'started'; already: false }> {
  const claimant = { workflowId: `purchase/${order.purchaseId}`, runId: 'run' };
  expect(await claimPurchases(test.pool, [order], claimant)).toMatchObject([{ kind: 'mine', usesHold: true }]);
  return { kind: 'started', already: false };
}

const neverRun = async (): Promise<{ kind: 'started'; already: false }> => ({ kind: 'started', already: false });

async function declineStuck(purchaseId: string): Promise<void> {
  const at = { purchaseId, epoch: 1 };
  await beginUndoing(test.pool, { ...at, outcome: { kind: 'declined', reason: 'no_money' }, authorisationId: null });
  await voidTickets(test.pool, at);
  await concludeUndoing(test.pool, at);
}
