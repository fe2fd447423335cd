import { DISPUTE_STATUSES, isWithdrawn, type Dispute } from '@box-office/contract';
import type pg from 'pg';

// Of two events of one second the one whose status comes later counts.
const PUT = `
insert into disputes as d (id, authorisation_id, amount_minor, currency, reason, status, withdrawn, respond_by,
                           created_at, changed_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict (id) do update
   set amount_minor = excluded.amount_minor, reason = excluded.reason, status = excluded.status,
       withdrawn = excluded.withdrawn, respond_by = excluded.respond_by, changed_at = excluded.changed_at,
       updated_at = now()
 where (excluded.changed_at, array_position($11::text[], excluded.status))
     > (d.changed_at, array_position($11::text[], d.status))`;

const ASSIGN = `update disputes set purchase_id = $2, updated_at = now() where id = $1 and purchase_id is null`;

/**
 * Records a dispute as the provider told of it at some time. In whatever order and however often that is done, the row
 * is what was told last.
 *
 * @param purchaseId null where it is not known; a webhook does not name it
 */
export async function recordDispute(pool: pg.Pool, dispute: Dispute, purchaseId: string | null): Promise<void> {
  const { disputeId, authorisationId, amountMinor, currency, reason, status } = dispute;
  const values = [
    disputeId,
    authorisationId,
    amountMinor,
    currency,
    reason,
    status,
    isWithdrawn(status),
    dispute.respondBy,
    dispute.createdAt,
    dispute.changedAt,
    DISPUTE_STATUSES,
  ];
  await pool.query(PUT, values);
  if (purchaseId !== null) await pool.query(ASSIGN, [disputeId, purchaseId]);
}
