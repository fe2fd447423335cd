import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { confirmSales } from './confirm-sales.js';
import { rebuildFromDatabase } from './rebuild-from-database.js';
import { openSyncFixture, type SyncFixture } from './testing/sync-fixture.js';

let at: SyncFixture;
beforeAll(async () => {
  at = await openSyncFixture(inject('stack'));
});
afterAll(() => at.close());

const standard = (...serials: number[]) => [{ ticketType: 'standard', serials }];

describe('confirming sales', () => {
  it('turns holds of confirmed purchases into sales, once, and leaves open purchases as they are', async () => {
    const eventId = await at.openedEvent(5);
    const confirmed = await at.confirm(await at.reserve(eventId, 2));
    const open = await at.reserve(eventId, 1);
    const rows = [confirmed, await at.find(open.purchaseId)];
    for (let i = 0; i < 2; i++) expect(await confirmSales(at.deps, eventId, rows)).toBe(true);
    expect(await at.snapshot(eventId)).toMatchObject({
      sales: [{ purchaseId: confirmed.purchaseId, items: standard(1, 2) }],
      reservations: [{ purchaseId: open.purchaseId, items: standard(3) }],
    });
  });

  it('under a later generation reads the purchases again, in an inventory that was rebuilt since', async () => {
    const eventId = await at.openedEvent(2);
    const confirmed = await at.confirm(await at.reserve(eventId, 1));
    await rebuildFromDatabase(at.deps, { eventId, seen: confirmed.generation, cause: 'test' });
    // What was read before the rebuild says that there are no tickets left; PostgreSQL says otherwise.
    const stale = { ...confirmed, tickets: confirmed.tickets.map((ticket) => ({ ...ticket, serial: 2 })) };
    expect(await confirmSales(at.deps, eventId, [stale])).toBe(true);
    expect((await at.snapshot(eventId)).sales).toMatchObject([{ items: standard(1) }]);
  });

  it('rebuilds an inventory in which a serial of a valid ticket belongs to another purchase', async () => {
    const eventId = await at.openedEvent(3);
    const confirmed = await at.confirm(await at.reserve(eventId, 1));
    const { purchaseId, generation, userId } = confirmed;
    await at.inventory.release(eventId, generation, [{ purchaseId, epoch: 1 }]);
    const thief = { purchaseId: 'thief', epoch: 1, userId, items: [{ ticketType: 'standard', quantity: 1 }] };
    await at.inventory.reserve(eventId, generation, [thief]);
    expect(await confirmSales(at.deps, eventId, [confirmed])).toBe(true);
    expect(await at.snapshot(eventId)).toMatchObject({
      generation: generation + 1,
      reservations: [],
      sales: [{ purchaseId, items: standard(1) }],
    });
  });

  it('says so if the inventory has the tickets as given back', async () => {
    const eventId = await at.openedEvent(1);
    const confirmed = await at.confirm(await at.reserve(eventId, 1));
    await confirmSales(at.deps, eventId, [confirmed]);
    const { purchaseId, generation } = confirmed;
    await at.inventory.giveBack(eventId, generation, [{ purchaseId, items: standard(1) }]);
    expect(await confirmSales(at.deps, eventId, [confirmed])).toBe(false);
  });
});
