import type { EventDetails } from '@box-office/contract';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openEventFixture, type EventFixture } from '../cancellations/testing/event-fixture.js';
import { recordEventCancellation } from '../cancellations/of-event.js';
import { builtGeneration } from '../inventory/testing/built-generation.js';
import { changeEvent, type LoweredTotals } from './change.js';
import { findEvent } from './find.js';
import { changed } from './testing/changed.js';

let fixture: EventFixture;
beforeAll(async () => {
  fixture = await openEventFixture(inject('stack'));
});
afterAll(() => fixture.close());

const current = async (): Promise<EventDetails> => {
  const found = await findEvent(fixture.pool, fixture.eventId);
  if (!found) throw new Error('no event');
  return found;
};
const change = (changes: Partial<EventDetails>) => changed(fixture.pool, fixture.eventId, () => changes);
const total = (count: number) => ({ ticketTypes: [{ name: 'standard', priceMinor: 2_500, total: count }] });

describe('changes of an event at the same time', () => {
  it('all stand, where they are of different fields, and each raises the revision by one', async () => {
    const { revision } = await current();
    const changes = Array.from({ length: 20 }, (_, i): Partial<EventDetails>[] => [
      { name: `Gala ${i}` },
      { venue: `Hall ${i}` },
      { limitPerBuyer: 100 + i },
      { status: i % 2 === 0 ? 'closed' : 'on_sale' },
    ]);
    for (const together of changes) {
      const results = await Promise.all(together.map(change));
      expect(results.map(({ kind }) => kind)).toEqual(together.map(() => 'changed'));
      expect(await current()).toMatchObject(Object.assign({}, ...together) as object);
    }
    // Of the first status nothing changed but in the first round.
    expect((await current()).revision).toBe(revision + 80);
  });

  it('and a cancellation of it: it stays cancelled, and its revision tells that it was changed', async () => {
    const own = await openEventFixture(inject('stack'));
    try {
      const request = { eventId: own.eventId, requestedBy: 'op', reason: 'storm', requestId: 'r' };
      await Promise.all([
        recordEventCancellation(own.pool, request),
        ...Array.from({ length: 10 }, (_, i) => changed(own.pool, own.eventId, () => ({ name: `Gala ${i}` }))),
      ]);
      expect(await findEvent(own.pool, own.eventId)).toMatchObject({ status: 'cancelled', revision: 12 });
    } finally {
      await own.close();
    }
  });
});

describe('a change of an event', () => {
  it('that is based on another revision changes nothing', async () => {
    const before = await current();
    const edit = {
      eventId: fixture.eventId,
      ifRevision: [before.revision - 1],
      wanted: () => ({ kind: 'wanted' as const, details: { ...before, name: 'Lost' } }),
    };
    const result = await changeEvent(fixture.pool, edit, () => Promise.resolve({ kind: 'updated' }));
    expect(result).toEqual({ kind: 'other_revision', revision: before.revision });
    expect(await current()).toEqual(before);
  });

  it('waits for no tickets that are being written, unless it changes ticket types', async () => {
    const client = await fixture.pool.connect();
    try {
      await client.query('begin');
      await client.query('select from event_ticket_types where event_id = $1 for share', [fixture.eventId]);
      expect(await change({ name: 'Gala beside a purchase' })).toMatchObject({ kind: 'changed' });
      let isWaiting = true;
      const raised = change(total(10_001)).finally(() => (isWaiting = false));
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(isWaiting).toBe(true);
      await client.query('rollback');
      expect(await raised).toMatchObject({ kind: 'changed', details: total(10_001) });
    } finally {
      client.release(true);
    }
  });

  it('that changes nothing keeps the revision', async () => {
    const before = await current();
    expect(await change({ name: before.name })).toMatchObject({ kind: 'changed', details: before });
    expect(await current()).toEqual(before);
  });

  it.each<[LoweredTotals, object]>([
    [
      { kind: 'refused', ticketType: 'standard', lowestPossible: 12 },
      { kind: 'refused', lowestPossible: 12 },
    ],
    [
      { kind: 'unavailable', cause: 'missing' },
      { kind: 'inventory_unavailable', cause: 'missing' },
    ],
  ])('whose lower total the inventory does not take (%j) changes nothing', async (reply, result) => {
    const before = await current();
    const asked: unknown[] = [];
    const edit = {
      eventId: fixture.eventId,
      ifRevision: null,
      wanted: () => ({ kind: 'wanted' as const, details: { ...before, ...total(10), name: 'Lost' } }),
    };
    const outcome = await changeEvent(fixture.pool, edit, (lowered, generation, revision) => {
      asked.push(lowered, generation, revision);
      return Promise.resolve(reply);
    });
    expect(outcome).toMatchObject(result);
    expect(asked).toEqual([{ ...before, ...total(10) }, 1, before.revision + 1]);
    expect(await current()).toEqual(before);
  });

  it('lets no rebuild of the inventory begin between a lower total and its commit', async () => {
    const before = await current();
    let built: ReturnType<typeof builtGeneration> | undefined;
    let isLowering = true;
    const edit = {
      eventId: fixture.eventId,
      ifRevision: null,
      wanted: () => ({ kind: 'wanted' as const, details: { ...before, ...total(9_000) } }),
    };
    await changeEvent(fixture.pool, edit, async () => {
      built = builtGeneration(fixture.pool, fixture.eventId, 1);
      const first = await Promise.race([built, new Promise((resolve) => setTimeout(resolve, 200, 'waits'))]);
      expect(first).toBe('waits');
      isLowering = false;
      return { kind: 'updated' };
    });
    expect(isLowering).toBe(false);
    expect(await built).toMatchObject({ generation: 2, details: total(9_000) });
  });
});
