import { describe, expect, it } from 'vitest';
import { connected } from './testing/connected.js';
import { asking, done, gets, having, openedEvent } from './testing/opened-event.js';

const redis = connected();
const returned = (tickets: number) => ({ kind: 'given_back', tickets });

async function soldEvent() {
  const event = await openedEvent(redis);
  await event.inventory.reserve(event.eventId, 1, [asking('a', 3)]);
  await event.inventory.confirm(event.eventId, 1, [having('a', [1, 2, 3])]);
  return event;
}

describe('giveBack', () => {
  it('returns some tickets of a sale and leaves the others sold', async () => {
    const { inventory, eventId } = await soldEvent();
    expect(await inventory.giveBack(eventId, 1, [having('a', [2])])).toEqual(done(returned(1)));
    const snapshot = await inventory.snapshot(eventId);
    expect(snapshot?.sales).toEqual([having('a', [1, 3])]);
    expect(snapshot?.free).toEqual([{ ticketType: 'Standard', serials: [2] }]);
    expect(snapshot?.buyers).toEqual(new Map([['buyer of a', 2]]));
  });

  it('returns a ticket once, even after it was sold to another buyer', async () => {
    const { inventory, eventId } = await soldEvent();
    await inventory.giveBack(eventId, 1, [having('a', [2])]);
    await inventory.reserve(eventId, 1, [asking('b')]);
    await inventory.confirm(eventId, 1, [having('b', [2])]);
    expect(await inventory.giveBack(eventId, 1, [having('a', [2])])).toEqual(done(returned(0)));
    expect(await inventory.giveBack(eventId, 1, [having('a', [1, 2, 3])])).toEqual(done(returned(2)));
    expect(await inventory.giveBack(eventId, 1, [having('a', [1, 2, 3])])).toEqual(done(returned(0)));
    expect((await inventory.snapshot(eventId))?.sales).toEqual([having('b', [2])]);
  });

  it('lets the whole purchase go for good: a late reserve of it is refused at any epoch', async () => {
    const { inventory, eventId } = await soldEvent();
    await inventory.giveBack(eventId, 1, [having('a', [1, 2, 3])]);
    const late = await inventory.reserve(eventId, 1, [asking('a', 3, { epoch: 99 })]);
    expect(late).toEqual(done({ kind: 'tombstoned' }));
    expect(await inventory.reserve(eventId, 1, [asking('b', 5)])).toEqual(done(gets(1, 2, 3, 4, 5)));
  });

  it('overtakes the confirmation: what remains of a reservation is sold', async () => {
    const { inventory, eventId } = await openedEvent(redis);
    await inventory.reserve(eventId, 1, [asking('a', 3)]);
    expect(await inventory.giveBack(eventId, 1, [having('a', [1])])).toEqual(done(returned(1)));
    expect(await inventory.confirm(eventId, 1, [having('a', [1, 2, 3])])).toEqual(done({ kind: 'sold' }));
    const snapshot = await inventory.snapshot(eventId);
    expect(snapshot?.sales).toEqual([having('a', [2, 3])]);
    expect(snapshot?.ticketTypes[0]).toMatchObject({ held: 0, sold: 2 });
  });

  it('leaves a reservation alone that has none of the given serials', async () => {
    const { inventory, eventId } = await openedEvent(redis);
    await inventory.reserve(eventId, 1, [asking('a', 1)]);
    expect(await inventory.giveBack(eventId, 1, [having('a', [4])])).toEqual(done(returned(0)));
    expect((await inventory.snapshot(eventId))?.reservations).toHaveLength(1);
  });
});
