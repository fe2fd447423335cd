import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changed } from '../events/testing/changed.js';
import { findEvent } from '../events/find.js';
import { finalisePurchases } from '../purchases/finalise.js';
import { beginUndoing, voidTickets } from '../purchases/undo.js';
import { endHold } from './end.js';
import { idOf, openHoldFixture, type HoldFixture } from './testing/hold-fixture.js';

const LIMIT = 4;
let fixture: HoldFixture;

beforeAll(async () => {
  fixture = await openHoldFixture(LIMIT);
});

afterAll(() => fixture.close());

let nextSerial = 1;
let nextBuyer = 1;
const some = (count: number): number[] => Array.from({ length: count }, () => nextSerial++);
const newBuyer = () => ({ userId: `buyer ${nextBuyer++}` });
const over = (held: number) => ({ kind: 'over_buyer_limit', limit: LIMIT, held });

/** A purchase of so many, with serials of its own. */
const buying = async (count: number, buyer: { userId: string }) => ({
  of: await fixture.claim(count, buyer),
  numbers: some(count),
});

describe('the count of a buyer', () => {
  it('follows tickets from pending to valid and void, and holds to each of their ends', async () => {
    const ann = newBuyer();
    const count = () => fixture.countOf(ann.userId);
    const bought = await buying(1, ann);
    await fixture.persist(bought);
    expect(await count()).toBe(1);
    await finalisePurchases(fixture.pool, [bought.of.claim]);
    expect(await count()).toBe(1);

    const undone = await buying(2, ann);
    await fixture.persist(undone);
    expect(await count()).toBe(3);
    const outcome = { kind: 'undone', reason: 'cancelled' } as const;
    await beginUndoing(fixture.pool, { ...undone.of.claim, outcome, authorisationId: null });
    await voidTickets(fixture.pool, undone.of.claim);
    expect(await count()).toBe(1);

    const [released, expired, used] = [
      idOf(await fixture.hold(some(1), ann)),
      idOf(await fixture.hold(some(1), { ...ann, durationMs: 0 })),
      idOf(await fixture.hold(some(1), ann)),
    ];
    expect(await count()).toBe(4);
    await endHold(fixture.pool, released, 'released');
    await endHold(fixture.pool, expired, 'expired');
    expect(await count()).toBe(2);
    await fixture.persist({ of: await fixture.claim(1, { ...ann, holdId: used }), numbers: some(1) });
    expect(await count()).toBe(2);
  });

  it('is what the tickets and active holds add up to, whatever was done at once', async () => {
    const buyers = [newBuyer(), newBuyer(), newBuyer()];
    await Promise.all(
      Array.from({ length: 60 }, async (_, i) => {
        const buyer = buyers[i % 3] ?? newBuyer();
        if (i % 2) {
          const held = await fixture.hold(some(1), { ...buyer, durationMs: 0 });
          if (held.kind === 'recorded' && i % 4 === 1) await endHold(fixture.pool, held.hold.holdId, 'expired');
        } else {
          const wanted = await buying(1, buyer);
          const [outcome] = await fixture.persist(wanted);
          if (outcome !== 'persisted' || i % 4) return;
          await beginUndoing(fixture.pool, {
            ...wanted.of.claim,
            outcome: { kind: 'undone', reason: 'operator' },
            authorisationId: null,
          });
          await voidTickets(fixture.pool, wanted.of.claim);
        }
      }),
    );
    const { rows } = await fixture.pool.query<{ user_id: string; counted: number; has: number }>(
      `select b.user_id, b.tickets as counted,
              (select count(*)::int from event_tickets where user_id = b.user_id and status in ('pending', 'valid'))
            + (select coalesce(sum(tickets), 0)::int from ticket_holds where user_id = b.user_id and status = 'active') as has
         from event_buyers b where b.user_id = any($1)`,
      [buyers.map(({ userId }) => userId)],
    );
    expect(rows).toHaveLength(3);
    for (const { counted, has } of rows) {
      expect(counted).toBe(has);
      expect(counted).toBeLessThanOrEqual(LIMIT);
    }
  });
});

describe('the limit per buyer', () => {
  it('refuses one purchase of a group and leaves the others, of the same buyer too', async () => {
    const [ann, ben] = [newBuyer(), newBuyer()];
    const group = [await buying(3, ann), await buying(2, ann), await buying(4, ben), await buying(1, ben)];
    const outcomes = await fixture.persist(...group);
    // Of each buyer's two, one fits after the other or it does not, whichever comes first.
    const [first, second] = [outcomes.slice(0, 2), outcomes.slice(2)];
    for (const pair of [first, second]) expect(pair.filter((outcome) => outcome === 'persisted')).toHaveLength(1);
    expect(await fixture.countOf(ann.userId)).toBe(first[0] === 'persisted' ? 3 : 2);
    expect([over(3), over(2)]).toContainEqual(first.find((outcome) => outcome !== 'persisted'));
    expect([over(4), over(1)]).toContainEqual(second.find((outcome) => outcome !== 'persisted'));
  });

  it('does not count a purchase of the group that failed for another reason against the buyer’s next', async () => {
    const ann = newBuyer();
    const foreign = await buying(1, newBuyer());
    await fixture.persist(foreign);
    const pair = [await fixture.claim(3, ann), await fixture.claim(3, ann)].sort((a, b) =>
      a.order.purchaseId < b.order.purchaseId ? -1 : 1,
    );
    const [conflicting, fine] = pair;
    if (!conflicting || !fine) throw new Error('no pair');
    const outcomes = await fixture.persist(
      { of: conflicting, numbers: [...foreign.numbers, ...some(2)] },
      { of: fine, numbers: some(3) },
    );
    expect(outcomes).toEqual(['serial_conflict', 'persisted']);
    expect(await fixture.countOf(ann.userId)).toBe(3);
  });

  it('counts holds for purchases and purchases for holds', async () => {
    const ann = newBuyer();
    await fixture.persist(await buying(3, ann));
    expect(await fixture.hold(some(2), ann)).toEqual({
      kind: 'refused',
      refusal: { reason: 'over_buyer_limit', limit: LIMIT, held: 3 },
    });
    idOf(await fixture.hold(some(1), ann));
    expect(await fixture.persist(await buying(1, ann))).toEqual([over(4)]);
  });

  it('holds when a buyer’s first purchases and holds are all written at the same moment', async () => {
    for (let round = 0; round < 10; round++) {
      const ann = newBuyer();
      const wanted = await Promise.all(Array.from({ length: 4 }, () => buying(2, ann)));
      const results = await Promise.all([
        ...wanted.map(async (one) => (await fixture.persist(one))[0] === 'persisted'),
        ...[1, 2].map(async () => (await fixture.hold(some(2), ann)).kind === 'recorded'),
      ]);
      expect(results.filter(Boolean)).toHaveLength(LIMIT / 2);
      expect(await fixture.countOf(ann.userId)).toBe(LIMIT);
    }
  });

  it('is kept by the tables themselves, for every writer', async () => {
    const ann = newBuyer();
    const { order } = await fixture.claim(1, ann);
    const insert = fixture.pool.query(
      `insert into event_tickets (id, event_id, ticket_type, serial, purchase_id, user_id, price_minor, currency, status)
       select gen_random_uuid(), $1, 'standard', n, $2, $3, 1, 'EUR', 'pending' from generate_series(990, 994) n`,
      [fixture.eventId, order.purchaseId, ann.userId],
    );
    await expect(insert).rejects.toMatchObject({ constraint: 'tickets_are_within_buyer_limit' });
  });

  it('that is lowered below what a buyer has takes nothing away, and lets nothing be added', async () => {
    const ann = newBuyer();
    await fixture.persist(await buying(3, ann));
    const limitPerBuyer = (await findEvent(fixture.pool, fixture.eventId))?.limitPerBuyer ?? 0;
    await changed(fixture.pool, fixture.eventId, () => ({ limitPerBuyer: 2 }));
    expect(await fixture.persist(await buying(1, ann))).toEqual([{ kind: 'over_buyer_limit', limit: 2, held: 3 }]);
    expect(await fixture.countOf(ann.userId)).toBe(3);
    await changed(fixture.pool, fixture.eventId, () => ({ limitPerBuyer }));
  });
});
