import { describe, expect, it } from 'vitest';
import { connected } from './testing/connected.js';
import { asking, done, gets, having, openedEvent, standard } from './testing/opened-event.js';

const redis = connected();
const SOLD = { kind: 'sold' };

describe('confirm', () => {
  it('makes a reservation a sale, once', async () => {
    const { inventory, eventId } = await openedEvent(redis);
    await inventory.reserve(eventId, 1, [asking('a', 2), asking('b', 1)]);
    const purchases = [having('a', [1, 2]), having('a', [1, 2])];
    expect(await inventory.confirm(eventId, 1, purchases)).toEqual(done(SOLD, SOLD));
    expect(await inventory.confirm(eventId, 1, purchases)).toEqual(done(SOLD, SOLD));
    const snapshot = await inventory.snapshot(eventId);
    expect(snapshot?.ticketTypes[0]).toEqual({ name: 'Standard', total: 5, next: 3, held: 1, sold: 2 });
    expect(snapshot?.sales).toEqual([having('a', [1, 2])]);
    expect(snapshot?.buyers).toEqual(new Map([['buyer of a', 2], ['buyer of b', 1]])); // prettier-ignore
  });

  it('enters a purchase that has no reservation from its serials, and counts it for the buyer', async () => {
    const { inventory, eventId } = await openedEvent(redis);
    await inventory.reserve(eventId, 1, [asking('a', 2)]);
    await inventory.release(eventId, 1, [{ purchaseId: 'a', epoch: 1 }]);
    expect(await inventory.confirm(eventId, 1, [having('b', [2, 4])])).toEqual(done(SOLD));
    const snapshot = await inventory.snapshot(eventId);
    expect(snapshot?.buyers).toEqual(new Map([['buyer of b', 2]]));
    expect(snapshot?.free).toEqual([{ ticketType: 'Standard', serials: [1, 3] }]);
    expect(await inventory.reserve(eventId, 1, [asking('c', 3)])).toEqual(done(gets(1, 3, 5)));
  });

  it('reports a conflict, and changes nothing, when a serial is not to be had', async () => {
    const { inventory, eventId } = await openedEvent(redis, { ticketTypes: [standard(50_000)] });
    await inventory.reserve(eventId, 1, [asking('a', 2)]);
    const conflict = (serial: number) => ({ kind: 'conflict', ticketType: 'Standard', serial });
    const before = await inventory.snapshot(eventId);
    expect(
      await inventory.confirm(eventId, 1, [
        having('of another', [3, 2]),
        having('above the total', [50_001]),
        having('twice', [3, 3]),
        having('far beyond what was handed out', [20_000]),
      ]),
    ).toEqual(done(conflict(2), conflict(50_001), conflict(3), conflict(20_000)));
    expect(await inventory.snapshot(eventId)).toEqual(before);
  });

  it('believes the given serials where the reservation has others', async () => {
    const { inventory, eventId } = await openedEvent(redis);
    await inventory.reserve(eventId, 1, [asking('a', 3)]);
    expect(await inventory.confirm(eventId, 1, [having('a', [2, 4])])).toEqual(done(SOLD));
    const snapshot = await inventory.snapshot(eventId);
    expect(snapshot?.sales).toEqual([having('a', [2, 4])]);
    expect(snapshot?.free).toEqual([{ ticketType: 'Standard', serials: [1, 3] }]);
    expect(snapshot?.buyers).toEqual(new Map([['buyer of a', 2]]));
  });

  it('does not bring a purchase back whose tickets were all cancelled', async () => {
    const { inventory, eventId } = await openedEvent(redis);
    await inventory.reserve(eventId, 1, [asking('a', 2)]);
    await inventory.giveBack(eventId, 1, [having('a', [1, 2])]);
    expect(await inventory.confirm(eventId, 1, [having('a', [1, 2])])).toEqual(done({ kind: 'given_back' }));
    expect(await inventory.reserve(eventId, 1, [asking('b', 5)])).toEqual(done(gets(1, 2, 3, 4, 5)));
  });
});
