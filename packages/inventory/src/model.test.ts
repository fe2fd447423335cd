import type { SerialRange } from '@box-office/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inventoryKeys } from './keys.js';
import { connected } from './testing/connected.js';
import { createModel, type InventoryModel } from './testing/model.js';
import { openedEvent, standard, vip, type OpenedEvent } from './testing/opened-event.js';

const redis = connected();

// Few names, so that purchases, buyers and types meet often; and names that a careless encoding would confuse.
const TYPES = ['A', 'A:0000000001'];
const purchaseId = fc.constantFrom('p1', 'p2', 'p3', 'p4', 'p5', 'p6');
const userId = fc.constantFrom('u1', 'u2', 'u3');
const epoch = fc.integer({ min: 0, max: 3 });
const quantities = fc.uniqueArray(
  fc.record({ ticketType: fc.constantFrom(...TYPES, 'unknown'), quantity: fc.integer({ min: 1, max: 4 }) }),
  { selector: ({ ticketType }) => ticketType, minLength: 1, maxLength: 2 },
);
const someSerials: fc.Arbitrary<SerialRange[]> = fc.uniqueArray(
  fc.record({
    ticketType: fc.constantFrom(...TYPES),
    serials: fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 3 }),
  }),
  { selector: ({ ticketType }) => ticketType, minLength: 1, maxLength: 2 },
);
const list = <T>(of: fc.Arbitrary<T>) => fc.array(of, { minLength: 1, maxLength: 4 });
/** `null` stands for the serials that the purchase has at that moment. */
const serialsOrOwn = fc.option(someSerials, { freq: 2 });

const action = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('reserve' as const), list: list(fc.record({ purchaseId, epoch, userId, items: quantities, complimentary: fc.constant(true as const), evenIfReleased: fc.constant(true as const) }, { requiredKeys: ['purchaseId', 'epoch', 'userId', 'items'] })) }) }, // prettier-ignore
  { weight: 3, arbitrary: fc.record({ do: fc.constant('takeOver' as const), list: list(fc.record({ holdId: purchaseId, purchaseId, epoch, userId })) }) }, // prettier-ignore
  { weight: 3, arbitrary: fc.record({ do: fc.constant('confirm' as const), list: list(fc.record({ purchaseId, userId, items: serialsOrOwn })) }) }, // prettier-ignore
  { weight: 3, arbitrary: fc.record({ do: fc.constant('release' as const), list: list(fc.record({ purchaseId, epoch, to: fc.option(fc.record({ holdId: purchaseId, epoch, items: serialsOrOwn }), { nil: undefined }) })) }) }, // prettier-ignore
  { weight: 3, arbitrary: fc.record({ do: fc.constant('giveBack' as const), list: list(fc.record({ purchaseId, items: serialsOrOwn })) }) }, // prettier-ignore
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('updateDetails' as const),
      totals: fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 })),
      status: fc.constantFrom('on_sale' as const, 'on_sale' as const, 'closed' as const),
      limitPerBuyer: fc.integer({ min: 1, max: 12 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('rebuild' as const, 'restart' as const) }) },
);
type Action = typeof action extends fc.Arbitrary<infer A> ? A : never;

/** One event in Redis and its model, to which each action is done alike. */
function pairOf({ inventory, details, eventId }: OpenedEvent) {
  const model = createModel(details);
  let generation = 1;
  const own = (id: string, items: SerialRange[] | null): SerialRange[] => items ?? [...model.itemsOf(id)];
  const nonEmpty = <T extends { readonly items: readonly SerialRange[] }>(entries: T[]): T[] =>
    entries.filter(({ items }) => items.length > 0);

  async function perform(step: Action): Promise<void> {
    switch (step.do) {
      case 'reserve': {
        const reply = await inventory.reserve(eventId, generation, step.list);
        return expect(reply).toEqual({ kind: 'done', outcomes: step.list.map(model.reserve) });
      }
      case 'takeOver': {
        const reply = await inventory.takeOver(eventId, generation, step.list);
        return expect(reply).toEqual({ kind: 'done', outcomes: step.list.map(model.takeOver) });
      }
      case 'confirm': {
        const purchases = nonEmpty(step.list.map((p) => ({ ...p, items: own(p.purchaseId, p.items) })));
        const reply = await inventory.confirm(eventId, generation, purchases);
        return expect(reply).toEqual({ kind: 'done', outcomes: purchases.map(model.confirm) });
      }
      case 'release': {
        const purchases = step.list.map(({ to, ...purchase }) => {
          const items = to ? own(purchase.purchaseId, to.items) : [];
          const returns = to && to.holdId !== purchase.purchaseId && items.length > 0;
          return { ...purchase, ...(returns && { to: { ...to, items } }) };
        });
        const reply = await inventory.release(eventId, generation, purchases);
        return expect(reply).toEqual({ kind: 'done', outcomes: purchases.map(model.release) });
      }
      case 'giveBack': {
        const purchases = nonEmpty(step.list.map((p) => ({ ...p, items: own(p.purchaseId, p.items) })));
        const reply = await inventory.giveBack(eventId, generation, purchases);
        return expect(reply).toEqual({ kind: 'done', outcomes: purchases.map(model.giveBack) });
      }
      case 'updateDetails': {
        const next = {
          ...model.details(),
          status: step.status,
          limitPerBuyer: step.limitPerBuyer,
          ticketTypes: model.details().ticketTypes.map((type, i) => ({ ...type, total: step.totals[i] ?? 0 })),
        };
        return expect(await inventory.updateDetails(eventId, generation, next)).toEqual(model.updateDetails(next));
      }
      case 'restart':
        await redis.hset(inventoryKeys(eventId).inventory, 'run_id', 'another process');
        expect(await inventory.release(eventId, generation, [{ purchaseId: 'p1', epoch: 3 }])).toEqual({
          kind: 'unavailable',
          cause: 'restarted',
          generation,
        });
        break;
      case 'rebuild':
    }
    generation += 1;
    const rebuilt = await inventory.rebuild(eventId, generation, model.details(), model.contents());
    expect(rebuilt).toEqual({ kind: 'rebuilt' });
    model.rebuilt();
  }

  return { model, perform };
}

/** The invariants, and that Redis and the model agree on whose every serial is. */
async function expectSame({ inventory, eventId }: OpenedEvent, model: InventoryModel): Promise<void> {
  const snapshot = await inventory.snapshot(eventId);
  const types = model.types();
  expect(snapshot?.unavailable).toBeNull();
  expect(snapshot?.ticketTypes).toEqual(types.map(({ free: _, ...type }) => type));
  expect(snapshot?.free).toEqual(
    types.filter(({ free }) => free.length > 0).map(({ name, free }) => ({ ticketType: name, serials: free })),
  );
  const byId = (a: { purchaseId: string }, b: { purchaseId: string }) => a.purchaseId.localeCompare(b.purchaseId);
  const { reservations, sales } = model.contents();
  expect(snapshot?.sales.toSorted(byId)).toEqual(sales.toSorted(byId));
  expect(snapshot?.reservations.map(({ heldSinceMs: _, ...reservation }) => reservation).toSorted(byId)).toEqual(
    reservations.toSorted(byId),
  );
  expect(snapshot?.buyers).toEqual(model.buyers());

  const [event] = await inventory.availability([eventId]);
  expect(event?.ticketTypes.map((type) => type.available + type.held + type.sold)).toEqual(
    types.map(({ total }) => total),
  );
  expect(event?.ticketTypes.map(({ held, sold }) => [held, sold])).toEqual(types.map(({ held, sold }) => [held, sold]));
  expect(event?.capacity).toBe(types.reduce((sum, { total, held, sold }) => sum + total - held - sold, 0));
  for (const { name, total } of types) {
    const serials = [...reservations, ...sales].flatMap(({ items }) =>
      items.filter(({ ticketType }) => ticketType === name).flatMap((item) => item.serials),
    );
    expect(new Set(serials).size).toBe(serials.length);
    expect(Math.max(0, ...serials)).toBeLessThanOrEqual(total);
  }
}

describe('the inventory', () => {
  it('does what its model does, whatever is done in whatever order, once or twice', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(action, fc.boolean()), { maxLength: 30 }), async (steps) => {
        const ticketTypes = [standard(6), vip(3)].map((type, i) => ({ ...type, name: TYPES[i] ?? '' }));
        const event = await openedEvent(redis, { ticketTypes, limitPerBuyer: 8 });
        const { model, perform } = pairOf(event);
        for (const [step, twice] of steps) {
          await perform(step);
          if (twice) await perform(step);
          await expectSame(event, model);
        }
      }),
      { numRuns: 150 },
    );
  });
});
