import { describe, expect, it } from 'vitest';
import { connected } from './testing/connected.js';
import { asking, done, gets, having, openedEvent, standard, vip } from './testing/opened-event.js';

const redis = connected();

describe('updateDetails', () => {
  it('shows new names and prices at once, with the counts of the moment', async () => {
    const { inventory, eventId, details } = await openedEvent(redis);
    await inventory.reserve(eventId, 1, [asking('a', 2)]);
    const changed = { ...details, name: 'Moved', ticketTypes: [{ ...standard(5), priceMinor: 1 }, vip(2)] };
    expect(await inventory.updateDetails(eventId, 1, changed)).toEqual({ kind: 'updated' });
    const [event] = await inventory.availability([eventId]);
    expect(event).toEqual({
      ...changed,
      capacity: 5,
      ticketTypes: [
        { ...standard(5), priceMinor: 1, available: 3, held: 2, sold: 0 },
        { ...vip(2), available: 2, held: 0, sold: 0 },
      ],
    });
    expect((await inventory.snapshot(eventId))?.details).toEqual(changed);
  });

  it('closes and opens the sale', async () => {
    const { inventory, eventId, details } = await openedEvent(redis);
    await inventory.updateDetails(eventId, 1, { ...details, status: 'closed' });
    expect(await inventory.reserve(eventId, 1, [asking('a')])).toMatchObject(done({ kind: 'refused' }));
    await inventory.updateDetails(eventId, 1, details);
    expect(await inventory.reserve(eventId, 1, [asking('a')])).toEqual(done(gets(1)));
  });

  it('follows the order of the changes, however late one of them comes', async () => {
    const { inventory, eventId, details } = await openedEvent(redis);
    await inventory.updateDetails(eventId, 1, { ...details, revision: 3, status: 'cancelled' });
    const late = { ...details, revision: 2, name: 'Late' };
    expect(await inventory.updateDetails(eventId, 1, late)).toEqual({ kind: 'outdated' });
    // Totals are lowered before their change is committed; what was committed before it must not raise them again.
    const lowered = { ...details, revision: 3, status: 'cancelled' as const, ticketTypes: [standard(1), vip(2)] };
    expect(await inventory.updateDetails(eventId, 1, lowered, 4)).toEqual({ kind: 'updated' });
    expect(await inventory.updateDetails(eventId, 1, { ...details, revision: 3 })).toEqual({ kind: 'outdated' });
    expect(await inventory.availability([eventId])).toMatchObject([{ revision: 3, ticketTypes: [{ total: 1 }, {}] }]);
    expect(await inventory.reserve(eventId, 1, [asking('a')])).toMatchObject(
      done({ kind: 'refused', refusal: { reason: 'not_on_sale' } }),
    );
    expect(await inventory.availability([eventId])).toMatchObject([{ status: 'cancelled', name: details.name }]);
  });

  it('raises a total for those who come next', async () => {
    const { inventory, eventId, details } = await openedEvent(redis, { ticketTypes: [standard(1)] });
    await inventory.reserve(eventId, 1, [asking('a')]);
    await inventory.updateDetails(eventId, 1, { ...details, ticketTypes: [standard(2)] });
    expect(await inventory.reserve(eventId, 1, [asking('b')])).toEqual(done(gets(2)));
  });

  it('lowers a total to the highest serial held or sold, and hands out none above it', async () => {
    const { inventory, eventId, details } = await openedEvent(redis);
    await inventory.reserve(eventId, 1, [asking('a', 1), asking('b', 1), asking('c', 2)]);
    await inventory.confirm(eventId, 1, [having('b', [2])]);
    const release = (purchaseId: string) => inventory.release(eventId, 1, [{ purchaseId, epoch: 1 }]);
    await release('a');
    await release('c');
    const lower = (total: number) =>
      inventory.updateDetails(eventId, 1, { ...details, ticketTypes: [standard(total), vip(2)] });
    const before = await inventory.snapshot(eventId);
    expect(await lower(1)).toEqual({ kind: 'refused', ticketType: 'Standard', lowestPossible: 2 });
    expect(await inventory.snapshot(eventId)).toEqual(before);
    expect(await lower(2)).toEqual({ kind: 'updated' });
    expect(await inventory.reserve(eventId, 1, [asking('d', 1), asking('e', 1)])).toEqual(
      done(gets(1), { kind: 'refused', refusal: { reason: 'sold_out', ticketType: 'Standard' } }),
    );
    await lower(3);
    expect(await inventory.reserve(eventId, 1, [asking('f', 1)])).toEqual(done(gets(3)));
  });

  it('finds the highest owned serial below thousands that came back', async () => {
    const owned = { reservations: [], sales: [having('low', [1]), having('high', [3_000])] };
    const { inventory, eventId, details } = await openedEvent(redis, { ticketTypes: [standard(3_000)] }, owned);
    await inventory.giveBack(eventId, 1, [having('high', [3_000])]);
    const none = { ...details, ticketTypes: [standard(0)] };
    const refused = { kind: 'refused', ticketType: 'Standard', lowestPossible: 1 };
    expect(await inventory.updateDetails(eventId, 1, none)).toEqual(refused);
  });

  it('removes a ticket type without owners, and adds one', async () => {
    const { inventory, eventId, details } = await openedEvent(redis);
    await inventory.reserve(eventId, 1, [asking('a', 2)]);
    const onlyVip = { ...details, ticketTypes: [vip(2)] };
    const refused = { kind: 'refused', ticketType: 'Standard', lowestPossible: 2 };
    expect(await inventory.updateDetails(eventId, 1, onlyVip)).toEqual(refused);
    await inventory.release(eventId, 1, [{ purchaseId: 'a', epoch: 1 }]);
    expect(await inventory.updateDetails(eventId, 1, onlyVip)).toEqual({ kind: 'updated' });
    expect(await inventory.updateDetails(eventId, 1, details)).toEqual({ kind: 'updated' });
    expect(await inventory.reserve(eventId, 1, [asking('b', 1)])).toEqual(done(gets(1)));
  });
});
