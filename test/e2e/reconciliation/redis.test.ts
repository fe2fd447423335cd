import { randomUUID } from 'node:crypto';
import { transactionKey, userTicketsKey } from '@box-office/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newBuyer } from '../../support/office.js';
import { until } from '../../support/until.js';
import { openScene, type Scene, type Sold } from './scene.js';
import { findings, inWords, lightLoad, sweep } from './sweeping.js';

let scene: Scene;

beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene.close());

const key = (eventId: string, part: string): string => `{event:${eventId}}:${part}`;

/** Holds three tickets for a buyer; the hold's id. */
async function hold(eventId: string): Promise<string> {
  const answer = await scene.office.call('POST', '/api/tickets/holds', {
    as: newBuyer(),
    role: 'buyer',
    headers: { 'idempotency-key': randomUUID() },
    body: { eventId, quantity: 3, seconds: 300 },
  });
  expect(answer.status).toBe(201);
  return (answer.body as unknown as { holdId: string }).holdId;
}

describe.concurrent('a lost hold', () => {
  it('of a sale is taken again', async () => {
    await scene.plantedUnderLoad({
      plant: async ({ eventId, purchaseId }) => {
        const { rows } = await scene.office.pool.query<{ serial: number }>(
          'select serial from event_tickets where purchase_id = $1',
          [purchaseId],
        );
        const serials = rows.map(({ serial }) => serial);
        const generation = await scene.backstage.generationOf(eventId);
        const items = [{ ticketType: 'standard', serials }];
        await scene.backstage.inventory.giveBack(eventId, generation, [{ purchaseId, items }]);
      },
      finds: ['lost_hold repaired'],
    });
  }, 120_000);

  it('of a buyer who waits is taken again', async () => {
    await scene.plantedUnderLoad({
      plant: async ({ eventId }) => {
        const holdId = await hold(eventId);
        const generation = await scene.backstage.generationOf(eventId);
        await scene.backstage.inventory.release(eventId, generation, [{ purchaseId: holdId, epoch: 1 }]);
        return holdId;
      },
      finds: ['lost_hold repaired'],
      after: async ({ eventId }, holdId) => {
        const holds = (await scene.backstage.inventory.snapshot(eventId))?.holds ?? [];
        expect(holds.find(({ purchaseId }) => purchaseId === holdId)?.items[0]?.serials).toHaveLength(3);
        await scene.backstage.temporal.workflow.getHandle(`hold/${holdId}`).terminate('the test is over');
      },
    });
  }, 120_000);
});

describe.concurrent('an orphaned hold', () => {
  it('is released', async () => {
    await scene.plantedUnderLoad({
      plant: async ({ eventId }) => {
        const purchaseId = randomUUID();
        const generation = await scene.backstage.generationOf(eventId);
        const items = [{ ticketType: 'standard', quantity: 4 }];
        const ghost = { purchaseId, epoch: 3, userId: newBuyer(), items };
        expect((await scene.backstage.inventory.reserve(eventId, generation, [ghost])).kind).toBe('done');
        return purchaseId;
      },
      finds: ['orphaned_hold repaired'],
      after: async ({ eventId }, purchaseId) => {
        const holds = (await scene.backstage.inventory.snapshot(eventId))?.holds ?? [];
        expect(holds.map((hold) => hold.purchaseId)).not.toContain(purchaseId);
      },
    });
  }, 120_000);
});

describe.concurrent('a wrong read model', () => {
  it.each([
    ['a transaction', ({ transactionId }: Sold) => transactionKey(transactionId), '{"version":99,"status":"declined"}'],
    ['a buyer’s tickets', ({ userId }: Sold) => userTicketsKey(userId), '{"version":1,"tickets":[]}'],
    ['a transaction, gone', ({ transactionId }: Sold) => transactionKey(transactionId), null],
  ])(
    'of %s is written anew',
    async (_, keyOf, text) => {
      await scene.plantedUnderLoad({
        plant: async (sale) => {
          const before = JSON.parse((await scene.office.redis.get(keyOf(sale))) ?? 'null') as { version: number };
          if (text === null) await scene.office.redis.del(keyOf(sale));
          else await scene.office.redis.set(keyOf(sale), text);
          return before;
        },
        finds: ['wrong_read_model repaired'],
        after: async (sale, before) => {
          const model = JSON.parse((await scene.office.redis.get(keyOf(sale))) ?? 'null') as { version: number };
          // Read later, it may be of a later version.
          expect({ ...model, version: before.version }).toEqual(before);
          expect(model.version).toBeGreaterThanOrEqual(before.version);
        },
      });
    },
    120_000,
  );

  it('of the event is written anew', async () => {
    const { id: eventId } = await scene.office.createEvent({ total: 20 });
    await scene.sold(eventId);
    const right = await scene.office.redis.get(`event:${eventId}`);
    await scene.office.redis.set(`event:${eventId}`, '{"id":"wrong"}');
    await sweep(scene.office, eventId);
    expect(inWords(await findings(scene.office, { eventId }))).toEqual(['wrong_read_model repaired']);
    expect(await scene.office.redis.get(`event:${eventId}`)).toBe(right);
    await scene.expectNothingNew(eventId);
  }, 60_000);
});

describe.concurrent('serials that do not agree', () => {
  it('are put right where Redis alone errs, and the counts with them', async () => {
    const { office } = scene;
    const { id: eventId } = await office.createEvent({ total: 2_000 });
    const { purchaseId, userId } = await scene.sold(eventId);
    const load = lightLoad(office, eventId);
    const items = [{ ticketType: 'standard', serials: [1_999, 2_000] }];
    await office.redis.hset(key(eventId, 'sales'), purchaseId, JSON.stringify({ userId, items }));
    await until(async () => {
      await sweep(office, eventId);
      const found = await findings(office, { eventId });
      expect([...new Set(found.map(({ kind }) => kind))].sort()).toEqual(['capacity_wrong', 'serial_mismatch']);
      // One inventory built anew puts both right; whichever repair comes second may find nothing to do.
      for (const { status } of found) expect(['repaired', 'gone']).toContain(status);
      expect(found.map(({ status }) => status)).toContain('repaired');
    }, 60_000);
    await scene.expectNothingNew(eventId);
    await load.stop();
    await scene.expectAgreement(eventId);
  }, 120_000);
});

describe.concurrent('a wrong capacity', () => {
  it('in Redis is counted again', async () => {
    await scene.plantedUnderLoad({
      plant: async ({ eventId }) => {
        // A count above 0 with nothing to count is seen by the next buyer already.
        const holdId = await hold(eventId);
        await scene.office.redis.hincrby(key(eventId, 'inventory'), 'held:standard', 3);
        return holdId;
      },
      finds: ['capacity_wrong repaired'],
      after: async ({ eventId }, holdId) => {
        expect(await scene.countsOf(eventId)).toMatchObject({ held: 3, sold: 2 });
        await scene.backstage.temporal.workflow.getHandle(`hold/${holdId}`).terminate('the test is over');
      },
    });
  }, 120_000);

  it('of an inventory that Redis has lost is built anew', async () => {
    const { id: eventId } = await scene.office.createEvent({ total: 20 });
    await scene.sold(eventId);
    await scene.office.redis.del(key(eventId, 'sales'), key(eventId, 'inventory'));
    await sweep(scene.office, eventId);
    expect(inWords(await findings(scene.office, { eventId }))).toEqual(['capacity_wrong repaired']);
    await scene.expectAgreement(eventId);
  }, 60_000);
});
