import { inTransaction } from '@box-office/platform';
import type pg from 'pg';
import { recordResolution, type Resolution } from '../audit/record-resolution.js';

/** Work that makes no progress although its workflow is open, from its finding. */
export interface StalledWork {
  /** Null if it is about a whole event; so is `userId`. */
  readonly purchaseId: string | null;
  readonly eventId: string;
  readonly userId: string | null;
  /** `purchase`, `cancellation` of tickets of it, or that of an event. */
  readonly what: 'purchase' | 'cancellation' | 'event_cancellation';
  /** The stalled workflow, and its run. */
  readonly workflowId: string;
  readonly runId: string;
  readonly cause: string;
  /** When its row was changed last, ISO 8601; of an event's cancellation, when it was requested. */
  readonly since: string;
}

/**
 * Open findings whose work is unfinished and unchanged since it was seen. A request to undo the purchase is no progress.
 * What was seen is known to the millisecond.
 */
const UNCHANGED = `
  from reconciliation_findings f
  left join event_ticket_transactions t on t.id = f.purchase_id
  left join ticket_cancellations c
    on c.id = case when f.subject like 'cancellation %' then split_part(f.subject, ' ', 2)::uuid end
  left join event_cancellations e on f.purchase_id is null and e.event_id = f.event_id
  cross join lateral (select (f.found ->> 'since')::timestamptz + interval '1 ms' as before) seen
 where f.kind = 'stalled' and f.status in ('found', 'handed_over')
   and case when e.event_id is not null then e.finished_at is null
            when c.id is not null then c.settled_at is null and c.updated_at < seen.before
            else t.outcome is null and (t.updated_at < seen.before or t.updated_at = t.cancel_requested_at) end`;

const STALLED = `
select f.purchase_id as "purchaseId", f.event_id as "eventId", t.user_id as "userId", split_part(f.subject, ' ', 1) as what,
       f.found ->> 'workflowId' as "workflowId", f.found ->> 'runId' as "runId", f.cause, f.found ->> 'since' as since
  ${UNCHANGED} and ($1::uuid is null or f.purchase_id = $1)
 order by f.first_seen, f.id
 limit $2`;

/** Stalled work, longest known first; of one purchase, or of all. Not work that continues since it was found. */
export async function listStalledWork(
  pool: pg.Pool,
  o: { readonly purchaseId?: string; readonly limit: number },
): Promise<StalledWork[]> {
  const { rows } = await pool.query<StalledWork>(STALLED, [o.purchaseId ?? null, o.limit]);
  return rows;
}

/** How many purchases and cancellations, those of events included, are stalled. */
export async function countStalledWork(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(`select count(*)::integer ${UNCHANGED}`);
  return rows[0]?.count ?? 0;
}

/**
 * Records an operator's decision about stalled work of a purchase. One to undo the purchase asks for that in the same
 * transaction: from then on it is not confirmed. Idempotent.
 *
 * @returns false if the purchase was to be undone and has its outcome already: then nothing is recorded
 */
export function recordStalledDecision(
  pool: pg.Pool,
  { purchaseId, ...decision }: Omit<Resolution, 'purchaseIds'> & { readonly purchaseId: string },
): Promise<boolean> {
  return inTransaction(pool, async (client) => {
    if (decision.action === 'compensate' && !(await askToUndo(client, purchaseId))) return false;
    await recordResolution(client, { ...decision, purchaseIds: [purchaseId] });
    return true;
  });
}

/** Asks for an open purchase to be undone. @returns false if it has its outcome already */
async function askToUndo(client: pg.ClientBase, purchaseId: string): Promise<boolean> {
  await client.query(
    `update event_ticket_transactions set cancel_requested_at = now()
      where id = $1 and outcome is null and cancel_requested_at is null`,
    [purchaseId],
  );
  // Another request may have asked at the same time.
  const { rowCount } = await client.query(
    `select from event_ticket_transactions where id = $1 and outcome is null and cancel_requested_at is not null`,
    [purchaseId],
  );
  return rowCount === 1;
}
