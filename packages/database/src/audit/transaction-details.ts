import { type QuotedItem, TRANSACTIONS_QUEUE } from '@box-office/contract';
import { messageIdOf } from '@box-office/contract/derive';
import type pg from 'pg';

/** A ticket as the audit log and the statistics need it. */
export interface SoldTicket {
  readonly ticketId: string;
  readonly ticketType: string;
  readonly serial: number;
}

interface PurchaseDetails {
  readonly items: readonly QuotedItem[];
  /** All tickets that it ever had; empty unless it was confirmed. */
  readonly tickets: readonly SoldTicket[];
  /** Time from its claim to its confirmation. */
  readonly latencyMs: number | null;
}

interface CancellationDetails {
  readonly cancellationId: string;
  readonly requestedBy: string;
  readonly byOperator: boolean;
  /** The gateway recorded that the operator asked with a verified token, through this channel. */
  readonly verifiedChannel: 'api' | 'cli' | null;
  readonly reason: string;
  /** False if an operator skipped the refund. */
  readonly isRefunded: boolean;
  readonly tickets: readonly (SoldTicket & { readonly priceMinor: number })[];
  /** Ids of tickets of the same purchase that were cancelled before. */
  readonly cancelledBefore: ReadonlySet<string>;
}

/** What PostgreSQL knows of transactions besides their messages. */
export interface TransactionDetails {
  /** Prices by ticket type, of each event that exists. */
  readonly events: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** By purchase id. */
  readonly purchases: ReadonlyMap<string, PurchaseDetails>;
  /** By the id of the message on `ticket.transactions`. */
  readonly cancellations: ReadonlyMap<string, CancellationDetails>;
}

const EVENTS = `
select e.id, coalesce(jsonb_object_agg(t.name, t.price_minor) filter (where t.name is not null), '{}') as prices
  from events e left join event_ticket_types t on t.event_id = e.id
 where e.id = any($1::text[])
 group by e.id`;

const PURCHASES = `
select id, items, outcome -> 'tickets' as tickets,
       (extract(epoch from least(confirmed_at - created_at, interval '1 day')) * 1000)::integer as latency_ms
  from event_ticket_transactions
 where id = any($1::uuid[])`;

const CANCELLATIONS = `
select c.id, c.purchase_id, c.requested_by, c.by_operator, c.reason, c.refund_id is not null as refunded, k.tickets,
       (select r.channel from operator_requests r
         where r.id in ('cancellation/' || c.id, 'event-cancellation/' || c.event_id) and r.operator = c.requested_by
         limit 1) as verified_channel
  from ticket_cancellations c
  cross join lateral (
    select coalesce(jsonb_agg(jsonb_build_object('ticketId', id, 'ticketType', ticket_type, 'serial', serial,
                                                 'priceMinor', price_minor) order by ticket_type, serial), '[]') as tickets
      from event_tickets where cancellation_id = c.id
  ) k
 where c.purchase_id = any($1::uuid[]) and c.status = 'cancelled'
 order by c.purchase_id, c.cancelled_at, c.id`;

interface PurchaseRow {
  readonly id: string;
  readonly items: QuotedItem[] | null;
  readonly tickets: SoldTicket[] | null;
  readonly latency_ms: number | null;
}

interface CancellationRow {
  readonly id: string;
  readonly purchase_id: string;
  readonly requested_by: string;
  readonly by_operator: boolean;
  readonly verified_channel: 'api' | 'cli' | null;
  readonly reason: string;
  readonly refunded: boolean;
  readonly tickets: CancellationDetails['tickets'];
}

/** Reads the details of these; unknown ids are left out. */
export async function readTransactionDetails(
  pool: pg.Pool,
  o: {
    readonly eventIds: readonly string[];
    readonly purchaseIds: readonly string[];
    /** The purchases of these that have a cancellation message. */
    readonly cancelledPurchaseIds: readonly string[];
  },
): Promise<TransactionDetails> {
  const [events, purchases, cancellations] = await Promise.all([
    pool.query<{ id: string; prices: Record<string, number> }>({
      name: 'details-of-events',
      text: EVENTS,
      values: [o.eventIds],
    }),
    pool.query<PurchaseRow>({ name: 'details-of-purchases', text: PURCHASES, values: [o.purchaseIds] }),
    o.cancelledPurchaseIds.length === 0
      ? { rows: [] }
      : pool.query<CancellationRow>({
          name: 'details-of-cancellations',
          text: CANCELLATIONS,
          values: [o.cancelledPurchaseIds],
        }),
  ]);
  return {
    events: new Map(events.rows.map((row) => [row.id, new Map(Object.entries(row.prices))])),
    purchases: new Map(
      purchases.rows.map((row) => [
        row.id,
        { items: row.items ?? [], tickets: row.tickets ?? [], latencyMs: row.latency_ms },
      ]),
    ),
    cancellations: cancellationsByMessage(cancellations.rows),
  };
}

function cancellationsByMessage(rows: readonly CancellationRow[]): Map<string, CancellationDetails> {
  const before = new Map<string, string[]>();
  const found = new Map<string, CancellationDetails>();
  for (const row of rows) {
    const cancelled = before.get(row.purchase_id) ?? [];
    found.set(messageIdOf(TRANSACTIONS_QUEUE, row.purchase_id, 'cancel', row.id), {
      cancellationId: row.id,
      requestedBy: row.requested_by,
      byOperator: row.by_operator,
      verifiedChannel: row.verified_channel,
      reason: row.reason,
      isRefunded: row.refunded,
      tickets: row.tickets,
      cancelledBefore: new Set(cancelled),
    });
    before.set(row.purchase_id, [...cancelled, ...row.tickets.map((ticket) => ticket.ticketId)]);
  }
  return found;
}
