import { whyNotOnSale } from '@box-office/contract';
import { describe, expect, it } from 'vitest';
import { connected } from './testing/connected.js';
import { asking, done, gets, having, openedEvent, standard, vip } from './testing/opened-event.js';

const redis = connected();
const HOUR_MS = 60 * 60 * 1000;
const fromNow = (ms: number): string => new Date(Date.now() + ms).toISOString();

describe('reserve', () => {
  it('hands out serials from 1, no serial twice', async () => {
    const { inventory, eventId } = await openedEvent(redis);
    const reply = await inventory.reserve(eventId, 1, [asking('a', 2), asking('b', 1), asking('c', 2)]);
    expect(reply).toEqual(done(gets(1, 2), gets(3), gets(4, 5)));
  });

  it('hands out returned serials first, the lowest of them first', async () => {
    const { inventory, eventId } = await openedEvent(redis);
    await inventory.reserve(eventId, 1, [asking('a', 2), asking('b', 2)]);
    await inventory.release(eventId, 1, [{ purchaseId: 'a', epoch: 1 }]);
    expect(await inventory.reserve(eventId, 1, [asking('c', 1), asking('d', 2)])).toEqual(done(gets(1), gets(2, 5)));
  });

  it('takes all items of a purchase or none', async () => {
    const { inventory, eventId } = await openedEvent(redis);
    const items = [
      { ticketType: 'Standard', quantity: 4 },
      { ticketType: 'VIP', quantity: 3 },
    ];
    expect(await inventory.reserve(eventId, 1, [asking('a', 1, { items })])).toEqual(
      done({ kind: 'refused', refusal: { reason: 'not_enough_left', ticketType: 'VIP', available: 2 } }),
    );
    expect(await inventory.reserve(eventId, 1, [asking('b', 5)])).toEqual(done(gets(1, 2, 3, 4, 5)));
  });

  it('refuses one purchase of a list without a trace in the others', async () => {
    const { inventory, eventId } = await openedEvent(redis);
    expect(await inventory.reserve(eventId, 1, [asking('a', 3), asking('b', 3), asking('c', 2)])).toEqual(
      done(
        gets(1, 2, 3),
        { kind: 'refused', refusal: { reason: 'not_enough_left', ticketType: 'Standard', available: 2 } },
        gets(4, 5),
      ),
    );
  });

  it('says sold out once nothing is left', async () => {
    const { inventory, eventId } = await openedEvent(redis, { ticketTypes: [standard(1)] });
    await inventory.reserve(eventId, 1, [asking('a')]);
    const refusal = { reason: 'sold_out', ticketType: 'Standard' };
    expect(await inventory.reserve(eventId, 1, [asking('b')])).toEqual(done({ kind: 'refused', refusal }));
  });

  it('refuses a ticket type that the event does not have, whatever its name', async () => {
    const { inventory, eventId } = await openedEvent(redis);
    const names = ['Standing', 'limit', 'Standard\u0000', '\ud800', '__proto__', ''];
    const reply = await inventory.reserve(
      eventId,
      1,
      names.map((ticketType, i) => asking(`p${i}`, 1, { items: [{ ticketType, quantity: 1 }] })),
    );
    expect(reply).toMatchObject(
      done(...names.map(() => ({ kind: 'refused', refusal: { reason: 'unknown_ticket_type' } }))),
    );
  });

  it('keeps ticket types apart whose names begin alike', async () => {
    const ticketTypes = [standard(3), { ...vip(3), name: 'Standard:0000000001' }, { ...vip(3), name: 'Standard ' }];
    const { inventory, eventId } = await openedEvent(redis, { ticketTypes });
    const of = (ticketType: string) => ({ items: [{ ticketType, quantity: 1 }] });
    const types = ticketTypes.map(({ name }) => name);
    await inventory.reserve(
      eventId,
      1,
      types.map((name) => asking(name, 1, of(name))),
    );
    await inventory.release(
      eventId,
      1,
      types.map((purchaseId) => ({ purchaseId, epoch: 1 })),
    );
    const reply = await inventory.reserve(
      eventId,
      1,
      types.map((name) => asking(`again ${name}`, 1, of(name))),
    );
    expect(reply).toEqual(
      done(...types.map((ticketType) => ({ kind: 'reserved', items: [{ ticketType, serials: [1] }] }))),
    );
  });

  it.each([
    ['closed', { status: 'closed' }],
    ['not yet on sale', { saleStartsAt: fromNow(HOUR_MS) }],
    ['no longer on sale', { saleEndsAt: fromNow(-HOUR_MS) }],
    ['over', { endsAt: fromNow(-HOUR_MS) }],
    ['over before its sale ends', { endsAt: fromNow(-HOUR_MS), saleEndsAt: fromNow(HOUR_MS) }],
  ] as const)('refuses an event that is %s', async (_, changes) => {
    const { inventory, eventId, details } = await openedEvent(redis, changes);
    const { reason, ...why } = { reason: 'not_on_sale', ...whyNotOnSale(details, Date.now()) };
    expect(why).not.toEqual({});
    const refused = { kind: 'refused', refusal: { reason, ...why } };
    expect(await inventory.reserve(eventId, 1, [asking('a')])).toEqual(done(refused));
  });

  it.each([
    ['closed', { status: 'closed' }, true],
    ['not yet on sale', { saleStartsAt: fromNow(HOUR_MS) }, true],
    ['no longer on sale', { saleEndsAt: fromNow(-HOUR_MS) }, true],
    ['cancelled', { status: 'cancelled' }, false],
  ] as const)('of an event that is %s decides about complimentary tickets', async (_, changes, isReserved) => {
    const { inventory, eventId } = await openedEvent(redis, changes);
    const refusal = { reason: 'not_on_sale', cause: 'cancelled' };
    const reply = await inventory.reserve(eventId, 1, [asking('a', 1, { complimentary: true })]);
    expect(reply).toEqual(done(isReserved ? gets(1) : { kind: 'refused', refusal }));
  });

  it('sells within the sale window', async () => {
    const window = { saleStartsAt: fromNow(-HOUR_MS), saleEndsAt: fromNow(HOUR_MS) };
    const { inventory, eventId } = await openedEvent(redis, window);
    expect(await inventory.reserve(eventId, 1, [asking('a')])).toEqual(done(gets(1)));
  });

  it('never lets a buyer pass the limit, within a list and over calls, and counts what came back', async () => {
    const { inventory, eventId } = await openedEvent(redis, { limitPerBuyer: 3 });
    const ben = { userId: 'Ben' };
    const over = (held: number) => ({ kind: 'refused', refusal: { reason: 'over_buyer_limit', limit: 3, held } });
    const list = [asking('a', 2, ben), asking('b', 2, ben), asking('c', 1, ben)];
    expect(await inventory.reserve(eventId, 1, list)).toEqual(done(gets(1, 2), over(2), gets(3)));
    await inventory.confirm(eventId, 1, [{ ...having('a', [1, 2]), ...ben }]);
    expect(await inventory.reserve(eventId, 1, [asking('d', 1, ben)])).toEqual(done(over(3)));
    await inventory.giveBack(eventId, 1, [having('a', [1])]);
    expect(await inventory.reserve(eventId, 1, [asking('e', 1, ben)])).toEqual(done(gets(1)));
  });

  it('answers the same purchase with the same serials: held, held by an older epoch, sold', async () => {
    const { inventory, eventId } = await openedEvent(redis);
    const twice = [asking('a', 2), asking('a', 2)];
    expect(await inventory.reserve(eventId, 1, twice)).toEqual(done(gets(1, 2), gets(1, 2)));
    expect(await inventory.reserve(eventId, 1, [asking('a', 2, { epoch: 4 })])).toEqual(done(gets(1, 2)));
    await inventory.confirm(eventId, 1, [having('a', [1, 2])]);
    expect(await inventory.reserve(eventId, 1, [asking('a', 2, { epoch: 5 })])).toEqual(done(gets(1, 2)));
    expect(
      (await inventory.readAvailability(eventId)).kind === 'counted' && (await inventory.snapshot(eventId))?.sales,
    ).toHaveLength(1);
  });

  it('refuses an epoch that is older than the one which holds', async () => {
    const { inventory, eventId } = await openedEvent(redis);
    await inventory.reserve(eventId, 1, [asking('a', 1, { epoch: 2 })]);
    expect(await inventory.reserve(eventId, 1, [asking('a', 1, { epoch: 1 })])).toEqual(done({ kind: 'stale_epoch' }));
  });

  it('gives 200 concurrent buyers exactly the 150 tickets that there are', async () => {
    const { inventory, eventId } = await openedEvent(redis, { ticketTypes: [standard(150)] });
    const replies = await Promise.all(
      Array.from({ length: 200 }, (_, i) => inventory.reserve(eventId, 1, [asking(`p${i}`)])),
    );
    const serials = replies.flatMap((reply) =>
      reply.kind === 'done'
        ? reply.outcomes.flatMap((o) => (o.kind === 'reserved' ? o.items.flatMap((item) => item.serials) : []))
        : [],
    );
    expect(serials.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 150 }, (_, i) => i + 1));
    const [event] = await inventory.availability([eventId]);
    expect(event).toMatchObject({ capacity: 0, ticketTypes: [{ available: 0, held: 150, sold: 0 }] });
  });

  it('takes nothing for an empty list, and does not accept one that is too long or asks for nonsense', async () => {
    const { inventory, eventId } = await openedEvent(redis);
    expect(await inventory.reserve(eventId, 1, [])).toEqual(done());
    const tooMany = Array.from({ length: 201 }, (_, i) => asking(`p${i}`));
    await expect(inventory.reserve(eventId, 1, tooMany)).rejects.toThrow(RangeError);
    for (const quantity of [0, -1, 1.5, Number.NaN]) {
      await expect(inventory.reserve(eventId, 1, [asking('a', quantity)])).rejects.toThrow(RangeError);
    }
    await expect(inventory.reserve('a{b}', 1, [asking('a')])).rejects.toThrow(RangeError);
  });
});
