import { describe, expect, it } from 'vitest';
import { inventoryKeys } from './keys.js';
import { connected } from './testing/connected.js';
import { asking, done, gets, having, openedEvent } from './testing/opened-event.js';

const redis = connected();
const RELEASED = { kind: 'released' };
const TOMBSTONED = { kind: 'tombstoned' };
const HOUR_MS = 60 * 60 * 1000;

describe('release', () => {
  it('gives a reservation back once, however often it is called', async () => {
    const { inventory, eventId } = await openedEvent(redis);
    await inventory.reserve(eventId, 1, [asking('a', 2), asking('b', 2)]);
    const release = () => inventory.release(eventId, 1, [{ purchaseId: 'a', epoch: 1 }]);
    expect(await release()).toEqual(done(RELEASED));
    expect(await inventory.reserve(eventId, 1, [asking('c', 3)])).toEqual(done(gets(1, 2, 5)));
    expect(await release()).toEqual(done(RELEASED));
    const snapshot = await inventory.snapshot(eventId);
    expect(snapshot?.ticketTypes[0]).toMatchObject({ held: 5, next: 5 });
    expect(snapshot?.buyers.has('buyer of a')).toBe(false);
  });

  it('refuses a reserve of the same purchase that comes after it, up to its epoch', async () => {
    const { inventory, eventId } = await openedEvent(redis);
    await inventory.release(eventId, 1, [{ purchaseId: 'a', epoch: 2 }]);
    await inventory.release(eventId, 1, [{ purchaseId: 'a', epoch: 1 }]);
    const at = (epoch: number) => inventory.reserve(eventId, 1, [asking('a', 1, { epoch })]);
    expect(await at(1)).toEqual(done(TOMBSTONED));
    expect(await at(2)).toEqual(done(TOMBSTONED));
    expect(await at(3)).toEqual(done(gets(1)));
  });

  it('does not release the reservation of a newer epoch', async () => {
    const { inventory, eventId } = await openedEvent(redis);
    await inventory.reserve(eventId, 1, [asking('a', 1, { epoch: 2 })]);
    expect(await inventory.release(eventId, 1, [{ purchaseId: 'a', epoch: 1 }])).toEqual(done({ kind: 'stale_epoch' }));
    expect(await inventory.reserve(eventId, 1, [asking('a', 1, { epoch: 2 })])).toEqual(done(gets(1)));
  });

  it('releases a reservation that an older epoch made', async () => {
    const { inventory, eventId } = await openedEvent(redis);
    await inventory.reserve(eventId, 1, [asking('a', 1, { epoch: 1 })]);
    expect(await inventory.release(eventId, 1, [{ purchaseId: 'a', epoch: 2 }])).toEqual(done(RELEASED));
    expect((await inventory.snapshot(eventId))?.reservations).toEqual([]);
  });

  it('never touches a sale', async () => {
    const { inventory, eventId } = await openedEvent(redis);
    await inventory.reserve(eventId, 1, [asking('a', 2)]);
    await inventory.confirm(eventId, 1, [having('a', [1, 2])]);
    expect(await inventory.release(eventId, 1, [{ purchaseId: 'a', epoch: 9 }])).toEqual(done({ kind: 'sold' }));
    expect((await inventory.snapshot(eventId))?.sales).toEqual([having('a', [1, 2])]);
  });

  it('forgets tombstones after a day, some with each call, and not sooner', async () => {
    const { inventory, eventId } = await openedEvent(redis);
    const keys = inventoryKeys(eventId);
    const bury = (purchaseId: string) => inventory.release(eventId, 1, [{ purchaseId, epoch: 1 }]);
    await bury('young');
    await bury('old');
    await redis.zadd(keys.tombstoneAges, Date.now() - 23 * HOUR_MS, 'young', Date.now() - 25 * HOUR_MS, 'old');
    await bury('new');
    expect((await redis.hkeys(keys.tombstones)).toSorted()).toEqual(['new', 'young']);
    expect(await redis.zcard(keys.tombstoneAges)).toBe(2);
  });
});
