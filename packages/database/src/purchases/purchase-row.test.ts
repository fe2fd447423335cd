import { LEGAL_TRANSITIONS, PURCHASE_STATUSES, type PurchaseOutcome, type PurchaseStatus } from '@box-office/contract';
import { ticketIdOf, transactionIdOf } from '@box-office/contract/derive';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { claimCancellation } from '../cancellations/claim.js';
import { openEventFixture, PRICE_MINOR, type EventFixture } from '../cancellations/testing/event-fixture.js';
import { claimPurchases } from './claim.js';
import { correctPayment } from './correct-payment.js';
import { finalisePurchases } from './finalise.js';
import { findPurchases } from './find.js';
import { persistTickets } from './persist.js';
import { refusePurchases } from './refuse.js';
import { RowModel, type RowState } from './testing/row-model.js';
import { beginUndoing, concludeUndoing, voidTickets } from './undo.js';

const QUANTITY = 2;
const UNDO_OUTCOMES = [
  { kind: 'declined', reason: 'insufficient_funds' },
  { kind: 'refused', reason: 'sold_out', ticketType: 'standard' },
  { kind: 'undone', reason: 'operator' },
] as const;
const REFUSAL = { reason: 'not_on_sale' } as const;

let fixture: EventFixture;
let generation: number;
let serial = 0;

beforeAll(async () => {
  fixture = await openEventFixture(inject('stack'));
  ({ generation } = await fixture.claimed());
});

afterAll(() => fixture.close());

/** How far behind its row the run is that acts: most are not. */
const behind = fc.constantFrom(0, 0, 0, 1);
const action = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('claim' as const), run: fc.constantFrom('a', 'b', 'c') }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('persist' as const, 'finalise' as const), behind }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('stop' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('undo' as const), behind, outcome: fc.constantFrom(...UNDO_OUTCOMES) }) }, // prettier-ignore
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('void' as const, 'conclude' as const), behind }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('refuse' as const), behind }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('correct' as const), behind, attempt: fc.integer({ min: 1, max: 3 }) }) }, // prettier-ignore
  { weight: 2, arbitrary: fc.record({ do: fc.constant('force' as const), status: fc.constantFrom(...PURCHASE_STATUSES) }) }, // prettier-ignore
);
type Action = typeof action extends fc.Arbitrary<infer A> ? A : never;

/** One purchase in PostgreSQL and its model, to which each action is done alike. */
function openPair() {
  const { pool } = fixture;
  const order = fixture.order(QUANTITY);
  const { purchaseId } = order;
  const items = [{ ticketType: 'standard', serials: [(serial += 1), (serial += 1)] }];
  const model = new RowModel({
    kind: 'confirmed',
    transactionId: transactionIdOf(purchaseId),
    tickets: items.flatMap(({ ticketType, serials }) =>
      serials.map((one) => ({ ticketId: ticketIdOf(purchaseId, ticketType, one), ticketType, serial: one })),
    ),
    amountMinor: QUANTITY * PRICE_MINOR,
    currency: 'EUR',
  });

  async function perform(step: Action): Promise<void> {
    const epoch = model.epoch() - ('behind' in step ? step.behind : 0);
    const at = { purchaseId, epoch };
    switch (step.do) {
      case 'claim': {
        const [claim] = await claimPurchases(pool, [order], { workflowId: 'purchase', runId: step.run });
        return expect(claim?.kind).toBe(model.claim(step.run));
      }
      case 'persist': {
        const tickets = { ...at, generation, authorisationId: 'a', items };
        return expect(await orFails(persistTickets(pool, [tickets]))).toBe(model.persist(epoch));
      }
      case 'finalise': {
        const kinds = finalisePurchases(pool, [at]).then((results) => results.map(({ kind }) => kind));
        return expect(await orFails(kinds)).toBe(model.finalise(epoch));
      }
      case 'stop':
        if (model.state()?.outcome !== null) return;
        await claimCancellation(pool, fixture.cancellationRequest(purchaseId));
        return model.requestStop();
      case 'undo': {
        const asked = beginUndoing(pool, { ...at, outcome: step.outcome, authorisationId: null });
        const decision = await orFails(asked.then((one) => [one]));
        const kind = typeof decision === 'object' ? decision.kind : decision;
        expect(kind).toBe(model.beginUndoing(epoch, step.outcome));
        if (typeof decision !== 'object' || decision.kind !== 'undoing') return;
        return expect(decision.outcome).toEqual(model.state()?.undoOutcome);
      }
      case 'void':
        await voidTickets(pool, at);
        return model.voidTickets(epoch);
      case 'conclude': {
        const concluded = await concludeUndoing(pool, at);
        return expect(concluded?.outcome ?? null).toEqual(model.concludeUndoing(epoch));
      }
      case 'refuse': {
        const refused = await orFails(
          refusePurchases(pool, [{ ...at, version: await versionOf(purchaseId), refusal: REFUSAL }]),
        );
        return expect(refused).toBe(model.refuse(epoch, { kind: 'refused', ...REFUSAL }));
      }
      case 'correct': {
        const corrected = correctPayment(pool, { ...at, attempt: step.attempt, method: 'pm_other' });
        return expect(await orFails(corrected.then((one) => [one]))).toBe(model.correctPayment(epoch, step.attempt));
      }
      case 'force': {
        const state = model.state();
        if (state === null || state.status === step.status) return;
        expect(await accepts(purchaseId, step.status)).toBe(LEGAL_TRANSITIONS[state.status].includes(step.status));
      }
    }
  }

  return { purchaseId, model, perform };
}

const versionOf = async (purchaseId: string): Promise<number> =>
  (await findPurchases(fixture.pool, [purchaseId]))[0]?.version ?? 0;

/** The one answer, or `fails` where the operation finds the row in a state that it does not know. */
async function orFails<T>(answers: Promise<readonly T[]>): Promise<T | 'fails' | undefined> {
  try {
    return (await answers)[0];
  } catch (error) {
    expect(String(error)).toMatch(/unknown state|no row/);
    return 'fails';
  }
}

/** Whether the table lets somebody move the row there, past all functions. Nothing of it stays. */
async function accepts(purchaseId: string, status: PurchaseStatus): Promise<boolean> {
  const client = await fixture.pool.connect();
  try {
    await client.query('begin');
    const isFinal = !['claimed', 'persisted', 'undoing'].includes(status);
    await client.query(
      `update event_ticket_transactions
          set status = $2, outcome = case when $3 then coalesce(outcome, '{"kind":"undone"}') end,
              undo_outcome = coalesce(undo_outcome, '{"kind":"undone"}')
        where id = $1`,
      [purchaseId, status, isFinal],
    );
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: '23514' });
    return false;
  } finally {
    await client.query('rollback');
    client.release();
  }
}

async function readRow(purchaseId: string): Promise<RowState | null> {
  const { rows } = await fixture.pool.query<Omit<RowState, 'tickets'> & { tickets: string[] }>(
    `select status, epoch, outcome, undo_outcome as "undoOutcome", payment_attempt as attempt,
            array(select distinct status from event_tickets where purchase_id = t.id) as tickets
       from event_ticket_transactions t where id = $1`,
    [purchaseId],
  );
  const [row] = rows;
  if (!row) return null;
  expect(row.tickets.length).toBeLessThanOrEqual(1);
  return { ...row, tickets: (row.tickets[0] ?? 'none') as RowState['tickets'] };
}

/** What was quoted is what its valid tickets cost; and only a confirmed purchase has any. */
async function expectMoneyAddsUp(purchaseId: string, outcome: PurchaseOutcome | null): Promise<void> {
  const { rows } = await fixture.pool.query<{ worth: string }>(
    `select coalesce(sum(price_minor), 0) as worth from event_tickets where purchase_id = $1 and status = 'valid'`,
    [purchaseId],
  );
  expect(Number(rows[0]?.worth)).toBe(outcome?.kind === 'confirmed' ? outcome.amountMinor : 0);
}

it('a purchase’s row does what its model does, whichever process acts, in whatever order, once or twice, and no other way', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(action, fc.boolean()), { maxLength: 20 }), async (steps) => {
      const { purchaseId, model, perform } = openPair();
      for (const [step, twice] of steps) {
        await perform(step);
        if (twice) await perform(step);
        const state = model.state();
        expect(await readRow(purchaseId)).toEqual(state);
        await expectMoneyAddsUp(purchaseId, state?.outcome ?? null);
      }
    }),
    { numRuns: 60 },
  );
});
