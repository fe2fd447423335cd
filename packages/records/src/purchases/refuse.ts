import type { PurchaseOutcome, PurchaseRefusal } from '@box-office/contract';
import type pg from 'pg';
import type { PurchaseAtEpoch } from './finalise.js';

const REFUSE = `
update event_ticket_transactions t
   set status = 'refused', outcome = i.outcome
  from jsonb_to_recordset($1) as i("purchaseId" uuid, epoch integer, outcome jsonb)
 where t.id = i."purchaseId" and t.epoch = i.epoch and t.status = 'claimed'`;

/** Writes the final refusal of purchases of which nothing took effect: no hold, no authorisation. Idempotent. */
export async function refusePurchases(
  pool: pg.Pool,
  refusals: readonly (PurchaseAtEpoch & { readonly refusal: PurchaseRefusal })[],
): Promise<void> {
  const input = refusals.map(({ purchaseId, epoch, refusal }) => {
    const outcome: PurchaseOutcome = { kind: 'refused', ...refusal };
    return { purchaseId, epoch, outcome };
  });
  await pool.query({ name: 'refuse-purchases', text: REFUSE, values: [JSON.stringify(input)] });
}
