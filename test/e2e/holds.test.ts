import { holdWorkflowId } from '@box-office/contract';
import { createInventory } from '@box-office/inventory';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newBuyer, paymentsOf, validSerials, type Office } from '../support/office.js';
import { until } from '../support/until.js';
import { bodyOf, openHoldOffice, serialsOf, type HoldOffice } from './holding.js';

let at: HoldOffice;
let office: Office;

beforeAll(async () => {
  at = await openHoldOffice();
  ({ office } = at);
});

afterAll(() => at.close());

/** Takes from Redis all that it knows of one event, as a wipe would. */
async function wipe(eventId: string): Promise<void> {
  const keys = await office.redis.keys(`{event:${eventId}}:*`);
  await office.redis.del(`event:${eventId}`, ...keys);
}

describe('a hold', () => {
  it('keeps its tickets from others until a purchase that names it buys them', async () => {
    const { eventId, as, holdId } = await at.held({ total: 3, quantity: 2 });
    expect(await at.availableOf(eventId)).toBe(1);
    expect((await office.buy({ eventId, quantity: 2 })).status).toBe(409);
    const bought = await office.buy({ eventId, holdId }, { as });
    expect([bought.status, serialsOf(bought.body.tickets)]).toEqual([201, [1, 2]]);
    expect(await at.statusOf(holdId)).toBe('used');
    expect(await paymentsOf(bought.body.purchaseId)).toMatchObject({ captured: 5_000, captures: 1 });
    // Its workflow ends then, and is found by the purchase too.
    await until(async () => expect(await at.workflowOf(holdId)).toBe('COMPLETED'));
    await until(async () => {
      const query = `PurchaseIds = '${bought.body.purchaseId}'`;
      const found: string[] = [];
      for await (const { workflowId } of at.temporal.workflow.list({ query })) found.push(workflowId);
      expect(found).toContain(holdWorkflowId(holdId));
    });
    await until(async () => {
      const { rows } = await office.pool.query('select capacity from events where id = $1', [eventId]);
      expect(rows).toEqual([{ capacity: 1 }]);
    });
  });

  it('lapses by its timer: its tickets go to the next buyer, and its purchase buys what is left', async () => {
    const { eventId, as, holdId } = await at.held({ total: 4, quantity: 2, seconds: 1 });
    await until(async () => expect(await at.statusOf(holdId)).toBe('expired'));
    await until(async () => expect(await at.availableOf(eventId)).toBe(4));
    expect(serialsOf((await office.buy({ eventId, quantity: 2 })).body.tickets)).toEqual([1, 2]);
    const late = await office.buy({ eventId, holdId }, { as });
    expect([late.status, serialsOf(late.body.tickets)]).toEqual([201, [3, 4]]);
    await until(async () => expect(await at.workflowOf(holdId)).toBe('COMPLETED'));
  });

  it('that has lapsed and leaves no room is said so, and nothing is charged', async () => {
    const { eventId, as, holdId } = await at.held({ total: 2, quantity: 2, seconds: 1 });
    await until(async () => expect(await at.availableOf(eventId)).toBe(2));
    await office.buy({ eventId, quantity: 1 });
    const refused = await office.buy({ eventId, holdId }, { as });
    expect([refused.status, refused.body.type]).toEqual([409, '/problems/not-enough-left']);
    expect(bodyOf(refused).holdLapsed).toBe(true);
    expect(await paymentsOf(bodyOf(refused).purchaseId)).toEqual({ captured: 0, refunded: 0, captures: 0 });
  });

  it('is given back once, however often it is asked for, and says in the Temporal UI what it is', async () => {
    const { eventId, as, holdId } = await at.held({ total: 2, quantity: 2 });
    const shown = await at.temporal.workflow.getHandle(holdWorkflowId(holdId)).describe();
    expect(await shown.staticSummary()).toContain('2 × standard');
    expect(shown.memo).toMatchObject({ buyer: as, items: '2 × standard' });
    const timer = (await at.temporal.workflow.getHandle(holdWorkflowId(holdId)).fetchHistory()).events?.find(
      (event) => event.timerStartedEventAttributes,
    );
    expect(Buffer.from(timer?.userMetadata?.summary?.data ?? '').toString()).toContain('the hold lapses');
    const answers = await Promise.all([at.giveBack(holdId, as), at.giveBack(holdId, as), at.giveBack(holdId, as)]);
    for (const answer of answers) expect([answer.status, bodyOf(answer).status]).toEqual([200, 'released']);
    expect(await at.availableOf(eventId)).toBe(2);
    expect((await at.giveBack(holdId, as)).status).toBe(200);
    expect(await at.workflowOf(holdId)).toBe('COMPLETED');
  });

  it('that ends while its purchase comes is decided once, and the stores agree', async () => {
    const { id: eventId } = await office.createEvent({ total: 40 });
    const outcomes = await Promise.all(
      Array.from({ length: 12 }, async (_, i) => {
        const as = newBuyer();
        const { holdId } = bodyOf(await at.ask(eventId, as, 2, { seconds: 1 }));
        await new Promise((resolve) => setTimeout(resolve, 900 + i * 20));
        const [bought] = await Promise.all([
          office.buy({ eventId, holdId }, { as }),
          i % 3 ? undefined : at.giveBack(holdId, as),
        ]);
        expect(bought.status).toBe(201);
        return { holdId, tickets: serialsOf(bought.body.tickets) };
      }),
    );
    await until(async () => {
      for (const { holdId } of outcomes) expect(['used', 'expired', 'released']).toContain(await at.statusOf(holdId));
      expect(await at.availableOf(eventId)).toBe(40 - 24);
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
        i % 2 ? at.ask(eventId, as, 1) : office.buy({ eventId, quantity: 1 }, { as }),
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
    const { eventId, as, holdId } = await at.held({ total: 3, quantity: 2 });
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
    const { eventId, as, holdId } = await at.held({ total: 2, quantity: 2 });
    const buying = office.buy({ eventId, holdId, payment: { method: 'pm_slow_1500' } }, { as });
    await until(async () => expect(await at.statusOf(holdId)).toBe('in_use'));
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
    const lapsing = await at.held({ total: 2, quantity: 2, seconds: 5 });
    const kept = await at.held({ total: 2, quantity: 2 });
    const worker = office.services.worker[0];
    await worker?.kill('SIGKILL');
    const buying = office.buy({ eventId: kept.eventId, holdId: kept.holdId }, { as: kept.as });
    await new Promise((resolve) => setTimeout(resolve, Date.parse(lapsing.expiresAt) - Date.now() + 500));
    expect(await at.statusOf(lapsing.holdId)).toBe('active');
    await worker?.restart();
    await until(async () => expect(await at.statusOf(lapsing.holdId)).toBe('expired'), 30_000);
    await until(async () => expect(await at.availableOf(lapsing.eventId)).toBe(2));
    const first = await buying;
    expect([201, 202]).toContain(first.status);
    await until(async () => expect(await validSerials(office, kept.eventId)).toEqual([1, 2]), 30_000);
  }, 90_000);

  it('an operator terminates its workflow: it stands, can be used, and can be given back', async () => {
    const used = await at.held({ total: 2, quantity: 2 });
    const returned = await at.held({ total: 2, quantity: 2 });
    for (const { holdId } of [used, returned]) {
      await at.temporal.workflow.getHandle(holdWorkflowId(holdId)).terminate('test');
    }
    const { eventId, holdId, as } = used;
    expect((await office.buy({ eventId, holdId }, { as })).status).toBe(201);
    const answer = await at.giveBack(returned.holdId, returned.as);
    expect([answer.status, bodyOf(answer).status]).toEqual([200, 'released']);
    expect(await at.availableOf(returned.eventId)).toBe(2);
  });

  it('an operator cancels its workflow: the tickets go back', async () => {
    const { eventId, holdId } = await at.held({ total: 2, quantity: 2 });
    await at.temporal.workflow.getHandle(holdWorkflowId(holdId)).cancel();
    await until(async () => expect(await at.statusOf(holdId)).toBe('released'));
    await until(async () => expect(await at.availableOf(eventId)).toBe(2));
  });
});
