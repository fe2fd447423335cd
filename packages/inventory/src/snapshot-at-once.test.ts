import { describe, expect, it } from 'vitest';
import { inventoryKeys } from './keys.js';
import { connected } from './testing/connected.js';
import { asking, having, openedEvent, standard } from './testing/opened-event.js';

const redis = connected();

describe('snapshotAtOnce', () => {
  it('reads the same as the paged snapshot, and what is counted and shown', async () => {
    const { inventory, eventId } = await openedEvent(redis);
    await inventory.reserve(eventId, 1, [asking('held'), asking('sold', 3)]);
    await inventory.confirm(eventId, 1, [having('sold', [2, 3, 4])]);
    await inventory.giveBack(eventId, 1, [having('sold', [3])]);
    await redis.script('FLUSH');
    const atOnce = await inventory.snapshotAtOnce(eventId);
    expect(atOnce?.snapshot).toEqual(await inventory.snapshot(eventId));
    expect(atOnce?.snapshot.free).toEqual([{ ticketType: 'Standard', serials: [3] }]);
    expect(atOnce?.counted).toMatchObject({
      ticketTypes: [
        { held: 1, sold: 2 },
        { held: 0, sold: 0 },
      ],
    });
    expect(atOnce?.shown).toEqual(atOnce?.counted);
  });

  it('never sees a half of a change, however many buy', async () => {
    const { inventory, eventId } = await openedEvent(redis, { ticketTypes: [standard(1_000)] });
    let buying = true;
    const buyer = (async () => {
      for (let i = 0; buying; i++) await inventory.reserve(eventId, 1, [asking(`p${i}`)]);
    })();
    for (let i = 0; i < 50; i++) {
      const atOnce = await inventory.snapshotAtOnce(eventId);
      const { reservations = [], ticketTypes: [stock] = [] } = atOnce?.snapshot ?? {};
      expect(stock?.held).toBe(reservations.length);
      expect(atOnce?.counted.ticketTypes[0]?.held).toBe(reservations.length);
      expect(atOnce?.shown).toEqual(atOnce?.counted);
    }
    buying = false;
    await buyer;
  });

  it('is null without an inventory, for one that may not be used, and for one that is too large', async () => {
    const { inventory, eventId } = await openedEvent(redis);
    expect(await inventory.snapshotAtOnce(`${eventId}-other`)).toBeNull();
    const large = Object.fromEntries(Array.from({ length: 5_001 }, (_, i) => [`buyer ${i}`, '1']));
    await redis.hset(inventoryKeys(eventId).buyers, large);
    expect(await inventory.snapshotAtOnce(eventId)).toBeNull();
    await redis.del(inventoryKeys(eventId).sales, inventoryKeys(eventId).buyers);
    await redis.hset(inventoryKeys(eventId).inventory, 'run_id', 'of another process');
    expect(await inventory.snapshotAtOnce(eventId)).toBeNull();
  });
});
