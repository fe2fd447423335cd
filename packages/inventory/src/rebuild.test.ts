import { describe, expect, it } from 'vitest';
import { inventoryKeys } from './keys.js';
import { connected } from './testing/connected.js';
import { asking, done, gets, having, NOTHING_SOLD, openedEvent, standard } from './testing/opened-event.js';

const redis = connected();

describe('rebuild', () => {
  it('continues from what PostgreSQL has: holds, sales, and the gaps between them', async () => {
    const contents = { reservations: [{ ...having('h', [4]), epoch: 3 }], sales: [having('s', [2])] };
    const { inventory, eventId } = await openedEvent(redis, {}, contents);
    const [event] = await inventory.availability([eventId]);
    expect(event).toMatchObject({ capacity: 5, ticketTypes: [{ available: 3, held: 1, sold: 1 }, { available: 2 }] });
    const list = [asking('h', 1, { epoch: 3 }), asking('s', 1), asking('new', 3)];
    expect(await inventory.reserve(eventId, 1, list)).toEqual(done(gets(4), gets(2), gets(1, 3, 5)));
  });

  it('replaces an inventory only by a later generation', async () => {
    const { inventory, eventId, details } = await openedEvent(redis);
    await inventory.reserve(eventId, 1, [asking('a', 2)]);
    expect(await inventory.rebuild(eventId, 1, details, NOTHING_SOLD)).toEqual({ kind: 'already_built' });
    expect((await inventory.snapshot(eventId))?.reservations).toHaveLength(1);
    expect(await inventory.rebuild(eventId, 3, details, NOTHING_SOLD)).toEqual({ kind: 'rebuilt' });
    expect(await inventory.rebuild(eventId, 2, details, NOTHING_SOLD)).toEqual({
      kind: 'unavailable',
      cause: 'generation',
      generation: 3,
    });
    expect(await inventory.reserve(eventId, 3, [asking('b', 1)])).toEqual(done(gets(1)));
  });

  it('replaces one of its own generation that may not be used', async () => {
    const { inventory, eventId, details } = await openedEvent(redis);
    await redis.hset(inventoryKeys(eventId).inventory, 'run_id', 'that of another process');
    expect(await inventory.rebuild(eventId, 1, details, NOTHING_SOLD)).toEqual({ kind: 'rebuilt' });
    expect(await inventory.reserve(eventId, 1, [asking('a', 1)])).toEqual(done(gets(1)));
  });

  it('of an event that is long over lives for a day', async () => {
    const past = { startsAt: '2020-06-01T19:00:00.000Z', endsAt: '2020-06-01T22:00:00.000Z' };
    const { inventory, eventId } = await openedEvent(redis, past);
    expect((await inventory.readAvailability(eventId)).kind).toBe('counted');
    const leftS = await redis.ttl(inventoryKeys(eventId).inventory);
    expect(leftS).toBeGreaterThan(86_000);
    expect(leftS).toBeLessThanOrEqual(86_400);
  });

  it('builds an event with 50,000 sales, and leaves nothing behind', async () => {
    const sales = Array.from({ length: 50_000 }, (_, i) => having(`p${i}`, [i + 1]));
    const big = { ticketTypes: [standard(60_000)] };
    const { inventory, eventId } = await openedEvent(redis, big, { reservations: [], sales });
    expect(await inventory.reserve(eventId, 1, [asking('a', 1)])).toEqual(done(gets(50_001)));
    const { sales: key, buyers } = inventoryKeys(eventId);
    expect(await redis.hlen(key)).toBe(50_000);
    // The event's own lifetime, and not that of what was staged.
    const expiresMs = Date.parse('2031-06-01T22:00:00Z') + 90 * 86_400_000;
    expect([await redis.pexpiretime(key), await redis.pexpiretime(buyers)]).toEqual([expiresMs, expiresMs]);
    expect((await inventory.snapshot(eventId))?.sales).toHaveLength(50_000);
    const [, staged] = await redis.scan(0, 'MATCH', `{event:${eventId}}:staging:*`, 'COUNT', 1_000_000);
    expect(staged).toEqual([]);
    await redis.unlink(key);
  });

  it('serves buyers under the old generation until the moment of the swap', async () => {
    const { inventory, eventId, details } = await openedEvent(redis, { ticketTypes: [standard(20_000)] });
    const sales = Array.from({ length: 10_000 }, (_, i) => having(`p${i}`, [i + 1]));
    const rebuilt = inventory.rebuild(eventId, 2, details, { reservations: [], sales });
    expect(await inventory.reserve(eventId, 1, [asking('early', 1)])).toEqual(done(gets(1)));
    expect(await rebuilt).toEqual({ kind: 'rebuilt' });
    expect(await inventory.reserve(eventId, 2, [asking('late', 1)])).toEqual(done(gets(10_001)));
  });

  it('does not accept contents that contradict themselves', async () => {
    const { inventory, eventId, details } = await openedEvent(redis);
    const build = (sales: ReturnType<typeof having>[]) =>
      inventory.rebuild(eventId, 2, details, { reservations: [], sales });
    await expect(build([having('a', [1]), having('b', [1])])).rejects.toThrow('serial 1 of Standard');
    await expect(build([having('a', [6])])).rejects.toThrow('serial 6 of Standard');
    await expect(build([having('a', [1]), having('a', [2])])).rejects.toThrow('occurs twice');
    await expect(
      inventory.rebuild(eventId, 2, { ...details, ticketTypes: [standard(1), standard(2)] }, NOTHING_SOLD),
    ).rejects.toThrow('occurs twice');
    expect((await inventory.snapshot(eventId))?.generation).toBe(1);
  });
});
