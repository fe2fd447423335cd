import { eventKey } from '@box-office/contract';
import { describe, expect, it } from 'vitest';
import { createInventory } from './inventory.js';
import { inventoryKeys } from './keys.js';
import { connected } from './testing/connected.js';
import { asking, done, gets, having, NOTHING_SOLD, openedEvent } from './testing/opened-event.js';

const redis = connected();

const RUBBISH: readonly string[] = [
  '',
  'null',
  '7',
  'true',
  '"text"',
  '[]',
  '{}',
  '{"id":',
  'not JSON',
  '\u0000\u00ff',
  '[null]',
  '{"id":7,"ticketTypes":[null]}',
  '{"version":1e999}',
  '{"items":5,"userId":7,"epoch":"x"}',
  '{"epoch":1,"userId":"u","items":[{"ticketType":"none","serials":[1]}]}',
  '['.repeat(5_000),
  'x'.repeat(2_000_000),
];

/** Puts a key of every type that is not the expected one. */
const OTHER_TYPES: readonly (readonly [string, (key: string) => Promise<unknown>])[] = [
  ['text', (key) => redis.set(key, 'rubbish')],
  ['list', (key) => redis.rpush(key, 'rubbish')],
  ['hash', (key) => redis.hset(key, 'rub', 'bish')],
  ['set', (key) => redis.sadd(key, 'rubbish')],
  ['sorted set', (key) => redis.zadd(key, 1, 'rubbish')],
  ['stream', (key) => redis.xadd(key, '*', 'rub', 'bish')],
];

const reported: string[] = [];
const inventory = createInventory(redis, (source) => reported.push(source));

async function usedEvent() {
  const event = await openedEvent(redis);
  await inventory.reserve(event.eventId, 1, [asking('held'), asking('sold', 2)]);
  await inventory.confirm(event.eventId, 1, [having('sold', [2, 3])]);
  await inventory.release(event.eventId, 1, [{ purchaseId: 'released', epoch: 1 }]);
  return event;
}

type Used = Awaited<ReturnType<typeof usedEvent>>;

/** Every call that touches these entries ends, and after at most one rebuild the event is sold again. */
async function expectToRecover({ eventId, details }: Used): Promise<void> {
  let generation = 1;
  const purchases = ['held', 'sold', 'released', 'new'];
  const calls = [
    () => inventory.readAvailability(eventId),
    () => inventory.snapshot(eventId),
    () => inventory.snapshotAtOnce(eventId),
    () => inventory.availability([eventId]),
    () =>
      inventory.reserve(
        eventId,
        generation,
        purchases.map((id) => asking(id)),
      ),
    () => inventory.confirm(eventId, generation, [having('held', [1])]),
    () => inventory.giveBack(eventId, generation, [having('sold', [2])]),
    () =>
      inventory.release(
        eventId,
        generation,
        purchases.map((purchaseId) => ({ purchaseId, epoch: 1 })),
      ),
    () =>
      inventory.takeOver(eventId, generation, [{ holdId: 'held', purchaseId: 'p', epoch: 1, userId: 'buyer of held' }]),
    () => inventory.updateDetails(eventId, generation, details),
  ];
  for (const call of calls) {
    const reply = await call();
    if (reply === null || !('kind' in reply) || reply.kind !== 'unavailable') continue;
    generation += 1;
    expect(await inventory.rebuild(eventId, generation, details, NOTHING_SOLD)).toEqual({ kind: 'rebuilt' });
  }
  generation += 1;
  expect(await inventory.rebuild(eventId, generation, details, NOTHING_SOLD)).toEqual({ kind: 'rebuilt' });
  expect(await inventory.reserve(eventId, generation, [asking('next')])).toEqual(done(gets(1)));
  expect(await inventory.readAvailability(eventId)).toMatchObject({ kind: 'counted', event: { capacity: 6 } });
  const [shown] = await inventory.availability([eventId]);
  expect(shown).toMatchObject({ capacity: 6 });
}

describe('a value that Box Office has not written', () => {
  it.each(OTHER_TYPES)('of type %s in the place of any key of an inventory is as good as none', async (_, put) => {
    for (const part of Object.keys(inventoryKeys('x')) as (keyof ReturnType<typeof inventoryKeys>)[]) {
      const event = await usedEvent();
      const key = inventoryKeys(event.eventId)[part];
      await redis.del(key);
      await put(key);
      await expectToRecover(event);
    }
  });

  it.each(['reservations', 'sales', 'tombstones', 'buyers'] as const)(
    'in an entry of the %s is as good as none',
    async (part) => {
      for (const rubbish of RUBBISH) {
        const event = await usedEvent();
        const key = inventoryKeys(event.eventId)[part];
        for (const field of await redis.hkeys(key)) await redis.hset(key, field, rubbish);
        await expectToRecover(event);
      }
    },
  );

  it('in the entry of a sale is not taken for the sale: the inventory is closed, and rebuilt', async () => {
    const { eventId, details } = await usedEvent();
    const key = inventoryKeys(eventId).sales;
    const calls = [
      (generation: number) => inventory.confirm(eventId, generation, [having('sold', [2, 3])]),
      (generation: number) => inventory.release(eventId, generation, [{ purchaseId: 'sold', epoch: 1 }]),
    ];
    for (const [i, call] of calls.entries()) {
      await redis.hset(key, 'sold', 'not JSON');
      expect(await call(i + 1)).toMatchObject({ kind: 'unavailable', cause: 'missing' });
      await inventory.rebuild(eventId, i + 2, details, NOTHING_SOLD);
    }
  });

  it('in any field of the inventory, or in its free serials, is as good as none', async () => {
    const fields = Object.keys(await redis.hgetall(inventoryKeys((await usedEvent()).eventId).inventory));
    expect(fields.length).toBeGreaterThan(10);
    for (const field of fields) {
      for (const rubbish of ['', 'null', '-7', '1e300', 'nan', 'inf', 'not JSON', '{"id":7}']) {
        const event = await usedEvent();
        await redis.hset(inventoryKeys(event.eventId).inventory, field, rubbish);
        await expectToRecover(event);
      }
    }
    const event = await usedEvent();
    await redis.zadd(inventoryKeys(event.eventId).free, 0, 'rubbish', 0, 'Standard\0x', 5, '');
    await expectToRecover(event);
  });

  it('at `event:<id>` is not shown, and reported', async () => {
    const { eventId, details } = await usedEvent();
    const model = await redis.get(eventKey(eventId));
    const others = [model?.replace(eventId, 'another'), model?.replace('"available":2', '"available":99')];
    for (const rubbish of [...RUBBISH, ...others]) {
      reported.length = 0;
      await redis.set(eventKey(eventId), rubbish ?? '');
      expect(await inventory.availability([eventId])).toEqual([null]);
      expect(reported).toEqual(['event']);
      expect(await inventory.readAvailability(eventId)).toMatchObject({ kind: 'counted', event: { id: details.id } });
    }
  });

  it('gives way to a read model of any version', async () => {
    const { eventId } = await usedEvent();
    const entry = {
      key: `transaction:${eventId}`,
      version: 1,
      expiresAtMs: Date.now() + 60_000,
      json: '{"version":1}',
    };
    for (const rubbish of RUBBISH.filter((text) => !text.includes('version'))) {
      await redis.set(entry.key, rubbish);
      expect(await inventory.writeIfNewer([entry])).toEqual([true]);
    }
    for (const [, put] of OTHER_TYPES) {
      await redis.del(entry.key);
      await put(entry.key);
      expect(await inventory.storedModels([entry.key])).toEqual([expect.toBeOneOf([null, 'rubbish'])]);
      expect(await inventory.writeIfNewer([entry])).toEqual([true]);
    }
  });
});
