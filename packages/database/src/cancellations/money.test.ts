import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { claimCancellation } from './claim.js';
import { completeCancellation } from './complete.js';
import type { Cancellation } from './find.js';
import { readMustKeep } from './must-keep.js';
import { openEventFixture, PRICE_MINOR, type EventFixture } from './testing/event-fixture.js';

const MAX_TICKETS = 5;

let fixture: EventFixture;

beforeAll(async () => {
  fixture = await openEventFixture(inject('stack'));
});

afterAll(() => fixture.close());

/** A provider that pays each refund key once, as the real one does. */
function refunds() {
  const paid = new Map<string, number>();
  return {
    pay(cancellation: Cancellation): string {
      const { cancellationId, amountMinor } = cancellation;
      expect(paid.get(cancellationId) ?? amountMinor, 'the same key with another amount').toBe(amountMinor);
      paid.set(cancellationId, amountMinor);
      return `refund ${cancellationId}`;
    },
    sum: () => [...paid.values()].reduce((sum, amount) => sum + amount, 0),
  };
}

/** Where a worker dies while it carries out a cancellation; a later try begins again from the claim. */
const diesAfter = fc.constantFrom('claim', 'refund', 'nothing');
const places = fc.uniqueArray(fc.nat(MAX_TICKETS - 1), { minLength: 1 });
const attempt = fc.record({
  /** Places of the tickets in the purchase; null for the whole of it. */
  places: fc.option(places, { nil: null }),
  diesAfter,
  /** Started before the one in front of it is over. */
  atOnce: fc.boolean(),
});

async function readTickets(purchaseId: string): Promise<{ id: string; status: string }[]> {
  const { rows } = await fixture.pool.query<{ id: string; status: string }>(
    'select id, status from event_tickets where purchase_id = $1 order by serial',
    [purchaseId],
  );
  return rows;
}

it('refunds exactly the sum of the cancelled tickets, whatever is cancelled, repeated and interrupted', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: MAX_TICKETS }),
      fc.array(attempt, { minLength: 1, maxLength: 6 }),
      async (quantity, attempts) => {
        const { purchaseId } = await fixture.confirmed(quantity);
        const ids = (await readTickets(purchaseId)).map((ticket) => ticket.id);
        const provider = refunds();

        const cancel = async (wanted: number[] | null, dies: string): Promise<void> => {
          const tickets = wanted && [...new Set(wanted.map((place) => ids[place % quantity] ?? ''))].sort();
          const claim = await claimCancellation(fixture.pool, fixture.cancellationRequest(purchaseId, { tickets }));
          if (claim.kind !== 'claimed') {
            expect(claim).toEqual({ kind: 'refused', refusal: { reason: 'nothing_to_cancel' } });
            return;
          }
          if (dies === 'claim') return;
          const refundId = provider.pay(claim.cancellation);
          if (dies === 'refund') return;
          await completeCancellation(fixture.pool, { cancellationId: claim.cancellation.cancellationId, refundId });
        };

        let running: Promise<void>[] = [];
        for (const one of attempts) {
          if (!one.atOnce) running = (await Promise.all(running), []);
          running.push(cancel(one.places, one.diesAfter));
        }
        await Promise.all(running);
        // Whatever was interrupted is tried again to its end, the last one first.
        for (const one of attempts.toReversed()) await cancel(one.places, 'nothing');

        const cancelled = (await readTickets(purchaseId)).filter((ticket) => ticket.status === 'cancelled');
        const named = attempts.flatMap((one) => one.places?.map((place) => ids[place % quantity]) ?? ids);
        expect(new Set(cancelled.map((ticket) => ticket.id))).toEqual(new Set(named));
        expect(provider.sum()).toBe(cancelled.length * PRICE_MINOR);
        expect(await readMustKeep(fixture.pool, purchaseId)).toBe((quantity - cancelled.length) * PRICE_MINOR);
        const { rows } = await fixture.pool.query('select status from event_ticket_transactions where id = $1', [
          purchaseId,
        ]);
        expect(rows[0]).toEqual({ status: cancelled.length === quantity ? 'cancelled' : 'confirmed' });
      },
    ),
    { numRuns: 40 },
  );
});
