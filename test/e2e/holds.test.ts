import { holdWorkflowId } from '@box-office/contract';
import { createInventory } from '@box-office/inventory';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newBuyer, paymentsOf, validSerials, type TestSystem } from '../support/test-system.js';
import { until } from '../support/until.js';
import { bodyOf, openHoldFixture, serialsOf, type HoldFixture } from './hold-fixture.js';

let fixture: HoldFixture;
let system: TestSystem;

beforeAll(async () => {
  // One test kills the only worker.
  fixture = await openHoldFixture(undefined, { PURCHASE_WORKER: 'off' });
  ({ system } = fixture);
});

afterAll(() => fixture.close());

/** Deletes everything about one event from Redis. */
async function wipeEvent(eventId: string): Promise<void> {
  const keys = await system.redis.keys(`{event:${eventId}}:*`);
  await system.redis.del(`event:${eventId}`, ...keys);
}

describe('a hold', () => {
  it('keeps its tickets from others until a purchase that names it buys them', async () => {
    const { eventId, as, holdId } = await fixture.createHold({ total: 3, quantity: 2 });
    expect(await fixture.availableOf(eventId)).toBe(1);
    expect((await system.buy({ eventId, quantity: 2 })).status).toBe(409);
    const bought = await system.buy({ eventId, holdId }, { as });
    expect([bought.status, serialsOf(bought.body.tickets)]).toEqual([201, [1, 2]]);
    expect(await fixture.statusOf(holdId)).toBe('used');
    expect(await paymentsOf(bought.body.purchaseId)).toMatchObject({ captured: 5_000, captures: 1 });
    // Then its workflow ends, and can be found by the purchase id.
    await until(async () => expect(await fixture.workflowStatusOf(holdId)).toBe('COMPLETED'));
    await until(async () => {
      const query = `PurchaseIds = '${bought.body.purchaseId}'`;
      const found: string[] = [];
      for await (const { workflowId } of fixture.temporal.workflow.list({ query })) found.push(workflowId);
      expect(found).toContain(holdWorkflowId(holdId));
    });
    await until(async () => {
      const { rows } = await system.pool.query('select capacity from events where id = $1', [eventId]);
      expect(rows).toEqual([{ capacity: 1 }]);
    });
  });

  it('expires: its tickets are sold to the next buyer, and a purchase that names it gets other tickets', async () => {
    const { eventId, as, holdId } = await fixture.createHold({ total: 4, quantity: 2, seconds: 1 });
    await until(async () => expect(await fixture.statusOf(holdId)).toBe('expired'));
    await until(async () => expect(await fixture.availableOf(eventId)).toBe(4));
    expect(serialsOf((await system.buy({ eventId, quantity: 2 })).body.tickets)).toEqual([1, 2]);
    const late = await system.buy({ eventId, holdId }, { as });
    expect([late.status, serialsOf(late.body.tickets)]).toEqual([201, [3, 4]]);
    await until(async () => expect(await fixture.workflowStatusOf(holdId)).toBe('COMPLETED'));
  });

  it('that has lapsed and leaves no room is said so, and nothing is charged', async () => {
    const { eventId, as, holdId } = await fixture.createHold({ total: 2, quantity: 2, seconds: 1 });
    await until(async () => expect(await fixture.availableOf(eventId)).toBe(2));
    await system.buy({ eventId, quantity: 1 });
    const refused = await system.buy({ eventId, holdId }, { as });
    expect([refused.status, refused.body.type]).toEqual([409, '/problems/not-enough-left']);
    expect(bodyOf(refused).holdLapsed).toBe(true);
    expect(await paymentsOf(bodyOf(refused).purchaseId)).toEqual({ captured: 0, refunded: 0, captures: 0 });
  });

  it('is released once, however often that is requested, and is described in the Temporal UI', async () => {
    const { eventId, as, holdId } = await fixture.createHold({ total: 2, quantity: 2 });
    const shown = await fixture.temporal.workflow.getHandle(holdWorkflowId(holdId)).describe();
    expect(await shown.staticSummary()).toContain('2 × standard');
    expect(shown.memo).toMatchObject({ buyer: as, items: '2 × standard' });
    const timer = (await fixture.temporal.workflow.getHandle(holdWorkflowId(holdId)).fetchHistory()).events?.find(
      (event) => event.timerStartedEventAttributes,
    );
    expect(Buffer.from(timer?.userMetadata?.summary?.data ?? '').toString()).toContain('the hold lapses');
    const answers = await Promise.all([
      fixture.releaseHold(holdId, as),
      fixture.releaseHold(holdId, as),
      fixture.releaseHold(holdId, as),
    ]);
    for (const answer of answers) expect([answer.status, bodyOf(answer).status]).toEqual([200, 'released']);
    expect(await fixture.availableOf(eventId)).toBe(2);
    expect((await fixture.releaseHold(holdId, as)).status).toBe(200);
    expect(await fixture.workflowStatusOf(holdId)).toBe('COMPLETED');
  });

  it('that ends while its purchase arrives is decided once, and the stores agree', async () => {
    const { id: eventId } = await system.createEvent({ total: 40 });
    const outcomes = await Promise.all(
      Array.from({ length: 12 }, async (_, i) => {
        const as = newBuyer();
        const { holdId } = bodyOf(await fixture.requestHold(eventId, as, 2, { seconds: 1 }));
        await new Promise((resolve) => setTimeout(resolve, 900 + i * 20));
        const [bought] = await Promise.all([
          system.buy({ eventId, holdId }, { as }),
          i % 3 ? undefined : fixture.releaseHold(holdId, as),
        ]);
        expect(bought.status).toBe(201);
        return { holdId, tickets: serialsOf(bought.body.tickets) };
      }),
    );
    await until(async () => {
      for (const { holdId } of outcomes)
        expect(['used', 'expired', 'released']).toContain(await fixture.statusOf(holdId));
      expect(await fixture.availableOf(eventId)).toBe(40 - 24);
    });
    const sold = outcomes.flatMap(({ tickets }) => tickets).toSorted((a, b) => a - b);
    expect(new Set(sold).size).toBe(24);
    expect(await validSerials(system, eventId)).toEqual(sold);
    const snapshot = await createInventory(system.redis).snapshot(eventId);
    expect(snapshot?.reservations).toEqual([]);
    expect(snapshot?.ticketTypes).toMatchObject([{ held: 0, sold: 24 }]);
  });
});

describe('the limit per buyer', () => {
  it('applies to 30 concurrent purchases and holds of one buyer, and both stores count the same', async () => {
    const { id: eventId } = await system.createEvent({ total: 100 });
    const as = newBuyer();
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, i) =>
        i % 2 ? fixture.requestHold(eventId, as, 1) : system.buy({ eventId, quantity: 1 }, { as }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(10);
    for (const { status, body } of answers) {
      if (status !== 201) expect([status, body.type]).toEqual([409, '/problems/over-buyer-limit']);
    }
    const { rows } = await system.pool.query('select tickets from event_buyers where event_id = $1', [eventId]);
    expect(rows).toEqual([{ tickets: 10 }]);
    expect((await createInventory(system.redis).snapshot(eventId))?.buyers).toEqual(new Map([[as, 10]]));
  });
});

describe('a hold survives', () => {
  it('a loss of the event in Redis: it keeps its tickets, and the buyer’s count is restored', async () => {
    const { eventId, as, holdId } = await fixture.createHold({ total: 3, quantity: 2 });
    await system.buy({ eventId, quantity: 1 }, { as });
    const inventory = createInventory(system.redis);
    const before = await inventory.snapshot(eventId);
    await wipeEvent(eventId);
    const others = await until(async () => {
      const answer = await system.buy({ eventId, quantity: 1 });
      expect(answer.status).not.toBe(503);
      return answer;
    });
    expect([others.status, others.body.type]).toEqual([409, '/problems/sold-out']);
    const after = await inventory.snapshot(eventId);
    expect(after?.buyers).toEqual(before?.buyers);
    expect(after?.reservations).toMatchObject([{ purchaseId: holdId, userId: as }]);
    const bought = await system.buy({ eventId, holdId }, { as });
    expect([bought.status, serialsOf(bought.body.tickets)]).toEqual([201, [1, 2]]);
  });

  it('a loss of the event in Redis during the payment of its purchase, which gets the tickets', async () => {
    const { eventId, as, holdId } = await fixture.createHold({ total: 2, quantity: 2 });
    const buying = system.buy({ eventId, holdId, payment: { method: 'pm_slow_1500' } }, { as });
    await until(async () => expect(await fixture.statusOf(holdId)).toBe('in_use'));
    await wipeEvent(eventId);
    const others = await until(async () => {
      const answer = await system.buy({ eventId, quantity: 1 });
      expect(answer.status).not.toBe(503);
      return answer;
    });
    expect(others.status).toBe(409);
    const bought = await buying;
    expect([bought.status, serialsOf(bought.body.tickets)]).toEqual([201, [1, 2]]);
    expect(await validSerials(system, eventId)).toEqual([1, 2]);
  });

  it('a kill of the worker: it can be bought and expires', async () => {
    const expiring = await fixture.createHold({ total: 2, quantity: 2, seconds: 5 });
    const kept = await fixture.createHold({ total: 2, quantity: 2 });
    const worker = system.services.worker[0];
    await worker?.kill('SIGKILL');
    const buying = system.buy({ eventId: kept.eventId, holdId: kept.holdId }, { as: kept.as });
    await new Promise((resolve) => setTimeout(resolve, Date.parse(expiring.expiresAt) - Date.now() + 500));
    expect(await fixture.statusOf(expiring.holdId)).toBe('active');
    await worker?.restart();
    await until(async () => expect(await fixture.statusOf(expiring.holdId)).toBe('expired'), 30_000);
    await until(async () => expect(await fixture.availableOf(expiring.eventId)).toBe(2));
    const first = await buying;
    expect([201, 202]).toContain(first.status);
    await until(async () => expect(await validSerials(system, kept.eventId)).toEqual([1, 2]), 30_000);
  });

  it('the termination of its workflow: it can be bought and released', async () => {
    const used = await fixture.createHold({ total: 2, quantity: 2 });
    const returned = await fixture.createHold({ total: 2, quantity: 2 });
    for (const { holdId } of [used, returned]) {
      await fixture.temporal.workflow.getHandle(holdWorkflowId(holdId)).terminate('test');
    }
    const { eventId, holdId, as } = used;
    expect((await system.buy({ eventId, holdId }, { as })).status).toBe(201);
    const answer = await fixture.releaseHold(returned.holdId, returned.as);
    expect([answer.status, bodyOf(answer).status]).toEqual([200, 'released']);
    expect(await fixture.availableOf(returned.eventId)).toBe(2);
  });

  it('not the cancellation of its workflow, which releases the tickets', async () => {
    const { eventId, holdId } = await fixture.createHold({ total: 2, quantity: 2 });
    await fixture.temporal.workflow.getHandle(holdWorkflowId(holdId)).cancel();
    await until(async () => expect(await fixture.statusOf(holdId)).toBe('released'));
    await until(async () => expect(await fixture.availableOf(eventId)).toBe(2));
  });
});
