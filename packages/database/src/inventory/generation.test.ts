import { createLogger, createPool } from '@box-office/platform';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openEventFixture, type EventFixture } from '../cancellations/testing/event-fixture.js';
import { finalisePurchases } from '../purchases/finalise.js';
import { buildGeneration, readGeneration } from './generation.js';
import { builtGeneration } from './testing/built-generation.js';

const logger = createLogger({ service: 'test', level: 'silent' });
let fixture: EventFixture;
let eventId: string;
let generation: number;

beforeAll(async () => {
  fixture = await openEventFixture(inject('stack'));
  ({ eventId } = fixture);
  generation = (await readGeneration(fixture.pool, eventId)) ?? 0;
});
afterAll(() => fixture.close());

describe('a new generation of the inventory', () => {
  it('knows pending tickets as holds and valid ones as sales', async () => {
    const open = await fixture.persisted();
    const sold = await fixture.persisted();
    await finalisePurchases(fixture.pool, [sold]);
    const next = await builtGeneration(fixture.pool, eventId, generation);
    generation = next.generation;
    expect(next.reservations.map((reservation) => reservation.purchaseId)).toContain(open.purchaseId);
    expect(next.reservations.map((reservation) => reservation.purchaseId)).not.toContain(sold.purchaseId);
    expect(next.sales.map((sale) => sale.purchaseId)).toContain(sold.purchaseId);
  });

  it('is begun by one of several that find the old one unusable', async () => {
    const asked = { eventId, seen: generation, cause: 'test', stalledAfterMs: 0 };
    let begun = 0;
    let finish = (): void => undefined;
    const build = () => {
      begun += 1;
      return new Promise<boolean>((resolve) => (finish = () => resolve(true)));
    };
    const first = buildGeneration(fixture.pool, asked, build);
    await expect.poll(() => begun).toBe(1);
    // However long it takes, and although the others wait for no time: the builder is found by its lock.
    const others = await Promise.all([
      buildGeneration(fixture.pool, asked, build),
      buildGeneration(fixture.pool, asked, build),
    ]);
    expect(others).toEqual([{ kind: 'under_way' }, { kind: 'under_way' }]);
    finish();
    generation += 1;
    expect(await first).toEqual({ kind: 'built', generation });
    expect(await buildGeneration(fixture.pool, { ...asked, cause: 'late' }, build)).toEqual({
      kind: 'open',
      generation,
    });
    expect(begun).toBe(1);
  });

  it('is begun again when the process that was building the last one has died', async () => {
    const own = createPool({ url: fixture.databaseUrl, applicationName: 'dying builder', max: 1, logger });
    const asked = { eventId, seen: generation, cause: 'test', stalledAfterMs: 0 };
    const lost = buildGeneration(own, asked, async () => {
      await fixture.pool.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1`, [
        'dying builder',
      ]);
      return true;
    });
    await expect(lost).rejects.toThrow();
    await own.end();
    await expect.poll(() => buildGeneration(fixture.pool, asked, async () => true)).toMatchObject({ kind: 'built' });
    generation = (await readGeneration(fixture.pool, eventId)) ?? 0;
  });

  it('is read while nothing of the event is locked', async () => {
    const sold = await fixture.persisted();
    const asked = { eventId, seen: generation, cause: 'test', stalledAfterMs: 0 };
    const next = await buildGeneration(fixture.pool, asked, async ({ reservations }) => {
      // It became valid after it was read, and its writer sends it to the inventory.
      await finalisePurchases(fixture.pool, [sold]);
      expect(reservations.map(({ purchaseId }) => purchaseId)).toContain(sold.purchaseId);
      await fixture.pool.query(`update event_inventory set cause = 'changed' where event_id = $1`, [eventId]);
      return true;
    });
    expect(next).toMatchObject({ kind: 'built' });
    generation += 1;
    expect(await readGeneration(fixture.pool, eventId)).toBe(generation);
  });
});
