import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../testing.js';
import { claimPurchases, type ClaimedPurchase } from './claim.js';
import { correctPayment } from './correct-payment.js';
import { finalisePurchases } from './finalise.js';
import { persistTickets } from './persist.js';
import { refusePurchases } from './refuse.js';
import { beginUndoing, concludeUndoing } from './undo.js';

const ME = { workflowId: 'purchase/1', runId: 'run 1' };
const SOLD_OUT = { reason: 'sold_out', ticketType: 'standard' } as const;
const CANCELLED = { kind: 'undone', reason: 'cancelled' } as const;
let database: TestDatabase;
let pool: pg.Pool;
let eventId: string;
let nextSerial = 1;

beforeAll(async () => {
  database = await openTestDatabase(inject('stack'));
  ({ pool } = database);
  eventId = await database.createEvent({ limitPerBuyer: 50 });
});
afterAll(() => database.close());

async function claimed(): Promise<ClaimedPurchase> {
  const order = {
    purchaseId: randomUUID(),
    fingerprint: 'f',
    userId: 'ann',
    eventId,
    requestId: 'request',
    items: [{ ticketType: 'standard', quantity: 1 }],
    paymentMethod: 'pm_approve',
  };
  const [claim] = await claimPurchases(pool, [order], ME);
  if (claim?.kind !== 'mine') throw new Error(claim?.kind);
  return claim;
}

async function persisted(): Promise<ClaimedPurchase> {
  const claim = await claimed();
  const items = [{ ticketType: 'standard', serials: [nextSerial++] }];
  expect(await persistTickets(pool, [{ ...claim, authorisationId: 'a', items }])).toEqual(['persisted']);
  return claim;
}

const undo = (claim: ClaimedPurchase) => beginUndoing(pool, { ...claim, outcome: CANCELLED, authorisationId: null });
const later = (claim: ClaimedPurchase) => ({ ...claim, epoch: claim.epoch + 1 });

describe('another payment method', () => {
  const correct = (claim: ClaimedPurchase, method = 'pm_other') =>
    correctPayment(pool, { ...claim, attempt: 1, method });

  it('counts the attempt up once, however often it is repeated', async () => {
    const claim = await claimed();
    expect([await correct(claim), await correct(claim)]).toEqual(['corrected', 'corrected']);
    const { rows } = await pool.query(
      'select payment_attempt, payment_method from event_ticket_transactions where id = $1',
      [claim.purchaseId],
    );
    expect(rows).toEqual([{ payment_attempt: 2, payment_method: 'pm_other' }]);
  });

  it('is not taken for corrected by a run that was superseded, nor once the purchase is undone or over', async () => {
    const claim = await claimed();
    expect(await correct(later(claim))).toBe('superseded');
    await undo(claim);
    expect(await correct(claim)).toBe('undoing');
    await concludeUndoing(pool, claim);
    expect(await correct(claim)).toBe('finished');
  });

  it('fails loudly where the row names another method for the attempt, or the purchase has its tickets already', async () => {
    const claim = await claimed();
    await correct(claim);
    await expect(correct(claim, 'pm_third')).rejects.toThrow('unknown state');
    await expect(correct(await persisted())).rejects.toThrow('unknown state');
  });
});

describe('a captured purchase', () => {
  it('is superseded for a run that does not own it any more, and not asked to be undone', async () => {
    expect(await finalisePurchases(pool, [later(await persisted())])).toMatchObject([{ kind: 'superseded' }]);
  });

  it('is asked to be undone only where it was cancelled', async () => {
    const claim = await persisted();
    await pool.query('update event_ticket_transactions set cancel_requested_at = now() where id = $1', [
      claim.purchaseId,
    ]);
    expect(await finalisePurchases(pool, [claim])).toMatchObject([{ kind: 'cancel_requested' }]);
  });

  it('fails loudly in a state that does not follow from its capture', async () => {
    await expect(finalisePurchases(pool, [await claimed()])).rejects.toThrow(/\(claimed\) is in an unknown state/);
    const lost = await persisted();
    await pool.query('delete from event_tickets where purchase_id = $1', [lost.purchaseId]);
    await expect(finalisePurchases(pool, [lost])).rejects.toThrow(/\(persisted\) is in an unknown state/);
    await expect(finalisePurchases(pool, [{ purchaseId: randomUUID(), epoch: 1 }])).rejects.toThrow('no row');
  });
});

describe('a refusal', () => {
  const refuse = (claim: ClaimedPurchase) => refusePurchases(pool, [{ ...claim, refusal: SOLD_OUT }]);

  it('is kept once it is written, and is not claimed by a run that was superseded', async () => {
    const claim = await claimed();
    expect(await refuse(later(claim))).toEqual(['superseded']);
    expect([await refuse(claim), await refuse(claim)]).toEqual([['refused'], ['refused']]);
    expect(await refusePurchases(pool, [{ ...claim, refusal: { reason: 'not_on_sale' } }])).toEqual(['finished']);
  });

  it('of a purchase that is being undone, or has its tickets, is no refusal', async () => {
    const claim = await claimed();
    await undo(claim);
    expect(await refuse(claim)).toEqual(['undoing']);
    await expect(refuse(await persisted())).rejects.toThrow('unknown state');
  });
});

describe('undoing', () => {
  it('of a purchase without a row fails loudly instead of being superseded', async () => {
    const unknown = { purchaseId: randomUUID(), epoch: 1, outcome: CANCELLED, authorisationId: null };
    await expect(beginUndoing(pool, unknown)).rejects.toThrow('no row');
  });
});
