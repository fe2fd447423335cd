import { randomUUID } from 'node:crypto';
import { transactionKey, userTicketsKey } from '@box-office/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newBuyer } from '../../support/test-system.js';
import { until } from '../../support/until.js';
import { openReconciliationFixture, type ReconciliationFixture, type Sold } from './reconciliation-fixture.js';
import { findings, summariesOf, startBuyerLoad, reconcile } from './reconciliation-runs.js';

let fixture: ReconciliationFixture;

beforeAll(async () => {
  fixture = await openReconciliationFixture();
});
afterAll(() => fixture.close());

const key = (eventId: string, part: string): string => `{event:${eventId}}:${part}`;

/** Holds three tickets for a buyer; the hold's id. */
async function hold(eventId: string): Promise<string> {
  const buyer = await fixture.system.buyer(newBuyer());
  const { data, response } = await buyer.POST('/api/tickets/holds', {
    params: { header: { 'Idempotency-Key': randomUUID() } },
    body: { eventId, quantity: 3, seconds: 300 },
  });
  expect(response.status).toBe(201);
  return data?.holdId ?? '';
}

describe.concurrent('a lost hold', () => {
  it('of a sale is restored', async () => {
    await fixture.plantUnderLoad({
      plant: async ({ eventId, purchaseId }) => {
        const { rows } = await fixture.system.pool.query<{ serial: number }>(
          'select serial from event_tickets where purchase_id = $1',
          [purchaseId],
        );
        const serials = rows.map(({ serial }) => serial);
        const generation = await fixture.stores.generationOf(eventId);
        const items = [{ ticketType: 'standard', serials }];
        await fixture.stores.inventory.giveBack(eventId, generation, [{ purchaseId, items }]);
      },
      finds: ['lost_hold repaired'],
    });
  });

  it('of an active hold is restored', async () => {
    await fixture.plantUnderLoad({
      plant: async ({ eventId }) => {
        const holdId = await hold(eventId);
        const generation = await fixture.stores.generationOf(eventId);
        await fixture.stores.inventory.release(eventId, generation, [{ purchaseId: holdId, epoch: 1 }]);
        return holdId;
      },
      finds: ['lost_hold repaired'],
      after: async ({ eventId }, holdId) => {
        const holds = (await fixture.stores.inventory.snapshot(eventId))?.reservations ?? [];
        expect(holds.find(({ purchaseId }) => purchaseId === holdId)?.items[0]?.serials).toHaveLength(3);
        await fixture.stores.temporal.workflow.getHandle(`hold/${holdId}`).terminate('the test is over');
      },
    });
  });
});

describe.concurrent('an orphaned hold', () => {
  it('is released', async () => {
    await fixture.plantUnderLoad({
      plant: async ({ eventId }) => {
        const purchaseId = randomUUID();
        const generation = await fixture.stores.generationOf(eventId);
        const items = [{ ticketType: 'standard', quantity: 4 }];
        const orphan = { purchaseId, epoch: 3, userId: newBuyer(), items };
        expect((await fixture.stores.inventory.reserve(eventId, generation, [orphan])).kind).toBe('done');
        return purchaseId;
      },
      finds: ['orphaned_hold repaired'],
      after: async ({ eventId }, purchaseId) => {
        const holds = (await fixture.stores.inventory.snapshot(eventId))?.reservations ?? [];
        expect(holds.map((hold) => hold.purchaseId)).not.toContain(purchaseId);
      },
    });
  });
});

describe.concurrent('a wrong read model', () => {
  it.each([
    ['a transaction', ({ transactionId }: Sold) => transactionKey(transactionId), '{"version":99,"status":"declined"}'],
    ['a buyer’s tickets', ({ userId }: Sold) => userTicketsKey(userId), '{"version":1,"tickets":[]}'],
    ['a missing transaction', ({ transactionId }: Sold) => transactionKey(transactionId), null],
  ])('of %s is rewritten', async (_, keyOf, text) => {
    await fixture.plantUnderLoad({
      plant: async (sale) => {
        const before = JSON.parse((await fixture.system.redis.get(keyOf(sale))) ?? 'null') as { version: number };
        if (text === null) await fixture.system.redis.del(keyOf(sale));
        else await fixture.system.redis.set(keyOf(sale), text);
        return before;
      },
      finds: ['wrong_read_model repaired'],
      after: async (sale, before) => {
        const model = JSON.parse((await fixture.system.redis.get(keyOf(sale))) ?? 'null') as { version: number };
        // A later read may give a later version.
        expect({ ...model, version: before.version }).toEqual(before);
        expect(model.version).toBeGreaterThanOrEqual(before.version);
      },
    });
  });

  it('of the event is rewritten', async () => {
    const { id: eventId } = await fixture.system.createEvent({ total: 20 });
    await fixture.sold(eventId);
    const right = await fixture.system.redis.get(`event:${eventId}`);
    await fixture.system.redis.set(`event:${eventId}`, '{"id":"wrong"}');
    await reconcile(fixture.system, eventId);
    expect(summariesOf(await findings(fixture.system, { eventId }))).toEqual(['wrong_read_model repaired']);
    expect(await fixture.system.redis.get(`event:${eventId}`)).toBe(right);
    await fixture.expectNothingNew(eventId);
  });
});

describe.concurrent('serials that do not agree', () => {
  it('are repaired together with the counts if only Redis is wrong', async () => {
    const { system } = fixture;
    const { id: eventId } = await system.createEvent({ total: 2_000 });
    const { purchaseId, userId } = await fixture.sold(eventId);
    const load = startBuyerLoad(system, eventId);
    const items = [{ ticketType: 'standard', serials: [1_999, 2_000] }];
    await system.redis.hset(key(eventId, 'sales'), purchaseId, JSON.stringify({ userId, items }));
    await until(async () => {
      await reconcile(system, eventId);
      const found = await findings(system, { eventId });
      expect([...new Set(found.map(({ kind }) => kind))].sort()).toEqual(['capacity_wrong', 'serial_mismatch']);
      // One rebuild of the inventory repairs both, so the second repair may find nothing to do.
      for (const { status } of found) expect(['repaired', 'gone']).toContain(status);
      expect(found.map(({ status }) => status)).toContain('repaired');
    }, 60_000);
    await fixture.expectNothingNew(eventId);
    await load.stop();
    await fixture.expectAgreement(eventId);
  });
});

describe.concurrent('a wrong capacity', () => {
  it('in Redis is recounted', async () => {
    await fixture.plantUnderLoad({
      plant: async ({ eventId }) => {
        // Without a hold, the next purchase would already detect a count above 0.
        const holdId = await hold(eventId);
        await fixture.system.redis.hincrby(key(eventId, 'inventory'), 'held:standard', 3);
        return holdId;
      },
      finds: ['capacity_wrong repaired'],
      after: async ({ eventId }, holdId) => {
        expect(await fixture.countsOf(eventId)).toMatchObject({ held: 3, sold: 2 });
        await fixture.stores.temporal.workflow.getHandle(`hold/${holdId}`).terminate('the test is over');
      },
    });
  });

  it('of an inventory that Redis has lost is rebuilt', async () => {
    const { id: eventId } = await fixture.system.createEvent({ total: 20 });
    await fixture.sold(eventId);
    await fixture.system.redis.del(key(eventId, 'sales'), key(eventId, 'inventory'));
    await reconcile(fixture.system, eventId);
    expect(summariesOf(await findings(fixture.system, { eventId }))).toEqual(['capacity_wrong repaired']);
    await fixture.expectAgreement(eventId);
  });
});
