import {
  correctionOf,
  sumOfAmounts,
  taxedAmounts,
  type QuotedFee,
  type QuotedItem,
  type ReceiptEvent,
  type ReceiptLine,
  type Seller,
} from '@box-office/contract';
import { inTransaction } from '@box-office/platform';
import type pg from 'pg';
import { rowsOf } from '../rows.js';

/** Whose receipts are issued, and in which series of numbers. */
export interface ReceiptIssuer {
  readonly series: string;
  readonly seller: Seller;
}

const OPEN = `insert into receipt_series (name) values ($1) on conflict do nothing`;
const LOCK = `select last_number from receipt_series where name = $1 for update`;

// A cancellation refunds of each type the prices of its tickets, without what is withheld, and the fees that it returns.
const DUE = `
select t.id as purchase_id, t.items, t.fees, t.currency, t.confirmed_at,
       jsonb_build_object('eventId', e.id, 'name', e.name, 'venue', e.venue, 'startsAt', e.starts_at,
                          'timeZone', e.time_zone) as event,
       coalesce(r.issued, '[]') as issued, coalesce(c.cancellations, '[]') as cancellations
  from event_ticket_transactions t
  join events e on e.id = t.event_id
  left join lateral (
    select jsonb_agg(jsonb_build_object('cancellationId', cancellation_id, 'lines', lines)) as issued
      from receipts where purchase_id = t.id
  ) r on true
  left join lateral (
    select jsonb_agg(jsonb_build_object('cancellationId', c.id, 'cancelledAt', c.cancelled_at, 'refunds', k.refunds)
                     order by c.cancelled_at, c.id) as cancellations
      from ticket_cancellations c
      cross join lateral (
        select jsonb_agg(jsonb_build_object('kind', kind, 'ticketType', ticket_type, 'quantity', quantity,
                                            'grossMinor', gross)) as refunds
          from (select 'tickets' as kind, n.ticket_type, count(*) as quantity,
                       sum(n.price_minor - coalesce(w.amount_minor, 0)) as gross
                  from event_tickets n left join withheld_amounts w on w.ticket_id = n.id
                 where n.cancellation_id = c.id group by n.ticket_type
                union all
                select case when f.ticket_id is null then 'purchase_fee' else 'ticket_fee' end, n.ticket_type, count(*),
                       sum(f.amount_minor)
                  from purchase_fees f left join event_tickets n on n.id = f.ticket_id
                 where f.returned_by = c.id group by f.ticket_id is null, n.ticket_type) k
      ) k
     where c.purchase_id = t.id and c.status = 'cancelled' and c.amount_minor > 0
  ) c on true
 where t.id = any($1::uuid[]) and t.confirmed_at >= (select at from receipt_start) and t.amount_minor > 0
 order by t.confirmed_at, t.id`;

const INSERT = `
with numbered as (
  insert into receipts (series, number, kind, purchase_id, cancellation_id, seller, event, currency, lines, net_minor,
                        tax_minor, gross_minor, supplied_at)
  select $1, $2 + place, kind, "purchaseId", "cancellationId", $3, event, currency, lines, "netMinor",
         "taxMinor", "grossMinor", "suppliedAt"
    from rows from (jsonb_to_recordset($4) as (
           kind text, "purchaseId" uuid, "cancellationId" uuid, event jsonb, currency text, lines jsonb,
           "netMinor" bigint, "taxMinor" bigint, "grossMinor" bigint, "suppliedAt" timestamptz)) with ordinality as x(
           kind, "purchaseId", "cancellationId", event, currency, lines,
           "netMinor", "taxMinor", "grossMinor", "suppliedAt", place)
)
update receipt_series set last_number = $2 + $5 where name = $1`;

/** Money that goes back of one line of a receipt. */
type Refund = Pick<ReceiptLine, 'kind' | 'ticketType' | 'quantity' | 'grossMinor'>;

interface Due {
  readonly purchaseId: string;
  readonly items: readonly QuotedItem[];
  readonly fees: readonly QuotedFee[] | null;
  readonly currency: string;
  readonly confirmedAt: string;
  readonly event: ReceiptEvent;
  readonly issued: readonly { readonly cancellationId: string | null; readonly lines: readonly ReceiptLine[] }[];
  readonly cancellations: readonly {
    readonly cancellationId: string;
    readonly cancelledAt: string;
    readonly refunds: readonly Refund[];
  }[];
}

/**
 * Issues what is missing of these purchases: the receipt, then a correction for each cancellation that refunded
 * something. Idempotent, and in whatever order messages come: a cancellation whose message is before that of its sale
 * gets its correction after the receipt.
 *
 * @returns how many were issued
 */
export function issueReceipts(
  pool: pg.Pool,
  { series, seller }: ReceiptIssuer,
  purchaseIds: readonly string[],
): Promise<number> {
  return inTransaction(pool, async (client) => {
    const lock = () => rowsOf<{ lastNumber: number }>(client, LOCK, [series], 'receipts-lock');
    const [row] = await lock();
    if (!row) await client.query(OPEN, [series]);
    const lastNumber = (row ?? (await lock())[0])?.lastNumber ?? 0;
    const due = await rowsOf<Due>(client, DUE, [purchaseIds], 'receipts-due');
    const drafts = due.flatMap(draftsOf);
    if (drafts.length === 0) return 0;
    const values = [series, lastNumber, JSON.stringify(seller), JSON.stringify(drafts), drafts.length];
    await client.query({ name: 'receipts-issue', text: INSERT, values });
    return drafts.length;
  });
}

function draftsOf(purchase: Due): object[] {
  const { purchaseId, currency, event } = purchase;
  const issued = new Map(purchase.issued.map((receipt) => [receipt.cancellationId, receipt.lines]));
  const lines = issued.get(null) ?? linesOf(purchase);
  const common = { purchaseId, currency, event };
  const drafts: object[] = [];
  if (!issued.has(null)) {
    drafts.push({ ...common, kind: 'receipt', lines, ...sumOfAmounts(lines), suppliedAt: purchase.confirmedAt });
  }
  const left = new Map(lines.map((line) => [keyOf(line), line.grossMinor]));
  const take = (line: ReceiptLine): void => {
    left.set(keyOf(line), (left.get(keyOf(line)) ?? 0) + line.grossMinor);
  };
  for (const [cancellationId, corrected] of issued) if (cancellationId !== null) corrected.forEach(take);
  for (const { cancellationId, cancelledAt, refunds } of purchase.cancellations) {
    if (issued.has(cancellationId)) continue;
    const corrected = lines.flatMap((line) => correctedLine(line, refunds, left.get(keyOf(line)) ?? 0));
    corrected.forEach(take);
    const amounts = sumOfAmounts(corrected);
    drafts.push({
      ...common,
      kind: 'correction',
      cancellationId,
      lines: corrected,
      ...amounts,
      suppliedAt: cancelledAt,
    });
  }
  return drafts;
}

function linesOf({ items, fees }: Due): ReceiptLine[] {
  const lineOf = (kind: ReceiptLine['kind'], quoted: QuotedFee): ReceiptLine => {
    const { ticketType = null, quantity, priceMinor, taxRatePpm = 0 } = quoted;
    return { kind, ticketType, quantity, taxRatePpm, ...taxedAmounts(quantity * priceMinor, taxRatePpm) };
  };
  return [
    ...items.map((item) => lineOf('tickets', item)),
    ...(fees ?? []).map((fee) => lineOf(fee.ticketType === undefined ? 'purchase_fee' : 'ticket_fee', fee)),
  ];
}

const keyOf = ({ kind, ticketType }: Pick<ReceiptLine, 'kind' | 'ticketType'>): string => `${kind} ${ticketType ?? ''}`;

/** None where nothing of the line is cancelled. */
function correctedLine(line: ReceiptLine, refunds: readonly Refund[], leftMinor: number): ReceiptLine[] {
  const { kind, ticketType, taxRatePpm } = line;
  const refund = refunds.find((one) => keyOf(one) === keyOf(line));
  if (refund === undefined) return [];
  const { quantity, grossMinor } = refund;
  return [{ kind, ticketType, quantity, taxRatePpm, ...correctionOf(leftMinor, grossMinor, taxRatePpm) }];
}
