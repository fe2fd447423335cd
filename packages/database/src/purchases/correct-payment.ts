import { knownState } from '@box-office/contract';
import type pg from 'pg';
import type { PurchaseAtEpoch } from './finalise.js';

/**
 * Result of a correction of the payment method:
 * - `corrected`: the row has the next attempt, now or since an earlier attempt
 * - `undoing`: the purchase must not be completed
 * - `superseded`: another run owns it now
 * - `finished`: it already has its outcome
 */
export type PaymentCorrection = (typeof CORRECTIONS)[number];
const CORRECTIONS = ['corrected', 'undoing', 'superseded', 'finished'] as const;

const CORRECT = `
with moved as (
  update event_ticket_transactions
     set payment_attempt = $3 + 1, payment_method = $4, authorisation_id = null
   where id = $1 and epoch = $2 and status = 'claimed' and payment_attempt = $3
  returning id
)
select case
    when m.id is not null then 'corrected'
    when t.epoch <> $2 then 'superseded'
    when t.outcome is not null then 'finished'
    when t.status = 'undoing' then 'undoing'
    when t.status = 'claimed' and t.payment_attempt = $3 + 1 and t.payment_method = $4 then 'corrected'
  end as kind, t.status, t.payment_attempt
  from event_ticket_transactions t left join moved m on m.id = t.id
 where t.id = $1`;

/**
 * Begins the next payment attempt of a purchase with another method. The previous attempt must have ended: voided,
 * refunded or declined. Idempotent by the number of the attempt.
 *
 * @throws Error if the row is in a state in which no payment is corrected
 */
export async function correctPayment(
  pool: pg.Pool,
  o: PurchaseAtEpoch & { readonly attempt: number; readonly method: string },
): Promise<PaymentCorrection> {
  const { rows } = await pool.query<{ kind: string | null; status: string; payment_attempt: number }>(CORRECT, [
    o.purchaseId,
    o.epoch,
    o.attempt,
    o.method,
  ]);
  const [row] = rows;
  const state = row ? `${row.status}, payment attempt ${row.payment_attempt}` : 'no row';
  return knownState(CORRECTIONS, row?.kind, `payment attempt ${o.attempt} of purchase ${o.purchaseId} (${state})`);
}
