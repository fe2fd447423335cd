import type { TransactionRecord } from '@box-office/contract';
import type pg from 'pg';
import { retryingDeadlocks } from './deadlocks.js';

/**
 * What became of one message:
 * - `recorded`: its audit line was written and counted in the statistics, now
 * - `duplicate`: its line stood already; nothing was counted
 * - `conflict`: a line with its id stands, but tells of something else; nothing was counted
 * - `unknown_event`: there is no such event; nothing was written
 */
export type TransactionRecorded = 'recorded' | 'duplicate' | 'conflict' | 'unknown_event';

// One statement, hence one transaction: the statistics rise by exactly the lines that are new. Lines are inserted in
// the order of their message ids and all before the first statistics row (which needs their sum), and those in the
// order of their key: two batches wait for each other in one direction only.
const RECORD = `
with input as (
  select * from jsonb_to_recordset($1) as x(
         "MessageId" uuid, "Operation" text, "PurchaseId" uuid, "TransactionId" text, "UserId" text, "EventId" text,
         "Amount" bigint, "Currency" text, "RequestId" text, "Items" jsonb, "OccurredAt" timestamptz)
), fresh as (
  insert into audit_logs
         (message_id, kind, purchase_id, transaction_id, user_id, event_id, amount_minor, currency, request_id,
          details, occurred_at)
  select i."MessageId", i."Operation", i."PurchaseId", i."TransactionId", i."UserId", i."EventId",
         i."Amount", i."Currency", i."RequestId", jsonb_build_object('items', i."Items"), i."OccurredAt"
    from input i
    join events e on e.id = i."EventId"
   order by i."MessageId"
  on conflict (message_id) do nothing
  returning message_id, kind, event_id, amount_minor, details, occurred_at
), counted as (
  select f.event_id, date_trunc('hour', f.occurred_at, 'UTC') as hour, f.kind, f.amount_minor,
         (select sum((item ->> 'Quantity')::integer) from jsonb_array_elements(f.details -> 'items') as item) as tickets
    from fresh f
), totals as (
  insert into transaction_statistics as s
         (event_id, hour, purchases, tickets, amount_minor, cancellations, cancelled_tickets, refunded_minor)
  select c.event_id, c.hour,
         count(*) filter (where c.kind = 'purchase'),
         coalesce(sum(c.tickets) filter (where c.kind = 'purchase'), 0),
         coalesce(sum(c.amount_minor) filter (where c.kind = 'purchase'), 0),
         count(*) filter (where c.kind = 'cancel'),
         coalesce(sum(c.tickets) filter (where c.kind = 'cancel'), 0),
         coalesce(sum(c.amount_minor) filter (where c.kind = 'cancel'), 0)
    from counted c
   group by c.event_id, c.hour
   order by c.event_id, c.hour
  on conflict (event_id, hour) do update
     set purchases = s.purchases + excluded.purchases,
         tickets = s.tickets + excluded.tickets,
         amount_minor = s.amount_minor + excluded.amount_minor,
         cancellations = s.cancellations + excluded.cancellations,
         cancelled_tickets = s.cancelled_tickets + excluded.cancelled_tickets,
         refunded_minor = s.refunded_minor + excluded.refunded_minor
)
select i."MessageId" as message_id,
       e.id is not null as known,
       f.message_id is not null as is_new,
       a.message_id is not null
         and (a.kind, a.purchase_id, a.event_id, a.amount_minor)
             is distinct from (i."Operation", i."PurchaseId", i."EventId", i."Amount") as differs
  from input i
  left join events e on e.id = i."EventId"
  left join fresh f on f.message_id = i."MessageId"
  left join audit_logs a on a.message_id = i."MessageId"`;

interface Row {
  readonly message_id: string;
  readonly known: boolean;
  readonly is_new: boolean;
  readonly differs: boolean;
}

/**
 * Writes one audit line per transaction message and counts it in the hourly statistics, each exactly once however
 * often it comes. Safe to run concurrently and to repeat after a failure.
 *
 * @returns one result per message, in the order given
 */
export async function recordTransactions(
  pool: pg.Pool,
  messages: readonly TransactionRecord[],
): Promise<TransactionRecorded[]> {
  if (messages.length === 0) return [];
  const distinct = new Map(messages.map((message) => [message.MessageId.toLowerCase(), message]));
  const { rows } = await retryingDeadlocks(() =>
    pool.query<Row>({ name: 'record-transactions', text: RECORD, values: [JSON.stringify([...distinct.values()])] }),
  );
  const byId = new Map(rows.map((row) => [row.message_id, row]));
  const fresh = new Set(rows.filter((row) => row.is_new).map((row) => row.message_id));
  return messages.map((message) => {
    const id = message.MessageId.toLowerCase();
    const row = byId.get(id);
    if (!row?.known) return 'unknown_event';
    if (row.differs) return 'conflict';
    // A second copy of a new message within this batch is a duplicate.
    return fresh.delete(id) ? 'recorded' : 'duplicate';
  });
}
