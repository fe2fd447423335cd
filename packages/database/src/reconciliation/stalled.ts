import type pg from 'pg';

/** Work that makes no progress although its workflow is open, from its finding. */
export interface StalledWork {
  readonly purchaseId: string;
  readonly eventId: string;
  readonly userId: string;
  /** `purchase`, or `cancellation` of tickets of it. */
  readonly what: 'purchase' | 'cancellation';
  /** The stalled workflow, and its run. */
  readonly workflowId: string;
  readonly runId: string;
  readonly cause: string;
  /** When its row was changed last, ISO 8601. */
  readonly since: string;
}

const STALLED = `
select f.purchase_id as "purchaseId", f.event_id as "eventId", t.user_id as "userId", split_part(f.subject, ' ', 1) as what,
       f.found ->> 'workflowId' as "workflowId", f.found ->> 'runId' as "runId", f.cause, f.found ->> 'since' as since
  from reconciliation_findings f
  join event_ticket_transactions t on t.id = f.purchase_id
 where f.kind = 'stalled' and f.status in ('found', 'handed_over') and ($1::uuid is null or f.purchase_id = $1)
 order by f.first_seen, f.id
 limit $2`;

/** Stalled work, longest known first; of one purchase, or of all. */
export async function listStalledWork(
  pool: pg.Pool,
  o: { readonly purchaseId?: string; readonly limit: number },
): Promise<StalledWork[]> {
  const { rows } = await pool.query<StalledWork>(STALLED, [o.purchaseId ?? null, o.limit]);
  return rows;
}

/** How many purchases and cancellations are stalled. */
export async function countStalledWork(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `select count(*)::integer from reconciliation_findings where kind = 'stalled' and status in ('found', 'handed_over')`,
  );
  return rows[0]?.count ?? 0;
}

/** Asks for an open purchase to be undone: from now on it is not confirmed. Idempotent. */
export async function askToUndo(pool: pg.Pool, purchaseId: string): Promise<void> {
  await pool.query(
    `update event_ticket_transactions set cancel_requested_at = now()
      where id = $1 and outcome is null and cancel_requested_at is null`,
    [purchaseId],
  );
}
