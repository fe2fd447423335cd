import type pg from 'pg';
import type { PurchaseAtEpoch } from './finalise.js';

const CORRECT = `
update event_ticket_transactions
   set payment_attempt = $3 + 1, payment_method = $4, authorisation_id = null
 where id = $1 and epoch = $2 and status = 'claimed' and payment_attempt = $3`;

/**
 * Begins the next payment attempt of a purchase with another method. The attempt before must be at its end: voided,
 * refunded or declined. Idempotent by the number of the attempt.
 */
export async function correctPayment(
  pool: pg.Pool,
  o: PurchaseAtEpoch & { readonly attempt: number; readonly method: string },
): Promise<void> {
  await pool.query(CORRECT, [o.purchaseId, o.epoch, o.attempt, o.method]);
}
