import { knownState, type NextAction } from '@box-office/contract';
import type pg from 'pg';
import { rowsOf } from '../rows.js';
import type { PurchaseAtEpoch } from './finalise.js';

/**
 * Result for a purchase that is to wait for its buyer:
 * - `waiting`: with the action that was recorded first, `isNew` if that is this one
 * - `cancel_requested`, `undoing`: it must not be completed; it, or its whole event, was cancelled
 * - `superseded`: another run owns it now
 * - `finished`: it already has its outcome
 */
export type AwaitBuyer =
  | {
      readonly kind: 'waiting';
      readonly fingerprint: string;
      readonly nextAction: NextAction;
      readonly isNew: boolean;
    }
  | { readonly kind: Exclude<(typeof KINDS)[number], 'waiting'> };

const KINDS = ['waiting', 'cancel_requested', 'undoing', 'superseded', 'finished'] as const;

const RECORD = `
with moved as (
  update event_ticket_transactions
     set next_action = $3
   where id = $1 and epoch = $2 and status = 'persisted' and next_action is null and cancel_requested_at is null
  returning id, next_action
)
select case
    when t.epoch <> $2 then 'superseded'
    when t.status = 'undoing' then 'undoing'
    when t.outcome is not null then 'finished'
    when t.status = 'persisted' and (t.cancel_requested_at is not null or g.event_cancelled) then 'cancel_requested'
    when t.status = 'persisted' then 'waiting'
  end as kind, t.status, t.fingerprint, coalesce(m.next_action, t.next_action) as next_action, m.id is not null as is_new
  from event_ticket_transactions t
  left join event_inventory g on g.event_id = t.event_id
  left join moved m on m.id = t.id
 where t.id = $1`;

/**
 * Records what the buyer of a persisted purchase has to do, and until when. Idempotent: the first action stands, and with it
 * the deadline.
 *
 * @throws Error if the purchase is in a state in which no buyer is waited for
 */
export async function recordNextAction(
  pool: pg.Pool,
  o: PurchaseAtEpoch & { readonly nextAction: NextAction },
): Promise<AwaitBuyer> {
  type Row = Omit<Extract<AwaitBuyer, { kind: 'waiting' }>, 'kind'> & {
    readonly kind: string | null;
    readonly status: string;
  };
  const values = [o.purchaseId, o.epoch, JSON.stringify(o.nextAction)];
  const [row] = await rowsOf<Row>(pool, RECORD, values, 'record-next-action');
  if (!row) throw new Error(`purchase ${o.purchaseId} has no row`);
  const kind = knownState(KINDS, row.kind, `purchase ${o.purchaseId} (${row.status})`);
  if (kind !== 'waiting') return { kind };
  const { fingerprint, nextAction, isNew } = row;
  return { kind, fingerprint, nextAction, isNew };
}

/** Records that the buyer has nothing more to do. */
export async function clearNextAction(pool: pg.Pool, { purchaseId, epoch }: PurchaseAtEpoch): Promise<void> {
  await pool.query(`update event_ticket_transactions set next_action = null where id = $1 and epoch = $2`, [
    purchaseId,
    epoch,
  ]);
}
