import { knownState, type PurchaseOutcome, type PurchaseRefusal } from '@box-office/contract';
import type pg from 'pg';
import { rowsOf } from '../rows.js';
import type { PurchaseAtEpoch } from './finalise.js';

/**
 * Result of one refusal:
 * - `refused`: it is the outcome of the purchase, now or since an earlier attempt
 * - `undoing`: it may have taken something, and has to be undone: another attempt has claimed it since, or is undoing it
 * - `superseded`: another run owns it now
 * - `finished`: it had another outcome before
 */
export type Refused = (typeof KINDS)[number];
const KINDS = ['refused', 'undoing', 'superseded', 'finished'] as const;

const REFUSE = `
with input as (
  select * from jsonb_to_recordset($1) as i("purchaseId" uuid, epoch integer, version integer, outcome jsonb)
), moved as (
  update event_ticket_transactions t
     set status = 'refused', outcome = i.outcome
    from input i
   where t.id = any($2::uuid[]) and t.id = i."purchaseId" and t.epoch = i.epoch and t.status = 'claimed'
     and t.version = i.version
  returning t.id
)
select t.id, t.status, case
    when m.id is not null or t.outcome = i.outcome then 'refused'
    when t.outcome is not null then 'finished'
    when t.epoch <> i.epoch then 'superseded'
    when t.status in ('claimed', 'undoing') then 'undoing'
  end as kind
  from input i
  join event_ticket_transactions t on t.id = i."purchaseId"
  left join moved m on m.id = t.id`;

/**
 * Writes the final refusal of purchases without any effect: no hold, no authorisation. Idempotent. `version` is that of the
 * claim: if the row has changed since, another attempt of the same run may have reserved and authorised.
 *
 * @returns one result per refusal, in the order given
 * @throws Error if one is in a state in which nothing is refused
 */
export async function refusePurchases(
  pool: pg.Pool,
  refusals: readonly (PurchaseAtEpoch & { readonly version: number; readonly refusal: PurchaseRefusal })[],
): Promise<Refused[]> {
  const input = refusals.map(({ purchaseId, epoch, version, refusal }) => {
    const outcome: PurchaseOutcome = { kind: 'refused', ...refusal };
    return { purchaseId, epoch, version, outcome };
  });
  type Row = { readonly id: string; readonly status: string; readonly kind: string | null };
  const values = [JSON.stringify(input), input.map(({ purchaseId }) => purchaseId)];
  const rows = await rowsOf<Row>(pool, REFUSE, values, 'refuse-purchases');
  const byId = new Map(rows.map((row) => [row.id, row]));
  return refusals.map(({ purchaseId }) => {
    const row = byId.get(purchaseId);
    return knownState(KINDS, row?.kind, `the refusal of purchase ${purchaseId} (${row?.status ?? 'no row'})`);
  });
}
