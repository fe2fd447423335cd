import { describe, expect, it } from 'vitest';
import { inventoryKeys, keyList } from './keys.js';
import { connected } from './testing/connected.js';
import { asking, detailsOfEvent, having, NOTHING_SOLD, openedEvent, type OpenedEvent } from './testing/opened-event.js';

const redis = connected();

/** Every call that changes or relies on an inventory. */
const calls: readonly (readonly [string, (event: OpenedEvent, generation: number) => Promise<unknown>])[] = [
  ['reserve', ({ inventory, eventId }, generation) => inventory.reserve(eventId, generation, [asking('new')])],
  ['confirm', ({ inventory, eventId }, generation) => inventory.confirm(eventId, generation, [having('held', [1])])],
  [
    'release',
    ({ inventory, eventId }, generation) => inventory.release(eventId, generation, [{ purchaseId: 'held', epoch: 1 }]),
  ],
  ['giveBack', ({ inventory, eventId }, generation) => inventory.giveBack(eventId, generation, [having('sold', [2])])],
  [
    'updateDetails',
    ({ inventory, eventId, details }, generation) => inventory.updateDetails(eventId, generation, details),
  ],
];

async function usedEvent(): Promise<OpenedEvent> {
  const event = await openedEvent(redis);
  await event.inventory.reserve(event.eventId, 1, [asking('held'), asking('sold', 2)]);
  await event.inventory.confirm(event.eventId, 1, [having('sold', [2, 3])]);
  await event.inventory.giveBack(event.eventId, 1, [having('sold', [3])]);
  return event;
}

const dumpOf = (eventId: string) =>
  Promise.all(
    keyList(inventoryKeys(eventId)).map(async (key) => [key, (await redis.dumpBuffer(key))?.toString('hex')]),
  );

describe.each(calls)('%s', (_, call) => {
  it('is refused, and changes nothing, under another generation', async () => {
    const event = await usedEvent();
    const before = await dumpOf(event.eventId);
    for (const generation of [0, 2]) {
      expect(await call(event, generation)).toEqual({ kind: 'unavailable', cause: 'generation', generation: 1 });
    }
    expect(await dumpOf(event.eventId)).toEqual(before);
  });

  it('is refused, and changes nothing, when another Redis process built the inventory', async () => {
    const event = await usedEvent();
    await redis.hset(inventoryKeys(event.eventId).inventory, 'run_id', '0'.repeat(40));
    const before = await dumpOf(event.eventId);
    expect(await call(event, 1)).toEqual({ kind: 'unavailable', cause: 'restarted', generation: 1 });
    expect(await dumpOf(event.eventId)).toEqual(before);
  });

  it.each(['inventory', 'free', 'reservations', 'sales', 'buyers'] as const)(
    'is refused when the key of its %s is gone',
    async (part) => {
      const event = await usedEvent();
      await redis.del(inventoryKeys(event.eventId)[part]);
      expect(await call(event, 1)).toMatchObject({ kind: 'unavailable', cause: 'missing' });
    },
  );

  it('is refused for an event that Redis never heard of', async () => {
    const { inventory } = await usedEvent();
    const details = detailsOfEvent();
    const reply = await call({ inventory, details, eventId: details.id }, 1);
    expect(reply).toEqual({ kind: 'unavailable', cause: 'missing' });
    expect(await redis.exists(keyList(inventoryKeys(details.id)))).toBe(0);
  });
});

describe('a script that fails half-way', () => {
  it('closes the inventory, so that it is rebuilt instead of counted on', async () => {
    const event = await usedEvent();
    const { inventory, eventId, details } = event;
    await redis.hset(inventoryKeys(eventId).reservations, 'held', 'not JSON');
    const closed = { kind: 'unavailable', cause: 'missing', generation: 1 };
    expect(await inventory.release(eventId, 1, [{ purchaseId: 'held', epoch: 1 }])).toEqual(closed);
    expect(await inventory.reserve(eventId, 1, [asking('new')])).toMatchObject({ cause: 'missing' });
    expect(await inventory.rebuild(eventId, 2, details, NOTHING_SOLD)).toEqual({ kind: 'rebuilt' });
    expect(await inventory.reserve(eventId, 2, [asking('new')])).toMatchObject({ kind: 'done' });
  });
});

describe('look', () => {
  it('counts a trusted inventory and says its generation', async () => {
    const { inventory, eventId } = await usedEvent();
    const [event] = await inventory.availability([eventId]);
    expect(await inventory.readAvailability(eventId)).toEqual({ kind: 'counted', generation: 1, event });
  });

  it('does not answer from an inventory that may not be used', async () => {
    const { inventory, eventId } = await usedEvent();
    await redis.hset(inventoryKeys(eventId).inventory, 'run_id', 'another');
    expect(await inventory.readAvailability(eventId)).toEqual({
      kind: 'unavailable',
      cause: 'restarted',
      generation: 1,
    });
    expect((await inventory.snapshot(eventId))?.unavailable).toBe('restarted');
  });
});

describe('availability', () => {
  it('answers in the order of the ids, with null for an event that is not there', async () => {
    const [one, two] = [await usedEvent(), await usedEvent()];
    const found = await one.inventory.availability([two.eventId, 'nowhere', one.eventId]);
    expect(found.map((event) => event?.id)).toEqual([two.eventId, undefined, one.eventId]);
    expect(await one.inventory.availability([])).toEqual([]);
  });
});
