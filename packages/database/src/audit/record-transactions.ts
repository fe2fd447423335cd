import type { TransactionRecord } from '@box-office/contract';
import type pg from 'pg';
import { rowsOf } from '../rows.js';
import { transactionCountOf } from '../statistics/transaction-count.js';
import { auditLinesForAppend, type AppendedLine, type AuditAppended } from './append.js';
import { isDeadlock, retrying } from '../retrying.js';
import { readTransactionDetails, type TransactionDetails } from './transaction-details.js';
import { auditLineOf } from './transaction-line.js';

/**
 * Result for one message:
 * - `recorded`: its audit line was written and counted in the statistics, now
 * - `duplicate`: it had its line already; nothing was counted
 * - `conflict`: another message has a line with its id; nothing was counted
 * - `unknown_event`: the event does not exist; nothing was written
 */
export type TransactionRecorded = AuditAppended | 'unknown_event';

// One statement, hence one transaction: the statistics rise by exactly the new lines. The append locks the end of the
// chain first, so batches run one after another and cannot deadlock on rows of the statistics.
const RECORD = `
with appended as materialized (
  select message_id, outcome from append_audit_lines($1)
), fresh as materialized (
  select x.*, date_trunc('hour', x."occurredAt", 'UTC') as hour
    from jsonb_to_recordset($2) as x(
         "messageId" uuid, "eventId" text, operation text, "occurredAt" timestamptz, tickets integer,
         "amountMinor" bigint, "feesMinor" bigint, "withheldMinor" bigint, items jsonb, "latencyClassMs" integer)
    join appended a on a.message_id = x."messageId" and a.outcome = 'recorded'
), totals as (
  insert into transaction_statistics as s
         (event_id, hour, purchases, tickets, amount_minor, cancellations, cancelled_tickets, refunded_minor,
          fees_minor, returned_fees_minor, withheld_minor)
  select f."eventId", f.hour,
         count(*) filter (where f.operation = 'purchase'),
         coalesce(sum(f.tickets) filter (where f.operation = 'purchase'), 0),
         coalesce(sum(f."amountMinor") filter (where f.operation = 'purchase'), 0),
         count(*) filter (where f.operation = 'cancel'),
         coalesce(sum(f.tickets) filter (where f.operation = 'cancel'), 0),
         coalesce(sum(f."amountMinor") filter (where f.operation = 'cancel'), 0),
         coalesce(sum(f."feesMinor") filter (where f.operation = 'purchase'), 0),
         coalesce(sum(f."feesMinor") filter (where f.operation = 'cancel'), 0),
         coalesce(sum(f."withheldMinor"), 0)
    from fresh f
   group by f."eventId", f.hour
  on conflict (event_id, hour) do update
     set purchases = s.purchases + excluded.purchases,
         tickets = s.tickets + excluded.tickets,
         amount_minor = s.amount_minor + excluded.amount_minor,
         cancellations = s.cancellations + excluded.cancellations,
         cancelled_tickets = s.cancelled_tickets + excluded.cancelled_tickets,
         refunded_minor = s.refunded_minor + excluded.refunded_minor,
         fees_minor = s.fees_minor + excluded.fees_minor,
         returned_fees_minor = s.returned_fees_minor + excluded.returned_fees_minor,
         withheld_minor = s.withheld_minor + excluded.withheld_minor
), by_type as (
  insert into ticket_type_statistics as s
         (event_id, hour, ticket_type, purchases, tickets, amount_minor, cancellations, cancelled_tickets, refunded_minor)
  select f."eventId", f.hour, w."ticketType",
         count(*) filter (where f.operation = 'purchase'),
         coalesce(sum(w.tickets) filter (where f.operation = 'purchase'), 0),
         coalesce(sum(w."amountMinor") filter (where f.operation = 'purchase'), 0),
         count(*) filter (where f.operation = 'cancel'),
         coalesce(sum(w.tickets) filter (where f.operation = 'cancel'), 0),
         coalesce(sum(w."amountMinor") filter (where f.operation = 'cancel'), 0)
    from fresh f
    cross join lateral (
      select "ticketType", sum(tickets) as tickets, sum("amountMinor") as "amountMinor"
        from jsonb_to_recordset(f.items) as i("ticketType" text, tickets integer, "amountMinor" bigint)
       group by "ticketType"
    ) w
   group by f."eventId", f.hour, w."ticketType"
  on conflict (event_id, hour, ticket_type) do update
     set purchases = s.purchases + excluded.purchases,
         tickets = s.tickets + excluded.tickets,
         amount_minor = s.amount_minor + excluded.amount_minor,
         cancellations = s.cancellations + excluded.cancellations,
         cancelled_tickets = s.cancelled_tickets + excluded.cancelled_tickets,
         refunded_minor = s.refunded_minor + excluded.refunded_minor
), latencies as (
  insert into purchase_latency_statistics as s (event_id, hour, at_most_ms, purchases)
  select f."eventId", f.hour, f."latencyClassMs", count(*)
    from fresh f
   where f."latencyClassMs" is not null
   group by f."eventId", f.hour, f."latencyClassMs"
  on conflict (event_id, hour, at_most_ms) do update set purchases = s.purchases + excluded.purchases
)
select message_id, outcome from appended`;

/**
 * Writes one audit line per transaction message and counts it in the hourly statistics, each exactly once however often
 * it is delivered. Safe to run concurrently and to repeat after a failure.
 *
 * @returns one result per message, in the order given
 */
export async function recordTransactions(
  pool: pg.Pool,
  messages: readonly TransactionRecord[],
): Promise<TransactionRecorded[]> {
  if (messages.length === 0) return [];
  const details = await detailsOf(pool, messages);
  const known = messages.filter((message) => details.events.has(message.EventId));
  const outcomes = known.length === 0 ? new Map<string, AuditAppended>() : await record(pool, known, details);
  const seen = new Set<string>();
  return messages.map((message) => {
    if (!details.events.has(message.EventId)) return 'unknown_event';
    const id = message.MessageId.toLowerCase();
    const outcome = outcomes.get(id) ?? 'duplicate';
    // A second copy of a new message within this batch is a duplicate.
    if (outcome === 'recorded' && seen.has(id)) return 'duplicate';
    seen.add(id);
    return outcome;
  });
}

function detailsOf(pool: pg.Pool, messages: readonly TransactionRecord[]): Promise<TransactionDetails> {
  const idsOf = (some: readonly TransactionRecord[]): string[] => [
    ...new Set(some.map(({ PurchaseId }) => PurchaseId)),
  ];
  return readTransactionDetails(pool, {
    eventIds: [...new Set(messages.map(({ EventId }) => EventId))],
    purchaseIds: idsOf(messages),
    cancelledPurchaseIds: idsOf(messages.filter(({ Operation }) => Operation === 'cancel')),
  });
}

async function record(
  pool: pg.Pool,
  messages: readonly TransactionRecord[],
  details: TransactionDetails,
): Promise<Map<string, AuditAppended>> {
  const distinct = [...new Map(messages.map((message) => [message.MessageId.toLowerCase(), message])).values()];
  const lines = auditLinesForAppend(distinct.map((message) => auditLineOf(message, details)));
  const counts = JSON.stringify(distinct.map((message) => transactionCountOf(message, details)));
  const rows = await retrying(isDeadlock, () =>
    rowsOf<AppendedLine>(pool, RECORD, [lines, counts], 'record-transactions'),
  );
  return new Map(rows.map(({ messageId, outcome }) => [messageId, outcome]));
}
