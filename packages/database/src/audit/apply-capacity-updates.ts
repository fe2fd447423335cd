import type { CapacityUpdate } from '@box-office/contract';
import { inTransaction } from '@box-office/platform';
import type pg from 'pg';
import { rowsOf } from '../rows.js';
import { isDeadlock, retrying } from '../retrying.js';

/**
 * Result for one message:
 * - `applied`: its ledger line was written and its change added to `events.capacity`, now
 * - `duplicate`: it had its line already; nothing was changed
 * - `conflict`: another message has a line with its id; nothing was changed
 * - `unknown_event`: the event does not exist; nothing was changed
 */
export type CapacityApplied = 'applied' | 'duplicate' | 'conflict' | 'unknown_event';

// Locked in id order, so that batches with several events cannot deadlock, and before the ledger is written, so that of
// two batches with the same message the second waits here and then finds the line of the first.
const LOCK_EVENTS = `
select id from events
 where id = any($1::text[])
 order by id
   for no key update`;

const INSERT_NEW_LINES = `
insert into capacity_ledger
       (message_id, event_id, purchase_id, transaction_id, operation, change, items, occurred_at)
select x."MessageId", x."EventId", x."PurchaseId", x."TransactionId", x."Operation", x."CapacityChange", x."Items",
       x."OccurredAt"
  from jsonb_to_recordset($1) as x(
       "MessageId" uuid, "EventId" text, "PurchaseId" uuid, "TransactionId" text, "Operation" text,
       "CapacityChange" integer, "Items" jsonb, "OccurredAt" timestamptz)
 order by x."MessageId"
on conflict (message_id) do nothing
returning message_id`;

const MOVE_CAPACITY = `
update events e
   set capacity = e.capacity + l.change
  from (
    select event_id, sum(change)::integer as change
      from capacity_ledger
     where message_id = any($1::uuid[])
     group by event_id
  ) l
 where e.id = l.event_id`;

const READ_LINES = `
select message_id, event_id, purchase_id, operation, change
  from capacity_ledger
 where message_id = any($1::uuid[])`;

interface Line {
  readonly messageId: string;
  readonly eventId: string;
  readonly purchaseId: string | null;
  readonly operation: string;
  readonly change: number;
}

/**
 * Applies capacity messages to `events.capacity`, each exactly once however often and in whatever order it is
 * delivered: one transaction writes the new ledger lines and adds their sum. Safe to run concurrently and to repeat
 * after a failure, also after one whose outcome is unknown.
 *
 * @returns one result per message, in the order given
 */
export async function applyCapacityUpdates(
  pool: pg.Pool,
  messages: readonly CapacityUpdate[],
): Promise<CapacityApplied[]> {
  if (messages.length === 0) return [];
  const { known, fresh, lines } = await retrying(isDeadlock, () =>
    inTransaction(pool, (client) => applyInTransaction(client, messages)),
  );

  const byId = new Map(lines.map((line) => [line.messageId, line]));
  return messages.map((message) => {
    if (!known.has(message.EventId)) return 'unknown_event';
    const id = message.MessageId.toLowerCase();
    const line = byId.get(id);
    if (line && !describes(line, message)) return 'conflict';
    // A second copy of a new message within this batch is a duplicate.
    return fresh.delete(id) ? 'applied' : 'duplicate';
  });
}

async function applyInTransaction(
  client: pg.PoolClient,
  messages: readonly CapacityUpdate[],
): Promise<{ known: Set<string>; fresh: Set<string>; lines: Line[] }> {
  const eventIds = [...new Set(messages.map((message) => message.EventId))];
  const events = await rowsOf<{ id: string }>(client, LOCK_EVENTS, [eventIds], 'lock-events-for-capacity');
  const known = new Set(events.map(({ id }) => id));
  const applicable = messages.filter((message) => known.has(message.EventId));
  const lines = [JSON.stringify(applicable)];
  const inserted = await rowsOf<Pick<Line, 'messageId'>>(client, INSERT_NEW_LINES, lines, 'insert-capacity-ledger');
  const fresh = new Set(inserted.map(({ messageId }) => messageId));
  if (fresh.size > 0) await rowsOf(client, MOVE_CAPACITY, [[...fresh]], 'move-capacity');
  if (fresh.size === applicable.length) return { known, fresh, lines: [] };
  const ids = applicable.map((message) => message.MessageId);
  return { known, fresh, lines: await rowsOf<Line>(client, READ_LINES, [ids], 'read-capacity-ledger') };
}

function describes(line: Line, message: CapacityUpdate): boolean {
  return (
    line.eventId === message.EventId &&
    line.purchaseId === message.PurchaseId.toLowerCase() &&
    line.operation === message.Operation &&
    line.change === message.CapacityChange
  );
}
