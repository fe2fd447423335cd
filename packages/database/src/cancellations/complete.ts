import type { AmountMinor } from '@box-office/contract';
import { inTransaction } from '@box-office/platform';
import type pg from 'pg';
import { rowsOf } from '../rows.js';
import { releaseKept } from './release-kept.js';

/** A cancellation whose refund is done. */
export interface RefundedCancellation {
  readonly cancellationId: string;
  /** The provider's id of the refund; null if nothing had to be refunded. */
  readonly refundId: string | null;
  /** The refund or dispute by which the money went back outside of Box Office while it was being refunded. */
  readonly returnedBy?: string;
  /** By how much less is left of the payment then than must be kept; absent if enough is left. */
  readonly shortfallMinor?: AmountMinor;
}

const PURCHASE_OF = `
select t.id, t.event_id from ticket_cancellations c join event_ticket_transactions t on t.id = c.purchase_id
 where c.id = $1
   for update of t`;

// Orders the change of the tickets before or after a rebuild's read of them: a caller that reads the generation after
// this transaction returns the serials to an inventory that was built without them, or from which they can be taken.
const SHARE_GENERATION = `select from event_inventory where event_id = $1 for share`;

const CANCEL_TICKETS = `update event_tickets set status = 'cancelled' where cancellation_id = $1 and status = 'valid'`;

const CONCLUDE = `
update ticket_cancellations
   set status = 'cancelled', refund_id = $2, returned_by = coalesce(returned_by, $3), amount_minor = amount_minor + $4,
       cancelled_at = now()
 where id = $1 and status = 'refunding'`;

// If tickets are left, only the version rises, for the read models.
const MOVE_PURCHASE = `
update event_ticket_transactions t
   set status = case when exists (select from event_tickets where purchase_id = t.id and status = 'valid')
                     then status else 'cancelled' end
 where t.id = $1 and t.status = 'confirmed'`;

/**
 * Makes the tickets of a refunded cancellation cancelled, and with its last ticket the purchase. Their serials are free
 * in PostgreSQL from then on. Idempotent.
 */
export function completeCancellation(
  pool: pg.Pool,
  { cancellationId, refundId, returnedBy, shortfallMinor = 0 }: RefundedCancellation,
): Promise<void> {
  return inTransaction(pool, async (client) => {
    const [purchase] = await rowsOf<{ id: string; eventId: string }>(client, PURCHASE_OF, [cancellationId]);
    if (!purchase) throw new Error(`there is no cancellation ${cancellationId}`);
    await client.query(SHARE_GENERATION, [purchase.eventId]);
    const releasedMinor = shortfallMinor > 0 ? await releaseKept(client, cancellationId, shortfallMinor) : 0;
    const concluded = await client.query(CONCLUDE, [cancellationId, refundId, returnedBy ?? null, releasedMinor]);
    if (concluded.rowCount === 0) return expectCancelled(client, cancellationId);
    await client.query(CANCEL_TICKETS, [cancellationId]);
    await client.query(MOVE_PURCHASE, [purchase.id]);
  });
}

/** @throws Error unless an earlier attempt has completed it */
async function expectCancelled(client: pg.ClientBase, cancellationId: string): Promise<void> {
  const text = 'select status from ticket_cancellations where id = $1';
  const [row] = await rowsOf<{ status: string }>(client, text, [cancellationId]);
  if (row?.status !== 'cancelled') {
    throw new Error(`cancellation ${cancellationId} (${row?.status ?? 'no row'}) has no refund to complete`);
  }
}

/** Records that nothing is left to do for these: capacity returned, messages confirmed. Idempotent. */
export async function settleCancellations(pool: pg.Pool, cancellationIds: readonly string[]): Promise<void> {
  await pool.query(
    `update ticket_cancellations set settled_at = now()
      where id = any($1::uuid[]) and status = 'cancelled' and settled_at is null`,
    [cancellationIds],
  );
}
