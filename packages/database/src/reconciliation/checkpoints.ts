import type pg from 'pg';
import { rowsOf } from '../rows.js';

/** The last check of an event. */
export interface Checkpoint {
  readonly eventId: string;
  /** When the check began, ISO 8601: what changes during it is checked again. */
  readonly checkedAt: string;
  readonly tookMs: number;
  readonly complete: boolean;
  readonly unfinished: boolean;
}

/** An event that is due for a check. */
export interface DueEvent {
  readonly eventId: string;
  /** When the previous check began, ISO 8601; null if there was none. */
  readonly checkedAt: string | null;
  readonly completedAt: string | null;
  /** Its inventory was rebuilt since the last complete check: Redis may have lost more. */
  readonly isRebuilt: boolean;
}

const COLUMNS = `e.id as event_id, m.checked_at, m.completed_at, coalesce(i.changed_at > m.completed_at, false) as is_rebuilt`;

// An event whose check takes long is checked less often: at most a twentieth of the time is spent on it. A row has the
// time at which its transaction began, which may have been committed some seconds after a check began.
const CHANGED = `
select ${COLUMNS}
  from events e
  join event_inventory i on i.event_id = e.id
  left join reconciliation_checkpoints m on m.event_id = e.id
 where m.checked_at is null
    or (m.checked_at < $1
        and m.checked_at + make_interval(secs => m.took_ms * 20 / 1000.0) < now()
        and (m.unfinished
          or e.updated_at > m.checked_at - interval '10 s'
          or i.changed_at > m.checked_at - interval '10 s'
          or exists (select from event_ticket_transactions t where t.event_id = e.id and t.created_at > m.checked_at - interval '10 s')
          or exists (select from capacity_ledger l where l.event_id = e.id and l.applied_at > m.checked_at - interval '10 s')
          or exists (select from ticket_holds h
                      where h.event_id = e.id and h.status = 'active' and h.created_at > m.checked_at - interval '10 s')
          or exists (select from ticket_check_ins c
                      where c.event_id = e.id and c.settled_at > m.checked_at - interval '10 s'
                        and c.undone_at is null and c.result <> 'admitted')
          or exists (select from reconciliation_findings f
                      where f.event_id = e.id and f.status in ('found', 'handed_over'))))
 order by m.checked_at nulls first, e.id
 limit $2`;

const IN_TURN = `
select ${COLUMNS}
  from events e
  left join event_inventory i on i.event_id = e.id
  left join reconciliation_checkpoints m on m.event_id = e.id
 where m.checked_at is null or m.checked_at < $1
 order by m.checked_at nulls first, e.id
 limit $2`;

/**
 * Events that were not checked since `before`: those that have changed, or in turn those whose last check is the
 * longest ago.
 *
 * @param o.before beginning of the run, ISO 8601
 */
export async function listDueEvents(
  pool: pg.Pool,
  o: { readonly which: 'changed' | 'in_turn'; readonly before: string; readonly limit: number },
): Promise<DueEvent[]> {
  return rowsOf<DueEvent>(pool, o.which === 'changed' ? CHANGED : IN_TURN, [o.before, o.limit]);
}

/** One event, whether or not it is due; null if it does not exist. */
export async function findDueEvent(pool: pg.Pool, eventId: string): Promise<DueEvent | null> {
  const [due] = await rowsOf<DueEvent>(
    pool,
    `select ${COLUMNS}
       from events e
       left join event_inventory i on i.event_id = e.id
       left join reconciliation_checkpoints m on m.event_id = e.id
      where e.id = $1`,
    [eventId],
  );
  return due ?? null;
}

const PUT = `
insert into reconciliation_checkpoints as m (event_id, checked_at, completed_at, took_ms, unfinished)
select i."eventId", i."checkedAt", case when i.complete then i."checkedAt" end, i."tookMs", i.unfinished
  from jsonb_to_recordset($1) as i("eventId" text, "checkedAt" timestamptz, "tookMs" integer, complete boolean,
                                   unfinished boolean)
  join events e on e.id = i."eventId"
 order by i."eventId"
on conflict (event_id) do update
   set checked_at = greatest(m.checked_at, excluded.checked_at), completed_at = greatest(m.completed_at, excluded.completed_at),
       took_ms = case when excluded.checked_at >= m.checked_at then excluded.took_ms else m.took_ms end,
       unfinished = case when excluded.checked_at >= m.checked_at then excluded.unfinished else m.unfinished end`;

/** Records checks. Of two concurrent checks the later one is kept. */
export async function putCheckpoints(pool: pg.Pool, checkpoints: readonly Checkpoint[]): Promise<void> {
  if (checkpoints.length > 0) await pool.query(PUT, [JSON.stringify(checkpoints)]);
}

const PUT_FAILED = `
insert into reconciliation_checkpoints as m (event_id, checked_at, completed_at, took_ms, unfinished)
select e.id, clock_timestamp(), null, 0, true from events e where e.id = any($1::text[]) order by e.id
on conflict (event_id) do update set checked_at = excluded.checked_at, completed_at = null, unfinished = true`;

/** Records checks that failed: other events have their turn, and the next check of these is complete. */
export async function putFailedChecks(pool: pg.Pool, eventIds: readonly string[]): Promise<void> {
  if (eventIds.length > 0) await pool.query(PUT_FAILED, [eventIds]);
}
