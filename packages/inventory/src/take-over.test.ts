import { describe, expect, it } from 'vitest';
import { connected } from './testing/connected.js';
import { asking, done, gets, having, openedEvent, standard } from './testing/opened-event.js';

const redis = connected();
const GONE = { kind: 'gone' };
const TOMBSTONED = { kind: 'tombstoned' };
const HOUR_MS = 60 * 60 * 1000;
const BEN = 'buyer of hold';

const using = (purchaseId: string, changes: { epoch?: number; userId?: string } = {}) => ({
  holdId: 'hold',
  purchaseId,
  epoch: 1,
  userId: BEN,
  ...changes,
});

/** An event of which two of five tickets are held. */
async function heldEvent(limitPerBuyer = 10) {
  const event = await openedEvent(redis, { ticketTypes: [standard(5)], limitPerBuyer });
  expect(await event.inventory.reserve(event.eventId, 1, [asking('hold', 2)])).toEqual(done(gets(1, 2)));
  return event;
}

describe('takeOver', () => {
  it('gives the serials of the hold to the purchase, once, and moves no counter', async () => {
    const { inventory, eventId } = await heldEvent();
    const before = await inventory.snapshot(eventId);
    expect(await inventory.takeOver(eventId, 1, [using('a')])).toEqual(done(gets(1, 2)));
    expect(await inventory.takeOver(eventId, 1, [using('a')])).toEqual(done(gets(1, 2)));
    const after = await inventory.snapshot(eventId);
    expect(after?.reservations).toMatchObject([{ purchaseId: 'a', userId: BEN, epoch: 1, items: gets(1, 2).items }]);
    expect(after).toEqual({ ...before, reservations: after?.reservations });
  });

  it('gives a hold to one of two purchases that name it', async () => {
    const { inventory, eventId } = await heldEvent();
    expect(await inventory.takeOver(eventId, 1, [using('a'), using('b')])).toEqual(done(gets(1, 2), GONE));
    expect(await inventory.takeOver(eventId, 1, [using('b')])).toEqual(done(GONE));
  });

  it('finds nothing after the hold was released, and takes nothing from those who hold its serials then', async () => {
    const { inventory, eventId } = await heldEvent();
    await inventory.release(eventId, 1, [{ purchaseId: 'hold', epoch: 1 }]);
    expect(await inventory.reserve(eventId, 1, [asking('other', 2)])).toEqual(done(gets(1, 2)));
    expect(await inventory.takeOver(eventId, 1, [using('a')])).toEqual(done(GONE));
  });

  it('comes before a release of the hold that is late: the purchase keeps its serials', async () => {
    const { inventory, eventId } = await heldEvent();
    await inventory.takeOver(eventId, 1, [using('a')]);
    await inventory.release(eventId, 1, [{ purchaseId: 'hold', epoch: 1 }]);
    expect((await inventory.snapshot(eventId))?.reservations).toMatchObject([{ purchaseId: 'a' }]);
    expect(await inventory.reserve(eventId, 1, [asking('other', 4)])).toMatchObject(
      done({ kind: 'refused', refusal: { reason: 'not_enough_left', available: 3 } }),
    );
  });

  it('refuses a reserve for the hold that comes late: it would take capacity twice', async () => {
    const { inventory, eventId } = await heldEvent();
    await inventory.takeOver(eventId, 1, [using('a')]);
    expect(await inventory.reserve(eventId, 1, [asking('hold', 2)])).toEqual(done(TOMBSTONED));
  });

  it('is refused for a purchase that was released at that epoch, and the hold stays for the next one', async () => {
    const { inventory, eventId } = await heldEvent();
    await inventory.release(eventId, 1, [{ purchaseId: 'a', epoch: 1 }]);
    expect(await inventory.takeOver(eventId, 1, [using('a')])).toEqual(done(TOMBSTONED));
    expect(await inventory.takeOver(eventId, 1, [using('a', { epoch: 2 })])).toEqual(done(gets(1, 2)));
    expect(await inventory.takeOver(eventId, 1, [using('a', { epoch: 1 })])).toEqual(done({ kind: 'stale_epoch' }));
  });

  it("does not hand one buyer's hold to another buyer", async () => {
    const { inventory, eventId } = await heldEvent();
    expect(await inventory.takeOver(eventId, 1, [using('a', { userId: 'somebody else' })])).toEqual(done(GONE));
    expect(await inventory.takeOver(eventId, 1, [using('b')])).toEqual(done(gets(1, 2)));
  });

  it('counts the tickets of a buyer once, held, taken over, sold and given back', async () => {
    const { inventory, eventId } = await heldEvent(2);
    const another = [asking('more', 1, { userId: BEN })];
    const over = done({ kind: 'refused', refusal: { reason: 'over_buyer_limit', limit: 2, held: 2 } });
    expect(await inventory.reserve(eventId, 1, another)).toEqual(over);
    await inventory.takeOver(eventId, 1, [using('a')]);
    expect(await inventory.reserve(eventId, 1, another)).toEqual(over);
    await inventory.confirm(eventId, 1, [{ ...having('a', [1, 2]), userId: BEN }]);
    expect(await inventory.reserve(eventId, 1, another)).toEqual(over);
    await inventory.giveBack(eventId, 1, [having('a', [1, 2])]);
    expect(await inventory.reserve(eventId, 1, another)).toEqual(done(gets(1)));
  });

  it('is refused once the event is closed, but not by the end of the sale window in which the hold was taken', async () => {
    const { inventory, eventId, details } = await heldEvent();
    await inventory.updateDetails(eventId, 1, { ...details, status: 'closed' });
    const refused = { kind: 'refused', refusal: { reason: 'not_on_sale', cause: 'closed' } };
    expect(await inventory.takeOver(eventId, 1, [using('a')])).toEqual(done(refused));
    const saleEndsAt = new Date(Date.now() - HOUR_MS).toISOString();
    await inventory.updateDetails(eventId, 1, { ...details, saleEndsAt });
    expect(await inventory.takeOver(eventId, 1, [using('a')])).toEqual(done(gets(1, 2)));
  });

  it('touches nothing under another generation', async () => {
    const { inventory, eventId } = await heldEvent();
    expect(await inventory.takeOver(eventId, 2, [using('a')])).toMatchObject({ kind: 'unavailable' });
    expect((await inventory.snapshot(eventId))?.reservations).toMatchObject([{ purchaseId: 'hold' }]);
  });
});

describe('the release of a purchase that had taken a hold over', () => {
  const items = gets(1, 2).items;
  const returning = (purchaseId: string, epoch = 1) => ({ purchaseId, epoch, to: { holdId: 'hold', epoch: 1, items } });
  const RETURNED = { kind: 'returned' };

  it('returns the serials to the hold, once, and moves no counter', async () => {
    const { inventory, eventId } = await heldEvent();
    const before = await inventory.snapshot(eventId);
    await inventory.takeOver(eventId, 1, [using('a')]);
    expect(await inventory.release(eventId, 1, [returning('a')])).toEqual(done(RETURNED));
    expect(await inventory.release(eventId, 1, [returning('a')])).toEqual(done(RETURNED));
    expect(await inventory.snapshot(eventId)).toEqual(before);
    expect(await inventory.takeOver(eventId, 1, [using('a')])).toEqual(done(TOMBSTONED));
    expect(await inventory.takeOver(eventId, 1, [using('b')])).toEqual(done(gets(1, 2)));
  });

  it('that is late takes nothing from the purchase that uses the hold then', async () => {
    const { inventory, eventId } = await heldEvent();
    await inventory.takeOver(eventId, 1, [using('a')]);
    await inventory.release(eventId, 1, [returning('a')]);
    await inventory.takeOver(eventId, 1, [using('b')]);
    expect(await inventory.release(eventId, 1, [returning('a')])).toEqual(done(GONE));
    expect((await inventory.snapshot(eventId))?.reservations).toMatchObject([{ purchaseId: 'b' }]);
  });

  it('before it had done so leaves the hold as it is', async () => {
    const { inventory, eventId } = await heldEvent();
    expect(await inventory.release(eventId, 1, [returning('a')])).toEqual(done(RETURNED));
    expect((await inventory.snapshot(eventId))?.reservations).toMatchObject([{ purchaseId: 'hold' }]);
  });

  it('frees what it had got instead, and tells that the hold is lost', async () => {
    const { inventory, eventId } = await heldEvent();
    await inventory.release(eventId, 1, [{ purchaseId: 'hold', epoch: 1 }]);
    await inventory.reserve(eventId, 1, [asking('other', 1)]);
    expect(await inventory.reserve(eventId, 1, [asking('a', 2, { userId: BEN })])).toEqual(done(gets(2, 3)));
    expect(await inventory.release(eventId, 1, [returning('a')])).toEqual(done(GONE));
    expect((await inventory.snapshot(eventId))?.reservations).toMatchObject([{ purchaseId: 'other' }]);
  });

  it('of an older epoch changes nothing', async () => {
    const { inventory, eventId } = await heldEvent();
    await inventory.takeOver(eventId, 1, [using('a', { epoch: 2 })]);
    expect(await inventory.release(eventId, 1, [returning('a', 1)])).toEqual(done({ kind: 'stale_epoch' }));
    expect((await inventory.snapshot(eventId))?.reservations).toMatchObject([{ purchaseId: 'a', epoch: 2 }]);
  });
});
