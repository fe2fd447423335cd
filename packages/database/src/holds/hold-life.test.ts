import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changed } from '../events/testing/changed.js';
import { beginUndoing, concludeUndoing, voidTickets } from '../purchases/undo.js';
import { endHold } from './end.js';
import { findHold, findOverdueHolds } from './find.js';
import { refuseHold } from './refuse.js';
import { idOf, MINUTE_MS, openHoldFixture, serials, standard, type HoldFixture } from './testing/hold-fixture.js';

let fixture: HoldFixture;

beforeAll(async () => {
  fixture = await openHoldFixture(1_000);
});

afterAll(() => fixture.close());

let next = 1;
const someSerials = (count: number): number[] => Array.from({ length: count }, () => next++);
const held = async (count = 2, changes = {}): Promise<string> => idOf(await fixture.hold(someSerials(count), changes));
const over = { durationMs: 0 };

describe('recording a hold', () => {
  it('lets its time run from that moment, and keeps the first row of an id', async () => {
    const before = Date.now();
    const holdId = randomUUID();
    const first = await fixture.hold(someSerials(2), { holdId });
    const again = await fixture.hold(someSerials(3), { holdId, fingerprint: 'g' });
    expect(again).toEqual(first);
    expect(first).toMatchObject({
      kind: 'recorded',
      hold: { status: 'active', wanted: standard(2), purchaseId: null },
    });
    const expiresAt = Date.parse((first.kind === 'recorded' && first.hold.expiresAt) || '');
    expect(Math.abs(expiresAt - before - MINUTE_MS)).toBeLessThan(10_000);
  });

  it('under a generation that was closed is refused: reserve again', async () => {
    expect(await fixture.hold(someSerials(1), { generation: fixture.generation() - 1 })).toEqual({
      kind: 'stale_generation',
    });
  });

  it('that was refused keeps the refusal permanently', async () => {
    const order = { holdId: randomUUID(), fingerprint: 'f', userId: 'ann', eventId: 'none', items: standard(1) };
    const more = { durationMs: MINUTE_MS, requestId: 'request', ownerWorkflowId: 'hold' };
    const hold = await refuseHold(fixture.pool, { ...order, ...more }, { reason: 'unknown_event' });
    const again = await refuseHold(fixture.pool, { ...order, ...more }, { reason: 'not_on_sale' });
    expect(again).toEqual(hold);
    expect(hold).toMatchObject({ status: 'refused', items: [], refusal: { reason: 'unknown_event' }, expiresAt: null });
  });
});

describe('the end of a hold', () => {
  it('by its timer waits until its time is over, and tells how long that is', async () => {
    const holdId = await held();
    const early = await endHold(fixture.pool, holdId, 'expired');
    expect(early?.hold.status).toBe('active');
    expect(early?.remainingMs).toBeGreaterThan(MINUTE_MS / 2);
    const due = await held(1, over);
    expect(await endHold(fixture.pool, due, 'expired')).toMatchObject({ hold: { status: 'expired' }, remainingMs: 0 });
  });

  it('is the first one asked for, however often others are', async () => {
    const released = await held(1, over);
    expect((await endHold(fixture.pool, released, 'released'))?.hold.status).toBe('released');
    expect((await endHold(fixture.pool, released, 'expired'))?.hold.status).toBe('released');
    expect(await endHold(fixture.pool, randomUUID(), 'released')).toBeNull();
  });

  it('is refused by the table itself when it was ended before', async () => {
    const holdId = await held(1, over);
    await endHold(fixture.pool, holdId, 'expired');
    await expect(
      fixture.pool.query(`update ticket_holds set status = 'active' where id = $1`, [holdId]),
    ).rejects.toThrow(/cannot become/);
  });

  it('names the generation in which a rebuild that had seen it active must find the release', async () => {
    const holdId = await held(1);
    const rebuilding = await fixture.pool.connect();
    await rebuilding.query('begin');
    await rebuilding.query('select from event_inventory where event_id = $1 for update', [fixture.eventId]);
    let ended = false;
    const ending = endHold(fixture.pool, holdId, 'released').finally(() => (ended = true));
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(ended).toBe(false);
    await rebuilding.query('update event_inventory set generation = generation + 1 where event_id = $1', [
      fixture.eventId,
    ]);
    await rebuilding.query('commit');
    rebuilding.release();
    expect((await ending)?.generation).toBe(fixture.generation() + 1);
    await fixture.rebuild();
  });

  it('that is late shows, so that what was left behind is found', async () => {
    const [due, fresh] = [await held(1, over), await held(1)];
    const pageAfter = (after: string | null) => findOverdueHolds(fixture.pool, { overdueMs: 0, after, limit: 1 });
    const overdue: string[] = [];
    for (let page = await pageAfter(null); page[0]; page = await pageAfter(page[0].holdId))
      overdue.push(page[0].holdId);
    expect(overdue).toContain(due);
    expect(overdue).not.toContain(fresh);
    expect(await findOverdueHolds(fixture.pool, { overdueMs: MINUTE_MS, after: null, limit: 100 })).toEqual([]);
  });
});

describe('a rebuild', () => {
  const inventoryOf = async () => {
    const { reservations, sales } = await fixture.rebuild();
    return { reservations: new Map(reservations.map((each) => [each.purchaseId, each])), sales };
  };

  it('contains active holds, and those of purchases that use one and have no tickets yet', async () => {
    const [active, ended, used] = [await held(2), await held(1), await held(2)];
    await endHold(fixture.pool, ended, 'released');
    const buying = await fixture.claim(2, { holdId: used });
    const { purchaseId } = buying.order;
    const { reservations } = await inventoryOf();
    const items = (await findHold(fixture.pool, used))?.items;
    expect(reservations.get(active)).toMatchObject({ epoch: 1, userId: 'ann' });
    expect(reservations.get(purchaseId)).toEqual({ purchaseId, epoch: 1, userId: 'ann', items });
    expect([reservations.has(ended), reservations.has(used)]).toEqual([false, false]);
  });

  it('counts a used hold once: as tickets when they stand, and as the hold again while its purchase is undone and after', async () => {
    const numbers = someSerials(2);
    const [bought, returned] = [idOf(await fixture.hold(numbers)), await held(2)];
    const [buying, undone] = [await fixture.claim(2, { holdId: bought }), await fixture.claim(2, { holdId: returned })];
    expect(await fixture.persist({ of: buying, numbers })).toEqual(['persisted']);
    const first = await inventoryOf();
    expect(first.reservations.get(buying.order.purchaseId)?.items).toEqual(serials(...numbers));
    expect(first.reservations.has(undone.order.purchaseId)).toBe(true);
    const outcome = { kind: 'undone', reason: 'cancelled' } as const;
    const items = (await findHold(fixture.pool, returned))?.items;
    await beginUndoing(fixture.pool, { ...undone.claim, outcome, authorisationId: null });
    const during = await inventoryOf();
    await voidTickets(fixture.pool, undone.claim);
    const after = await inventoryOf();
    await concludeUndoing(fixture.pool, undone.claim);
    for (const { reservations } of [during, after, await inventoryOf()]) {
      expect(reservations.get(returned)).toMatchObject({ epoch: 1, items });
      expect(reservations.has(undone.order.purchaseId)).toBe(false);
    }
  });

  it('during the undoing of a purchase with tickets has each serial once: the tickets, then the hold', async () => {
    const numbers = someSerials(2);
    const holdId = idOf(await fixture.hold(numbers));
    const buying = await fixture.claim(2, { holdId });
    await fixture.persist({ of: buying, numbers });
    const outcome = { kind: 'undone', reason: 'capture_refused' } as const;
    await beginUndoing(fixture.pool, { ...buying.claim, outcome, authorisationId: 'a' });
    const ownersOf = async () =>
      [...(await inventoryOf()).reservations.values()]
        .filter(({ items }) => items.some((item) => item.serials.includes(numbers[0] ?? 0)))
        .map(({ purchaseId }) => purchaseId);
    expect(await ownersOf()).toEqual([buying.order.purchaseId]);
    await voidTickets(fixture.pool, buying.claim);
    expect(await ownersOf()).toEqual([holdId]);
  });

  it('drops a hold whose serial is a ticket’s, another hold’s or above the total, and keeps the rest', async () => {
    const [first, second] = [someSerials(1), someSerials(1)];
    const buying = await fixture.claim(1);
    await fixture.persist({ of: buying, numbers: first });
    const onTicket = idOf(await fixture.hold([...first, ...someSerials(1)]));
    const older = idOf(await fixture.hold(second));
    const younger = idOf(await fixture.hold(second));
    const above = idOf(await fixture.hold([1_001]));
    const { reservations } = await inventoryOf();
    expect([onTicket, older, younger, above].map((id) => reservations.has(id))).toEqual([false, true, false, false]);
    for (const id of [onTicket, older, younger, above]) await endHold(fixture.pool, id, 'released');
  });
});

describe('the total of a ticket type', () => {
  it('cannot be lowered below a serial that is held', async () => {
    await fixture.hold([900]);
    const lowered = await changed(fixture.pool, fixture.eventId, ({ ticketTypes }) => ({
      ticketTypes: ticketTypes.map((type) => ({ ...type, total: 899 })),
    }));
    expect(lowered).toMatchObject({ reason: 'total_too_low', lowestPossible: 900 });
  });

  it('cannot be lowered below a serial of a hold that a purchase is using, and may return', async () => {
    const holdId = idOf(await fixture.hold([950]));
    await fixture.claim(1, { holdId });
    const lowered = await changed(fixture.pool, fixture.eventId, ({ ticketTypes }) => ({
      ticketTypes: ticketTypes.map((type) => ({ ...type, total: 949 })),
    }));
    expect(lowered).toMatchObject({ reason: 'total_too_low', lowestPossible: 950 });
  });
});
