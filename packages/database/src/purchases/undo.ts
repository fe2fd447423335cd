import type { Hold, PurchaseOutcome } from '@box-office/contract';
import { inTransaction } from '@box-office/platform';
import type pg from 'pg';
import { rowsOf } from '../rows.js';
import { findHold } from '../holds/find.js';
import type { OutcomeOfRequest, PurchaseAtEpoch } from './finalise.js';

/** State of a purchase after the decision to undo it. */
export type UndoDecision =
  | { readonly kind: 'undoing'; readonly outcome: PurchaseOutcome; readonly authorisationId: string | null }
  /** It already had its final outcome: there is nothing to undo. */
  | { readonly kind: 'finished'; readonly outcome: PurchaseOutcome }
  | { readonly kind: 'superseded' };

const BEGIN = `
with moved as (
  update event_ticket_transactions
     set status = 'undoing', undo_outcome = $3::jsonb,
         authorisation_id = coalesce(authorisation_id, $4)
   where id = $1 and epoch = $2 and status in ('claimed', 'persisted')
  returning id, status, undo_outcome, outcome, epoch, authorisation_id
)
select * from moved
union all
select id, status, undo_outcome, outcome, epoch, authorisation_id from event_ticket_transactions
 where id = $1 and not exists (select from moved)`;

/**
 * Decides durably that a purchase is undone, and its outcome. From then on no step towards its completion is accepted.
 * Idempotent: the first decision is kept.
 */
export async function beginUndoing(
  pool: pg.Pool,
  purchase: PurchaseAtEpoch & { readonly outcome: PurchaseOutcome; readonly authorisationId: string | null },
): Promise<UndoDecision> {
  type Row = Pick<typeof purchase, 'epoch' | 'authorisationId'> & {
    readonly status: string;
    readonly undoOutcome: PurchaseOutcome | null;
    readonly outcome: PurchaseOutcome | null;
  };
  const { purchaseId, epoch, authorisationId } = purchase;
  const values = [purchaseId, epoch, JSON.stringify(purchase.outcome), authorisationId];
  const [row] = await rowsOf<Row>(pool, BEGIN, values, 'begin-undoing');
  if (!row) throw new Error(`purchase ${purchaseId} has no row`);
  if (row.outcome) return { kind: 'finished', outcome: row.outcome };
  if (row.epoch !== epoch) return { kind: 'superseded' };
  if (!row.undoOutcome) throw new Error(`purchase ${purchaseId} (${row.status}) cannot be undone`);
  return { kind: 'undoing', outcome: row.undoOutcome, authorisationId: row.authorisationId };
}

const VOID_TICKETS = `
with locked as materialized (
  select id, event_id, used_hold_id from event_ticket_transactions
   where id = $1 and epoch = $2 and status = 'undoing' for update
), inventory as materialized (
  select generation, event_cancelled from event_inventory where event_id in (select event_id from locked) for share
), voided as (
  update event_tickets set status = 'void' where purchase_id in (select id from locked) and status = 'pending'
)
select n.generation, n.event_cancelled, s.used_hold_id from inventory n cross join locked s`;

// A cancelled event holds nothing any more.
const RETURN_HOLD = `
update ticket_holds set purchase_id = null, status = case when $3 then 'released' else 'active' end
 where id = $1 and purchase_id = $2 and status = 'used'`;

/** What has to be done in Redis after the tickets of a purchase have become void. */
export interface VoidedTickets {
  /** The inventory generation for it, or a later one. */
  readonly generation: number;
  /** The hold that the purchase used, with its state now: if it is active, it has its serials again. */
  readonly hold: Hold | null;
}

/**
 * Makes the pending tickets of a purchase that is being undone void, and returns the hold that it used: from this
 * commit on PostgreSQL has the serials as held, or as free if it used none. Idempotent.
 */
export function voidTickets(pool: pg.Pool, purchase: PurchaseAtEpoch): Promise<VoidedTickets> {
  const { purchaseId, epoch } = purchase;
  return inTransaction(pool, async (client) => {
    type Row = { readonly generation: number; readonly eventCancelled: boolean; readonly usedHoldId: string | null };
    const [row] = await rowsOf<Row>(client, VOID_TICKETS, [purchaseId, epoch], 'void-tickets');
    const holdId = row?.usedHoldId ?? null;
    if (row && holdId !== null) await client.query(RETURN_HOLD, [holdId, purchaseId, row.eventCancelled]);
    return { generation: row?.generation ?? 0, hold: holdId === null ? null : await findHold(client, holdId) };
  });
}

const CONCLUDE = `
with moved as (
  update event_ticket_transactions
     set outcome = undo_outcome,
         status = case undo_outcome ->> 'kind'
                    when 'declined' then 'declined' when 'refused' then 'refused' when 'undone' then 'undone' end
   where id = $1 and epoch = $2 and status = 'undoing'
  returning fingerprint, outcome
)
select fingerprint, outcome from moved
union all
select fingerprint, outcome from event_ticket_transactions where id = $1 and not exists (select from moved)`;

/** Gives an undone purchase the outcome that was decided when undoing began. Idempotent. */
export async function concludeUndoing(pool: pg.Pool, purchase: PurchaseAtEpoch): Promise<OutcomeOfRequest | null> {
  type Row = { readonly fingerprint: string; readonly outcome: PurchaseOutcome | null };
  const { purchaseId, epoch } = purchase;
  const [row] = await rowsOf<Row>(pool, CONCLUDE, [purchaseId, epoch], 'conclude-undoing');
  return row?.outcome ? { purchaseId, fingerprint: row.fingerprint, outcome: row.outcome } : null;
}
