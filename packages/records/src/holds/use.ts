import type { OrderItem } from '@box-office/contract';
import type pg from 'pg';
import { inOrder } from './hold-row.js';

/** A purchase that wants to use its buyer's hold. */
export interface HoldUse {
  readonly holdId: string;
  readonly purchaseId: string;
  /** Of the purchase's claim. */
  readonly epoch: number;
  readonly userId: string;
  readonly eventId: string;
  /** What the purchase buys: it must be what was held. */
  readonly items: readonly OrderItem[];
}

/**
 * - `used`: the hold is this purchase's, now or since an earlier try;
 * - `ended`: it expired or was released: nothing is to stay held for it;
 * - `none`: there is no such hold for this purchase: it was refused or used by another, or is not this buyer's hold of
 *   these tickets.
 */
export type HoldUsed = 'used' | 'ended' | 'none';

// The purchase's row is locked before the hold's, so that a purchase which is being undone uses no hold any more. Rows are
// locked in id order, so that groups do not deadlock.
const USE = `
with input as (
  select * from jsonb_to_recordset($1) as x(
    "holdId" uuid, "purchaseId" uuid, epoch integer, "userId" text, "eventId" text, wanted jsonb)
), buying as materialized (
  select t.id, t.epoch, t.status from event_ticket_transactions t
   where t.id in (select "purchaseId" from input)
   order by t.id
     for share
), standing as materialized (
  select h.id, h.status, h.purchase_id, h.user_id, h.event_id, h.wanted from ticket_holds h
   where h.id in (select "holdId" from input) and exists (select from buying)
   order by h.id
     for update
), wish as (
  select distinct on (s.id) s.id, i."purchaseId" as purchase_id
    from input i
    join buying b on b.id = i."purchaseId" and b.epoch = i.epoch and b.status = 'claimed'
    join standing s on s.id = i."holdId"
   where s.status = 'active' and s.user_id = i."userId" and s.event_id = i."eventId" and s.wanted = i.wanted
   order by s.id, i."purchaseId"
), taken as (
  update ticket_holds h set status = 'used', purchase_id = w.purchase_id
    from wish w where h.id = w.id
  returning h.purchase_id
)
select i."purchaseId" as purchase_id,
  case
    when t.purchase_id is not null or s.purchase_id = i."purchaseId" then 'used'
    when s.status in ('expired', 'released') then 'ended'
    else 'none'
  end as used
  from input i
  left join standing s on s.id = i."holdId"
  left join taken t on t.purchase_id = i."purchaseId"`;

/**
 * Gives active holds to the purchases that name them. The first of use, expiry and release wins.
 *
 * @returns for each, in order, what the hold is to the purchase
 */
export async function useHolds(pool: pg.Pool, uses: readonly HoldUse[]): Promise<HoldUsed[]> {
  const input = uses.map(({ items, ...use }) => ({ ...use, wanted: inOrder(items) }));
  const { rows } = await pool.query<{ purchase_id: string; used: HoldUsed }>({
    name: 'use-holds',
    text: USE,
    values: [JSON.stringify(input)],
  });
  const byPurchase = new Map(rows.map((row) => [row.purchase_id, row.used]));
  return uses.map((use) => byPurchase.get(use.purchaseId) ?? 'none');
}
