import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asking, done, gets, having, openedEvent } from './testing/opened-event.js';
import { ownRedis, type OwnRedis } from './testing/own-redis.js';

let server: OwnRedis;
beforeEach(async () => {
  server = await ownRedis();
  await server.start();
});
afterEach(() => server.remove());

describe('a Redis that was restarted', () => {
  it('sells nothing from what it kept until it is rebuilt under the next generation', async () => {
    const { inventory, eventId, details } = await openedEvent(server.redis);
    await inventory.reserve(eventId, 1, [asking('a', 2)]);
    await inventory.confirm(eventId, 1, [having('a', [1, 2])]);
    await server.kill();
    await server.start();

    const restarted = { kind: 'unavailable', cause: 'restarted', generation: 1 };
    expect((await inventory.availability([eventId]))[0]).toMatchObject({ capacity: 5 });
    expect(await inventory.reserve(eventId, 1, [asking('b')])).toEqual(restarted);
    expect(await inventory.readAvailability(eventId)).toEqual(restarted);

    const contents = { reservations: [], sales: [having('a', [1, 2])] };
    expect(await inventory.rebuild(eventId, 2, details, contents)).toEqual({ kind: 'rebuilt' });
    expect(await inventory.reserve(eventId, 2, [asking('b')])).toEqual(done(gets(3)));
  });

  it('sells nothing twice after its older append-only file was put back', async () => {
    const { inventory, eventId, details } = await openedEvent(server.redis);
    await server.backUp();
    await inventory.reserve(eventId, 1, [asking('a', 5)]);
    await server.kill();
    await server.restore();
    await server.start();

    expect((await inventory.snapshot(eventId))?.ticketTypes[0]).toMatchObject({ held: 0, next: 0 });
    expect(await inventory.reserve(eventId, 1, [asking('b')])).toMatchObject({ cause: 'restarted' });
    const contents = { reservations: [{ ...having('a', [1, 2, 3, 4, 5]), epoch: 1 }], sales: [] };
    await inventory.rebuild(eventId, 2, details, contents);
    expect(await inventory.reserve(eventId, 2, [asking('b')])).toEqual(
      done({ kind: 'refused', refusal: { reason: 'sold_out', ticketType: 'Standard' } }),
    );
  });

  it('says that the inventory is missing after it was wiped', async () => {
    const { inventory, eventId } = await openedEvent(server.redis);
    await server.redis.flushall();
    expect(await inventory.reserve(eventId, 1, [asking('a')])).toEqual({ kind: 'unavailable', cause: 'missing' });
    expect(await inventory.availability([eventId])).toEqual([null]);
    expect(await inventory.snapshot(eventId)).toBeNull();
  });

  it('changes nothing when its memory is full', async () => {
    const { inventory, eventId } = await openedEvent(server.redis);
    await inventory.reserve(eventId, 1, [asking('a', 2)]);
    const before = await inventory.snapshot(eventId);
    await server.redis.config('SET', 'maxmemory', '1');
    await expect(inventory.reserve(eventId, 1, [asking('b')])).rejects.toThrow('OOM');
    await expect(inventory.release(eventId, 1, [{ purchaseId: 'a', epoch: 1 }])).rejects.toThrow('OOM');
    await server.redis.config('SET', 'maxmemory', '0');
    expect(await inventory.snapshot(eventId)).toEqual(before);
    expect(await inventory.reserve(eventId, 1, [asking('b')])).toEqual(done(gets(3)));
  });
});
