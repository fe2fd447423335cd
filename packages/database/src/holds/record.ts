import type { Hold, HoldOrder, Refusal, SerialRange } from '@box-office/contract';
import type pg from 'pg';
import { rowsOf } from '../rows.js';
import { isOverBuyerLimit, retrying } from '../retrying.js';
import { findHold } from './find.js';
import { allFees, PURCHASE_FEE, QUOTED_AMOUNT, quotedItem, TICKET_FEES } from '../purchases/claim-sql.js';
import { inOrder } from './hold-row.js';

export interface HoldToRecord extends HoldOrder {
  /** Generation of the inventory under which the serials were reserved. */
  readonly generation: number;
  readonly serials: readonly SerialRange[];
  readonly ownerWorkflowId: string;
}

export type HoldRecorded =
  /** It has its row, now or since an earlier attempt; the row has its state. */
  | { readonly kind: 'recorded'; readonly hold: Hold }
  /** The inventory was closed since, and the reservation is lost: reserve again. */
  | { readonly kind: 'stale_generation' }
  /**
   * The buyer has too many tickets in PostgreSQL, or the event is cancelled, whatever Redis says. Nothing was recorded.
   */
  | { readonly kind: 'refused'; readonly refusal: Refusal };

// The share lock on the inventory's row orders the hold before or after a rebuild's read of the holds.
const RECORD = `
with inventory as materialized (
  select generation, event_cancelled from event_inventory where event_id = $4 for share
), buyer as materialized (
  select tickets from event_buyers where event_id = $4 and user_id = $3 for update
), room as (
  select i.generation = $8 as current, i.event_cancelled as cancelled, e.limit_per_buyer, e.currency, e.purchase_fee,
         coalesce((select tickets from buyer), 0) as held
    from events e cross join inventory i
   where e.id = $4
), quote as (
  select jsonb_agg(${quotedItem('t.name')} order by t.name) as items,
         ${QUOTED_AMOUNT} as amount_minor, ${TICKET_FEES} as ticket_fees
    from jsonb_to_recordset($5::jsonb) as w("ticketType" text, quantity integer)
    join event_ticket_types t on t.event_id = $4 and t.name = w."ticketType"
), inserted as (
  insert into ticket_holds (id, fingerprint, user_id, event_id, wanted, items, tickets, status, expires_at,
                            request_id, owner_workflow_id, quoted_items, amount_minor, quoted_fees, currency)
  select $1, $2, $3, $4, $5, $6, $7, 'active', now() + make_interval(secs => $9), $10, $11,
         q.items, q.amount_minor + ${PURCHASE_FEE}, ${allFees('q.ticket_fees')}, e.currency
    from room e cross join quote q
   where current and not cancelled and held + $7 <= limit_per_buyer
  on conflict (id) do nothing
  returning id
)
select current, cancelled, limit_per_buyer as limit, held from room`;

/**
 * Records a hold that was reserved in Redis: from then on rebuilds of the inventory keep it, its time runs, and its
 * price is fixed. Idempotent: the first row is kept.
 */
export const recordHold = (pool: pg.Pool, hold: HoldToRecord): Promise<HoldRecorded> =>
  retrying(isOverBuyerLimit, () => tryToRecord(pool, hold));

async function tryToRecord(pool: pg.Pool, hold: HoldToRecord): Promise<HoldRecorded> {
  const tickets = hold.serials.reduce((sum, item) => sum + item.serials.length, 0);
  type Room = { readonly current: boolean; readonly cancelled: boolean; readonly limit: number; readonly held: number };
  const values = [
    hold.holdId,
    hold.fingerprint,
    hold.userId,
    hold.eventId,
    JSON.stringify(inOrder(hold.items)),
    JSON.stringify(hold.serials),
    tickets,
    hold.generation,
    hold.durationMs / 1000,
    hold.requestId,
    hold.ownerWorkflowId,
  ];
  const [room] = await rowsOf<Room>(pool, RECORD, values, 'record-hold');
  const known = await findHold(pool, hold.holdId);
  if (known) return { kind: 'recorded', hold: known };
  if (!room?.current) return { kind: 'stale_generation' };
  const { cancelled, limit, held } = room;
  const refusal: Refusal = cancelled
    ? { reason: 'not_on_sale', cause: 'cancelled' }
    : { reason: 'over_buyer_limit', limit, held };
  return { kind: 'refused', refusal };
}
