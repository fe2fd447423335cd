import { type QuotedFee, type QuotedItem, TRANSACTIONS_QUEUE } from '@box-office/contract';
import { messageIdOf } from '@box-office/contract/derive';
import type pg from 'pg';
import { rowsOf } from '../rows.js';

/** A ticket as the audit log and the statistics need it. */
export interface SoldTicket {
  readonly ticketId: string;
  readonly ticketType: string;
  readonly serial: number;
}

interface PurchaseDetails {
  readonly items: readonly QuotedItem[];
  readonly fees: readonly QuotedFee[] | null;
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
  readonly tickets: readonly (SoldTicket & { readonly priceMinor: number; readonly withheldMinor: number })[];
  readonly returnedFeesMinor: number;
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
select id, coalesce(items, '[]') as items, fees, coalesce(outcome -> 'tickets', '[]') as tickets,
       (extract(epoch from least(confirmed_at - created_at, interval '1 day')) * 1000)::integer as latency_ms
  from event_ticket_transactions
 where id = any($1::uuid[])`;

const CANCELLATIONS = `
select c.id as cancellation_id, c.purchase_id, c.requested_by, c.by_operator, c.reason,
       c.refund_id is not null as is_refunded, k.tickets,
       coalesce((select sum(amount_minor) from purchase_fees where returned_by = c.id), 0) as returned_fees_minor,
       (select r.channel from operator_requests r
         where r.operator = c.requested_by
           and r.id in ('cancellation/' || c.id, 'event-cancellation/' || c.event_id,
                        'cancellation/' || c.id || '/by/' || c.requested_by,
                        'event-cancellation/' || c.event_id || '/by/' || c.requested_by)
         limit 1) as verified_channel
  from ticket_cancellations c
  cross join lateral (
    select coalesce(jsonb_agg(jsonb_build_object(
             'ticketId', t.id, 'ticketType', t.ticket_type, 'serial', t.serial, 'priceMinor', t.price_minor,
             'withheldMinor', coalesce(w.amount_minor, 0)) order by t.ticket_type, t.serial), '[]') as tickets
      from event_tickets t left join withheld_amounts w on w.ticket_id = t.id
     where t.cancellation_id = c.id
  ) k
 where c.purchase_id = any($1::uuid[]) and c.status = 'cancelled'
 order by c.purchase_id, c.cancelled_at, c.id`;

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
    rowsOf<{ id: string; prices: Record<string, number> }>(pool, EVENTS, [o.eventIds], 'details-of-events'),
    rowsOf<PurchaseDetails & { id: string }>(pool, PURCHASES, [o.purchaseIds], 'details-of-purchases'),
    o.cancelledPurchaseIds.length === 0
      ? []
      : rowsOf<CancellationRow>(pool, CANCELLATIONS, [o.cancelledPurchaseIds], 'details-of-cancellations'),
  ]);
  return {
    events: new Map(events.map(({ id, prices }) => [id, new Map(Object.entries(prices))])),
    purchases: new Map(purchases.map((row) => [row.id, row])),
    cancellations: cancellationsByMessage(cancellations),
  };
}

type CancellationRow = Omit<CancellationDetails, 'cancelledBefore'> & { readonly purchaseId: string };

function cancellationsByMessage(rows: readonly CancellationRow[]): Map<string, CancellationDetails> {
  const before = new Map<string, string[]>();
  const found = new Map<string, CancellationDetails>();
  for (const row of rows) {
    const { purchaseId, cancellationId, tickets } = row;
    const cancelled = before.get(purchaseId) ?? [];
    const messageId = messageIdOf(TRANSACTIONS_QUEUE, purchaseId, 'cancel', cancellationId);
    found.set(messageId, { ...row, cancelledBefore: new Set(cancelled) });
    before.set(purchaseId, [...cancelled, ...tickets.map(({ ticketId }) => ticketId)]);
  }
  return found;
}
