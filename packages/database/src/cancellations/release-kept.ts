import type { AmountMinor } from '@box-office/contract';
import { rowsOf, type Queryable } from '../rows.js';

// What was withheld first, then fees, which are returned whole; as much of it as makes up the shortfall.
const RELEASE = `
with refunding as (select id, purchase_id from ticket_cancellations where id = $1 and status = 'refunding'),
     kept as (
       select w.ticket_id, null::bigint as fee_id, w.amount_minor
         from refunding c join withheld_amounts w on w.cancellation_id = c.id
       union all
       select f.ticket_id, f.id, f.amount_minor
         from refunding c join purchase_fees f on f.purchase_id = c.purchase_id
        where f.returned_by is null
          and (f.ticket_id in (select id from event_tickets where cancellation_id = c.id)
            or (f.ticket_id is null and not exists (
                  select from event_tickets
                   where purchase_id = c.purchase_id and status = 'valid' and cancellation_id is null)))),
     summed as (
       select *, sum(amount_minor) over (order by fee_id nulls first, ticket_id) - amount_minor as before from kept),
     released as (
       select *, case when fee_id is null then least(amount_minor, $2 - before) else amount_minor end as released_minor
         from summed where before < $2),
     withdrawn as (
       delete from withheld_amounts w using released r
        where w.ticket_id = r.ticket_id and r.fee_id is null and r.released_minor = r.amount_minor),
     lessened as (
       update withheld_amounts w set amount_minor = w.amount_minor - r.released_minor from released r
        where w.ticket_id = r.ticket_id and r.fee_id is null and r.released_minor < r.amount_minor),
     returned as (update purchase_fees f set returned_by = $1 from released r where f.id = r.fee_id)
select coalesce(sum(released_minor), 0) as released_minor from released`;

/**
 * More than the refund of this cancellation went back outside of Box Office: what the refund rules keep of its tickets is
 * with the buyer, as far as it makes up `shortfallMinor`. Under the lock of its purchase, in the transaction that completes
 * it; releases nothing of one that is not refunding.
 *
 * @returns how much that is: the last fee may be more than what is short of it
 */
export async function releaseKept(
  client: Queryable,
  cancellationId: string,
  shortfallMinor: AmountMinor,
): Promise<AmountMinor> {
  const [row] = await rowsOf<{ releasedMinor: number }>(client, RELEASE, [cancellationId, shortfallMinor]);
  return row?.releasedMinor ?? 0;
}
