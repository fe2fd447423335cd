import { randomUUID } from 'node:crypto';
import { holdWorkflowId, type SerialRange, type Ticket } from '@box-office/contract';
import { createInventory } from '@box-office/inventory';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { newBuyer, openOffice, paymentsOf, validSerials, type Answer, type Office } from '../support/office.js';
import { until } from '../support/until.js';

let office: Office;
let connection: Connection;
let temporal: Client;

beforeAll(async () => {
  const { temporalAddress, temporalNamespace } = inject('stack');
  connection = await Connection.connect({ address: temporalAddress });
  temporal = new Client({ connection, namespace: temporalNamespace });
  office = await openOffice();
});

afterAll(async () => {
  await office.close();
  await connection.close();
});

interface HoldBody {
  readonly holdId: string;
  readonly status: string;
  readonly items: readonly SerialRange[];
  readonly expiresAt: string;
  readonly purchaseId: string;
  readonly holdLapsed?: boolean;
}

const bodyOf = (answer: Answer): HoldBody => answer.body as unknown as HoldBody;

const ask = (eventId: string, as: string, quantity: number, more: object = {}): Promise<Answer> =>
  office.call('POST', '/api/tickets/holds', {
    as,
    role: 'buyer',
    headers: { 'idempotency-key': randomUUID() },
    body: { eventId, quantity, ...more },
  });

/** A hold of so many tickets of a new event, by a new buyer. */
async function held(o: { total: number; quantity: number; seconds?: number }) {
  const { id: eventId } = await office.createEvent({ total: o.total });
  const as = newBuyer();
  const answer = await ask(eventId, as, o.quantity, o.seconds === undefined ? {} : { seconds: o.seconds });
  expect(answer.status).toBe(201);
  return { eventId, as, ...bodyOf(answer) };
}

const statusOf = async (holdId: string): Promise<string> =>
  bodyOf(await office.call('GET', `/api/tickets/holds/${holdId}`)).status;

const giveBack = (holdId: string, as: string): Promise<Answer> =>
  office.call('DELETE', `/api/tickets/holds/${holdId}`, { as, role: 'buyer' });

const availableOf = async (eventId: string): Promise<number | undefined> =>
  (await office.call('GET', `/api/events/${eventId}`)).body.ticketTypes[0]?.available;

const serialsOf = (tickets: readonly Ticket[]): number[] => tickets.map((ticket) => ticket.serial);

const workflowOf = async (holdId: string) =>
  (await temporal.workflow.getHandle(holdWorkflowId(holdId)).describe()).status.name;

/** Takes from Redis all that it knows of one event, as a wipe would. */
async function wipe(eventId: string): Promise<void> {
  const keys = await office.redis.keys(`{event:${eventId}}:*`);
  await office.redis.del(`event:${eventId}`, ...keys);
}

describe('a hold', () => {
  it('keeps its tickets from others until a purchase that names it buys them', async () => {
    const { eventId, as, holdId } = await held({ total: 3, quantity: 2 });
    expect(await availableOf(eventId)).toBe(1);
    expect((await office.buy({ eventId, quantity: 2 })).status).toBe(409);
    const bought = await office.buy({ eventId, holdId }, { as });
    expect([bought.status, serialsOf(bought.body.tickets)]).toEqual([201, [1, 2]]);
    expect(await statusOf(holdId)).toBe('used');
    expect(await paymentsOf(bought.body.purchaseId)).toMatchObject({ captured: 5_000, captures: 1 });
    // Its workflow ends then, and is found by the purchase too.
    await until(async () => expect(await workflowOf(holdId)).toBe('COMPLETED'));
    await until(async () => {
      const query = `PurchaseIds = '${bought.body.purchaseId}'`;
      const found: string[] = [];
      for await (const { workflowId } of temporal.workflow.list({ query })) found.push(workflowId);
      expect(found).toContain(holdWorkflowId(holdId));
    });
    await until(async () => {
      const { rows } = await office.pool.query('select capacity from events where id = $1', [eventId]);
      expect(rows).toEqual([{ capacity: 1 }]);
    });
  });

  it('lapses by its timer: its tickets go to the next buyer, and its purchase buys what is left', async () => {
    const { eventId, as, holdId } = await held({ total: 4, quantity: 2, seconds: 1 });
    await until(async () => expect(await statusOf(holdId)).toBe('expired'));
    await until(async () => expect(await availableOf(eventId)).toBe(4));
    expect(serialsOf((await office.buy({ eventId, quantity: 2 })).body.tickets)).toEqual([1, 2]);
    const late = await office.buy({ eventId, holdId }, { as });
    expect([late.status, serialsOf(late.body.tickets)]).toEqual([201, [3, 4]]);
    await until(async () => expect(await workflowOf(holdId)).toBe('COMPLETED'));
  });

  it('that has lapsed and leaves no room is said so, and nothing is charged', async () => {
    const { eventId, as, holdId } = await held({ total: 2, quantity: 2, seconds: 1 });
    await until(async () => expect(await availableOf(eventId)).toBe(2));
    await office.buy({ eventId, quantity: 1 });
    const refused = await office.buy({ eventId, holdId }, { as });
    expect([refused.status, refused.body.type]).toEqual([409, '/problems/not-enough-left']);
    expect(bodyOf(refused).holdLapsed).toBe(true);
    expect(await paymentsOf(bodyOf(refused).purchaseId)).toEqual({ captured: 0, refunded: 0, captures: 0 });
  });

  it('is given back once, however often it is asked for, and says in the Temporal UI what it is', async () => {
    const { eventId, as, holdId } = await held({ total: 2, quantity: 2 });
    const shown = await temporal.workflow.getHandle(holdWorkflowId(holdId)).describe();
    expect(await shown.staticSummary()).toContain('2 × standard');
    expect(shown.memo).toMatchObject({ buyer: as, items: '2 × standard' });
    const timer = (await temporal.workflow.getHandle(holdWorkflowId(holdId)).fetchHistory()).events?.find(
      (event) => event.timerStartedEventAttributes,
    );
    expect(Buffer.from(timer?.userMetadata?.summary?.data ?? '').toString()).toContain('the hold lapses');
    const answers = await Promise.all([giveBack(holdId, as), giveBack(holdId, as), giveBack(holdId, as)]);
    for (const answer of answers) expect([answer.status, bodyOf(answer).status]).toEqual([200, 'released']);
    expect(await availableOf(eventId)).toBe(2);
    expect((await giveBack(holdId, as)).status).toBe(200);
    expect(await workflowOf(holdId)).toBe('COMPLETED');
  });

  it.each(['pm_decline_stolen', 'pm_capture_refused'])(
    'whose purchase ends without tickets (%s) has them again, until another card buys them',
    async (method) => {
      const { eventId, as, holdId } = await held({ total: 2, quantity: 2 });
      const declined = await office.buy({ eventId, holdId, payment: { method } }, { as });
      expect(declined.status).toBe(402);
      expect(await statusOf(holdId)).toBe('active');
      expect(await availableOf(eventId)).toBe(0);
      expect((await office.buy({ eventId, quantity: 1 })).status).toBe(409);
      expect(await workflowOf(holdId)).toBe('RUNNING');
      const bought = await office.buy({ eventId, holdId }, { as });
      expect([bought.status, serialsOf(bought.body.tickets)]).toEqual([201, [1, 2]]);
      await until(async () => expect(await workflowOf(holdId)).toBe('COMPLETED'));
    },
  );

  it('that was returned lapses at its time all the same', async () => {
    const { eventId, as, holdId, expiresAt } = await held({ total: 2, quantity: 2, seconds: 3 });
    expect((await office.buy({ eventId, holdId, payment: { method: 'pm_decline_stolen' } }, { as })).status).toBe(402);
    expect(await statusOf(holdId)).toBe('active');
    await until(async () => expect(await statusOf(holdId)).toBe('expired'));
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(expiresAt));
    await until(async () => expect(await availableOf(eventId)).toBe(2));
    await until(async () => expect(await workflowOf(holdId)).toBe('COMPLETED'));
  });

  it('is charged once, however many purchases name it at once: the others are told by which it is used', async () => {
    const { eventId, as, holdId } = await held({ total: 9, quantity: 2 });
    const keys = [1, 2, 3, 4].map(() => randomUUID());
    const buy = (key: string) => office.buy({ eventId, holdId }, { as, key });
    const answers = await Promise.all(keys.map(buy));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409]);
    const winner = answers.find(({ status }) => status === 201)?.body.purchaseId;
    for (const { status, body } of answers) {
      if (status === 409) expect(['/problems/hold-in-use', '/problems/hold-used']).toContain(body.type);
      expect(body.purchaseId).toBe(winner);
    }
    for (const [place, { status }] of answers.entries()) {
      const again = await buy(keys[place] ?? '');
      const type = status === 409 ? '/problems/hold-used' : undefined;
      expect([again.status, again.body.type]).toEqual([status, type]);
    }
    expect(await validSerials(office, eventId)).toEqual([1, 2]);
    const { rows } = await office.pool.query<{ id: string }>(
      'select id from event_ticket_transactions where event_id = $1',
      [eventId],
    );
    let charged = 0;
    for (const { id } of rows) charged += (await paymentsOf(id)).captured;
    expect(charged).toBe(5_000);
  });

  it('that ends while its purchase comes is decided once, and the stores agree', async () => {
    const { id: eventId } = await office.createEvent({ total: 40 });
    const outcomes = await Promise.all(
      Array.from({ length: 12 }, async (_, i) => {
        const as = newBuyer();
        const { holdId } = bodyOf(await ask(eventId, as, 2, { seconds: 1 }));
        await new Promise((resolve) => setTimeout(resolve, 900 + i * 20));
        const [bought] = await Promise.all([
          office.buy({ eventId, holdId }, { as }),
          i % 3 ? undefined : giveBack(holdId, as),
        ]);
        expect(bought.status).toBe(201);
        return { holdId, tickets: serialsOf(bought.body.tickets) };
      }),
    );
    await until(async () => {
      for (const { holdId } of outcomes) expect(['used', 'expired', 'released']).toContain(await statusOf(holdId));
      expect(await availableOf(eventId)).toBe(40 - 24);
    });
    const sold = outcomes.flatMap(({ tickets }) => tickets).toSorted((a, b) => a - b);
    expect(new Set(sold).size).toBe(24);
    expect(await validSerials(office, eventId)).toEqual(sold);
    const snapshot = await createInventory(office.redis).snapshot(eventId);
    expect(snapshot?.holds).toEqual([]);
    expect(snapshot?.ticketTypes).toMatchObject([{ held: 0, sold: 24 }]);
  });
});

describe('the limit per buyer', () => {
  it('holds for 30 purchases and holds of one buyer at once, and both stores count the same', async () => {
    const { id: eventId } = await office.createEvent({ total: 100 });
    const as = newBuyer();
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, i) =>
        i % 2 ? ask(eventId, as, 1) : office.buy({ eventId, quantity: 1 }, { as }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(10);
    for (const { status, body } of answers) {
      if (status !== 201) expect([status, body.type]).toEqual([409, '/problems/over-buyer-limit']);
    }
    const { rows } = await office.pool.query('select tickets from event_buyers where event_id = $1', [eventId]);
    expect(rows).toEqual([{ tickets: 10 }]);
    expect((await createInventory(office.redis).snapshot(eventId))?.buyers).toEqual(new Map([[as, 10]]));
  });
});

describe('what must not lose a hold', () => {
  it('Redis forgets the event: the hold keeps its tickets, and the buyer’s count is the same again', async () => {
    const { eventId, as, holdId } = await held({ total: 3, quantity: 2 });
    await office.buy({ eventId, quantity: 1 }, { as });
    const inventory = createInventory(office.redis);
    const before = await inventory.snapshot(eventId);
    await wipe(eventId);
    const others = await until(async () => {
      const answer = await office.buy({ eventId, quantity: 1 });
      expect(answer.status).not.toBe(503);
      return answer;
    });
    expect([others.status, others.body.type]).toEqual([409, '/problems/sold-out']);
    const after = await inventory.snapshot(eventId);
    expect(after?.buyers).toEqual(before?.buyers);
    expect(after?.holds).toMatchObject([{ purchaseId: holdId, userId: as }]);
    const bought = await office.buy({ eventId, holdId }, { as });
    expect([bought.status, serialsOf(bought.body.tickets)]).toEqual([201, [1, 2]]);
  });

  it('Redis forgets the event while the hold’s purchase is being paid: it gets its tickets all the same', async () => {
    const { eventId, as, holdId } = await held({ total: 2, quantity: 2 });
    const buying = office.buy({ eventId, holdId, payment: { method: 'pm_slow_1500' } }, { as });
    await until(async () => expect(await statusOf(holdId)).toBe('in_use'));
    await wipe(eventId);
    const others = await until(async () => {
      const answer = await office.buy({ eventId, quantity: 1 });
      expect(answer.status).not.toBe(503);
      return answer;
    });
    expect(others.status).toBe(409);
    const bought = await buying;
    expect([bought.status, serialsOf(bought.body.tickets)]).toEqual([201, [1, 2]]);
    expect(await validSerials(office, eventId)).toEqual([1, 2]);
  }, 60_000);

  it('the worker is killed: holds lapse and are used as if nothing had been', async () => {
    const lapsing = await held({ total: 2, quantity: 2, seconds: 5 });
    const kept = await held({ total: 2, quantity: 2 });
    const worker = office.services.worker[0];
    await worker?.kill('SIGKILL');
    const buying = office.buy({ eventId: kept.eventId, holdId: kept.holdId }, { as: kept.as });
    await new Promise((resolve) => setTimeout(resolve, Date.parse(lapsing.expiresAt) - Date.now() + 500));
    expect(await statusOf(lapsing.holdId)).toBe('active');
    await worker?.restart();
    await until(async () => expect(await statusOf(lapsing.holdId)).toBe('expired'), 30_000);
    await until(async () => expect(await availableOf(lapsing.eventId)).toBe(2));
    const first = await buying;
    expect([201, 202]).toContain(first.status);
    await until(async () => expect(await validSerials(office, kept.eventId)).toEqual([1, 2]), 30_000);
  }, 90_000);

  it('an operator terminates its workflow: it stands, can be used, and can be given back', async () => {
    const used = await held({ total: 2, quantity: 2 });
    const returned = await held({ total: 2, quantity: 2 });
    for (const { holdId } of [used, returned]) {
      await temporal.workflow.getHandle(holdWorkflowId(holdId)).terminate('test');
    }
    const { eventId, holdId, as } = used;
    expect((await office.buy({ eventId, holdId }, { as })).status).toBe(201);
    const answer = await giveBack(returned.holdId, returned.as);
    expect([answer.status, bodyOf(answer).status]).toEqual([200, 'released']);
    expect(await availableOf(returned.eventId)).toBe(2);
  });

  it('an operator cancels its workflow: the tickets go back', async () => {
    const { eventId, holdId } = await held({ total: 2, quantity: 2 });
    await temporal.workflow.getHandle(holdWorkflowId(holdId)).cancel();
    await until(async () => expect(await statusOf(holdId)).toBe('released'));
    await until(async () => expect(await availableOf(eventId)).toBe(2));
  });
});
