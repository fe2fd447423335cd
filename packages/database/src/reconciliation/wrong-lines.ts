import type pg from 'pg';

/** A number of lines, and the sum of their amounts in minor units. */
interface LinesAndMoney {
  readonly lines: number;
  readonly amountMinor: number;
}

/** One purchase whose lines in the ledger or the audit log are wrong. */
export interface WrongLines {
  readonly purchaseId: string;
  /** What was sold and cancelled of it; zeros if it was never confirmed. Each cancellation has its own line. */
  readonly sold: LinesAndMoney & { readonly tickets: number };
  readonly cancelled: LinesAndMoney & { readonly tickets: number };
  /** `change` is the sum of all its lines, corrections included. */
  readonly ledger: { readonly saleLines: number; readonly cancellationLines: number; readonly change: number };
  readonly audit: { readonly sales: LinesAndMoney; readonly cancellations: LinesAndMoney };
}

const PAGE_ROWS = 500;
/** Bounds what a check keeps in memory. If there are more, the next run sees the rest once these are repaired. */
const MAX_PAGES = 20;

// Lines older than the oldest partition were dropped by the retention.
const WRONG = `
with kept as (
  select coalesce(max(last_recorded_at), '-infinity') as since from audit_anchors
), sold as (
  select id, amount_minor, confirmed_at,
         (select sum((item ->> 'quantity')::integer) from jsonb_array_elements(items) as item)::integer as tickets
    from event_ticket_transactions where event_id = $1 and confirmed_at is not null
), cancelled as (
  select c.purchase_id as id, count(*)::integer as lines, sum(c.amount_minor)::bigint as amount_minor,
         sum(k.tickets)::integer as tickets
    from ticket_cancellations c
    cross join lateral (select count(*) as tickets from event_tickets where cancellation_id = c.id) k
   where c.event_id = $1 and c.status = 'cancelled' and k.tickets > 0
   group by c.purchase_id
), ledger as (
  select purchase_id as id, sum(change)::integer as change,
         count(*) filter (where operation = 'purchase')::integer as sales,
         count(*) filter (where operation = 'cancel')::integer as cancellations
    from capacity_ledger where event_id = $1 and purchase_id is not null
   group by purchase_id
), audit as (
  select purchase_id as id,
         count(*) filter (where kind = 'purchase')::integer as sales,
         coalesce(sum(amount_minor) filter (where kind = 'purchase'), 0)::bigint as sales_minor,
         count(*) filter (where kind = 'cancel')::integer as cancellations,
         coalesce(sum(amount_minor) filter (where kind = 'cancel'), 0)::bigint as cancellations_minor
    from audit_logs where event_id = $1 and purchase_id is not null and kind in ('purchase', 'cancel')
   group by purchase_id
), compared as (
  select id, s.confirmed_at, s.id is not null as was_sold, coalesce(s.tickets, 0) as tickets,
         coalesce(s.amount_minor, 0) as amount_minor, coalesce(c.lines, 0) as cancelled_lines,
         coalesce(c.tickets, 0) as cancelled_tickets, coalesce(c.amount_minor, 0) as cancelled_minor,
         coalesce(l.change, 0) as change, coalesce(l.sales, 0) as ledger_sales,
         coalesce(l.cancellations, 0) as ledger_cancellations,
         coalesce(a.sales, 0) as audit_sales, coalesce(a.sales_minor, 0) as audit_sales_minor,
         coalesce(a.cancellations, 0) as audit_cancellations,
         coalesce(a.cancellations_minor, 0) as audit_cancellations_minor
    from sold s
    full join cancelled c using (id)
    full join ledger l using (id)
    full join audit a using (id)
)
select * from compared
 where (change <> cancelled_tickets - tickets
     or ledger_sales < was_sold::integer or ledger_cancellations < cancelled_lines
     or ((confirmed_at is null or confirmed_at > (select since from kept))
         and (audit_sales <> was_sold::integer or audit_sales_minor <> amount_minor
           or audit_cancellations <> cancelled_lines or audit_cancellations_minor <> cancelled_minor)))
   and not exists (
     select from ticket_cancellations where purchase_id = compared.id and settled_at is null)
   and ($2::uuid is null or id > $2)
 order by id limit $3`;

interface Row {
  readonly id: string;
  readonly was_sold: boolean;
  readonly tickets: number;
  readonly amount_minor: string;
  readonly cancelled_lines: number;
  readonly cancelled_tickets: number;
  readonly cancelled_minor: string;
  readonly change: number;
  readonly ledger_sales: number;
  readonly ledger_cancellations: number;
  readonly audit_sales: number;
  readonly audit_sales_minor: string;
  readonly audit_cancellations: number;
  readonly audit_cancellations_minor: string;
}

/** Purchases of an event whose lines in the ledger and the audit log are not those of what was sold and cancelled. */
export async function readWrongLines(client: pg.ClientBase, eventId: string): Promise<WrongLines[]> {
  const found: WrongLines[] = [];
  for (let page = 1; page <= MAX_PAGES; page++) {
    const { rows } = await client.query<Row>(WRONG, [eventId, found.at(-1)?.purchaseId ?? null, PAGE_ROWS]);
    found.push(...rows.map(wrongLinesOf));
    if (rows.length < PAGE_ROWS) break;
  }
  return found;
}

const wrongLinesOf = (row: Row): WrongLines => ({
  purchaseId: row.id,
  sold: { tickets: row.tickets, lines: Number(row.was_sold), amountMinor: Number(row.amount_minor) },
  cancelled: { tickets: row.cancelled_tickets, lines: row.cancelled_lines, amountMinor: Number(row.cancelled_minor) },
  ledger: { saleLines: row.ledger_sales, cancellationLines: row.ledger_cancellations, change: row.change },
  audit: {
    sales: { lines: row.audit_sales, amountMinor: Number(row.audit_sales_minor) },
    cancellations: { lines: row.audit_cancellations, amountMinor: Number(row.audit_cancellations_minor) },
  },
});
