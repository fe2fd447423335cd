import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { rebuildFromDatabase } from './rebuild-from-database.js';
import { openSyncFixture, type SyncFixture } from './testing/sync-fixture.js';
import { withUsableInventory } from './usable-inventory.js';

let at: SyncFixture;
beforeAll(async () => {
  at = await openSyncFixture(inject('stack'));
});
afterAll(() => at.close());

const standard = (...serials: number[]) => [{ ticketType: 'standard', serials }];

describe('a rebuild while purchases are open', () => {
  it('keeps pending tickets as holds and valid ones as sales, and frees what has no ticket', async () => {
    const eventId = await at.openedEvent(6);
    const reserved = await at.reserve(eventId, 2);
    const pending = await at.reserve(eventId, 1);
    const confirmed = await at.reserve(eventId, 2);
    expect(await at.persist(pending)).toBe('persisted');
    await at.confirm(confirmed);
    await at.wipe(eventId);

    const generation = await rebuildFromDatabase(at.deps, { eventId, seen: pending.generation, cause: 'missing' });
    expect(generation).toBe(pending.generation + 1);
    const snapshot = await at.snapshot(eventId);
    expect(snapshot).toMatchObject({ generation, unavailable: null, free: standard(1, 2) });
    const { purchaseId, userId, epoch } = pending;
    expect(snapshot.reservations).toMatchObject([{ purchaseId, userId, epoch, items: standard(3) }]);
    expect(snapshot.sales).toMatchObject([{ purchaseId: confirmed.purchaseId, items: standard(4, 5) }]);
    expect(snapshot.ticketTypes).toMatchObject([{ total: 6, held: 1, sold: 2 }]);

    // The first purchase was reserved in the old inventory: it is refused, and reserves again what is free.
    expect(await at.persist(reserved)).toBe('stale_generation');
    expect((await at.reserve(eventId, 2)).items).toEqual(standard(1, 2));
  });

  it('does not disturb a purchase whose tickets are pending: it is confirmed afterwards', async () => {
    const eventId = await at.openedEvent(2);
    const pending = await at.reserve(eventId, 2);
    await at.persist(pending);
    await at.wipe(eventId);
    await rebuildFromDatabase(at.deps, { eventId, seen: pending.generation, cause: 'missing' });
    expect(await at.confirm(pending)).toMatchObject({ status: 'confirmed', tickets: [{ serial: 1 }, { serial: 2 }] });
    await rebuildFromDatabase(at.deps, { eventId, seen: await at.generationOf(eventId), cause: 'test' });
    expect(await at.snapshot(eventId)).toMatchObject({ reservations: [], sales: [{ purchaseId: pending.purchaseId }] });
  });

  it('that another process has done since is not done again', async () => {
    const eventId = await at.openedEvent(1);
    const seen = await at.generationOf(eventId);
    const once = await rebuildFromDatabase(at.deps, { eventId, seen, cause: 'test' });
    expect(await rebuildFromDatabase(at.deps, { eventId, seen, cause: 'test' })).toBe(once);
    expect(await at.generationOf(eventId)).toBe(once);
  });

  it('of an event that does not exist answers null', async () => {
    expect(await rebuildFromDatabase(at.deps, { eventId: 'none', seen: 0, cause: 'test' })).toBeNull();
  });
});

describe('an unusable inventory', () => {
  it('is rebuilt once by several callers in several processes at the same moment', async () => {
    const eventId = await at.openedEvent(50);
    const sold = await at.confirm(await at.reserve(eventId, 3));
    const before = await at.generationOf(eventId);
    await at.wipe(eventId);

    const processes = [at.deps, at.otherProcess(), at.otherProcess()];
    const callers = Array.from({ length: 12 }, (_, i) => {
      const deps = processes[i % processes.length] ?? at.deps;
      const purchase = { purchaseId: `caller-${i}`, epoch: 1, userId: `caller-${i}` };
      const request = { ...purchase, items: [{ ticketType: 'standard', quantity: 2 }] };
      return withUsableInventory(deps, eventId, (generation) => deps.inventory.reserve(eventId, generation, [request]));
    });
    const results = await Promise.all(callers);

    expect(await at.generationOf(eventId)).toBe(before + 1);
    expect(new Set(results.map(({ generation }) => generation))).toEqual(new Set([before + 1]));
    const serials = results.flatMap(({ reply }) =>
      reply.outcomes.flatMap((outcome) =>
        outcome.kind === 'reserved' ? outcome.items.flatMap((item) => item.serials) : [],
      ),
    );
    expect(serials).toHaveLength(24);
    expect(new Set([...serials, ...sold.tickets.map(({ serial }) => serial)]).size).toBe(27);
  });

  it('is called under the generation that PostgreSQL names, without a rebuild, when it is usable', async () => {
    const eventId = await at.openedEvent(1);
    const generation = await at.generationOf(eventId);
    const { reply } = await withUsableInventory(at.deps, eventId, async (current) => ({ kind: 'called', current }));
    expect(reply).toEqual({ kind: 'called', current: generation });
    expect(await at.generationOf(eventId)).toBe(generation);
  });

  it('that a caller meets while it is being built is not built a second time after that', async () => {
    const eventId = await at.openedEvent(1);
    const before = await at.generationOf(eventId);
    await at.wipe(eventId);
    // The caller knows the generation that is being built, is refused under it, and asks for a rebuild once it is built.
    const built = rebuildFromDatabase(at.deps, { eventId, seen: before, cause: 'missing' });
    let calls = 0;
    const call = async (generation: number) => {
      await built;
      calls += 1;
      return calls === 1
        ? ({ kind: 'unavailable', cause: 'missing' } as const)
        : { kind: 'called' as const, generation };
    };
    const { reply } = await withUsableInventory(at.otherProcess(), eventId, call, before + 1);
    expect(reply).toEqual({ kind: 'called', generation: before + 1 });
    expect(await at.generationOf(eventId)).toBe(before + 1);
  });

  it('that is lost again after every rebuild fails the call instead of rebuilding without end', async () => {
    const eventId = await at.openedEvent(1);
    const before = await at.generationOf(eventId);
    const call = async () => {
      await at.wipe(eventId);
      return { kind: 'unavailable', cause: 'missing' } as const;
    };
    await expect(withUsableInventory(at.deps, eventId, call)).rejects.toThrow('has no usable inventory');
    expect(await at.generationOf(eventId)).toBe(before + 3);
  });

  it('of an event that does not exist fails the call', async () => {
    const call = async () => ({ kind: 'called' }) as const;
    await expect(withUsableInventory(at.deps, 'none', call)).rejects.toThrow('has no usable inventory');
  });
});
