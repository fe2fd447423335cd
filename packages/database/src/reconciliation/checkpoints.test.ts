import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openEventFixture, type EventFixture } from '../cancellations/testing/event-fixture.js';
import { findDueEvent, listDueEvents, putCheckpoints } from './checkpoints.js';

let fixture: EventFixture;

beforeAll(async () => {
  fixture = await openEventFixture(inject('stack'));
});
afterAll(() => fixture.close());

describe('the turn of an event', () => {
  const later = () => new Date(Date.now() + 60_000).toISOString();
  const due = async (which: 'changed' | 'in_turn') =>
    (await listDueEvents(fixture.pool, { which, before: later(), limit: 100 })).map(({ eventId }) => eventId);
  const mark = (o: { agoMs?: number; tookMs?: number; unfinished?: boolean } = {}) =>
    putCheckpoints(fixture.pool, [
      {
        eventId: fixture.eventId,
        checkedAt: new Date(Date.now() - (o.agoMs ?? 0) + 15_000).toISOString(),
        tookMs: o.tookMs ?? 1,
        complete: true,
        unfinished: o.unfinished ?? false,
      },
    ]);

  it('is due when it was never checked, when something changes, or when the last check was unfinished', async () => {
    expect(await due('changed')).toEqual([fixture.eventId]);
    await mark();
    expect(await due('changed')).toEqual([]);
    await mark({ unfinished: true, agoMs: -1_000 });
    expect((await findDueEvent(fixture.pool, fixture.eventId))?.completedAt).not.toBeNull();
  });

  it('comes in any case, the longest unseen first', async () => {
    await mark();
    expect(await due('in_turn')).toEqual([fixture.eventId]);
  });

  it('is due as the later of two checks says, whichever is recorded last', async () => {
    await mark({ unfinished: true, agoMs: -20_000 });
    const { completedAt } = (await findDueEvent(fixture.pool, fixture.eventId)) ?? {};
    await mark({ unfinished: false, agoMs: 5_000 });
    const { rows } = await fixture.pool.query('select unfinished from reconciliation_checkpoints where event_id = $1', [
      fixture.eventId,
    ]);
    expect(rows).toEqual([{ unfinished: true }]);
    expect((await findDueEvent(fixture.pool, fixture.eventId))?.completedAt).toBe(completedAt);
  });
});
