import type pg from 'pg';

/** When and how an event was looked at. */
export interface Mark {
  readonly eventId: string;
  /** The look began then, ISO 8601: what changes during it is looked at again. */
  readonly lookedAt: string;
  readonly tookMs: number;
  readonly complete: boolean;
  readonly unfinished: boolean;
}

/** An event whose turn it is. */
export interface DueEvent {
  readonly eventId: string;
  /** When the look before this one began, ISO 8601; null if there was none. */
  readonly lookedAt: string | null;
  readonly completedAt: string | null;
  /** Its inventory was built anew since all of it was looked at: Redis may have lost more. */
  readonly isRebuilt: boolean;
}

const COLUMNS = `e.id, m.looked_at, m.completed_at, coalesce(i.changed_at > m.completed_at, false) as is_rebuilt`;

// An event that takes long to look at is looked at less often: a twentieth of the time goes into it at most. A row is
// dated by the beginning of its transaction, which may have been committed some seconds after a look began.
const CHANGED = `
select ${COLUMNS}
  from events e
  join event_inventory i on i.event_id = e.id
  left join reconciliation_marks m on m.event_id = e.id
 where m.looked_at is null
    or (m.looked_at < $1
        and m.looked_at + make_interval(secs => m.took_ms * 20 / 1000.0) < now()
        and (m.unfinished
          or e.updated_at > m.looked_at - interval '10 s'
          or i.changed_at > m.looked_at - interval '10 s'
          or exists (select from event_ticket_transactions t where t.event_id = e.id and t.created_at > m.looked_at - interval '10 s')
          or exists (select from capacity_ledger l where l.event_id = e.id and l.applied_at > m.looked_at - interval '10 s')
          or exists (select from ticket_holds h
                      where h.event_id = e.id and h.status = 'active' and h.created_at > m.looked_at - interval '10 s')
          or exists (select from reconciliation_findings f
                      where f.event_id = e.id and f.status in ('found', 'handed_over'))))
 order by m.looked_at nulls first, e.id
 limit $2`;

const IN_TURN = `
select ${COLUMNS}
  from events e
  left join event_inventory i on i.event_id = e.id
  left join reconciliation_marks m on m.event_id = e.id
 where m.looked_at is null or m.looked_at < $1
 order by m.looked_at nulls first, e.id
 limit $2`;

interface Row {
  readonly id: string;
  readonly looked_at: Date | null;
  readonly completed_at: Date | null;
  readonly is_rebuilt: boolean;
}

/**
 * Events that were not looked at since `before`: those at which something changed, or those whose last look is the longest
 * ago whether or not anything did.
 *
 * @param o.before beginning of the sweep, ISO 8601
 */
export async function listDueEvents(
  pool: pg.Pool,
  o: { readonly which: 'changed' | 'in_turn'; readonly before: string; readonly limit: number },
): Promise<DueEvent[]> {
  const { rows } = await pool.query<Row>(o.which === 'changed' ? CHANGED : IN_TURN, [o.before, o.limit]);
  return rows.map(dueOf);
}

/** One event, whenever it was looked at; null if there is no such event. */
export async function findDueEvent(pool: pg.Pool, eventId: string): Promise<DueEvent | null> {
  const { rows } = await pool.query<Row>(
    `select ${COLUMNS}
       from events e
       left join event_inventory i on i.event_id = e.id
       left join reconciliation_marks m on m.event_id = e.id
      where e.id = $1`,
    [eventId],
  );
  return rows[0] ? dueOf(rows[0]) : null;
}

function dueOf({ id, looked_at, completed_at, is_rebuilt }: Row): DueEvent {
  return {
    eventId: id,
    lookedAt: looked_at?.toISOString() ?? null,
    completedAt: completed_at?.toISOString() ?? null,
    isRebuilt: is_rebuilt,
  };
}

const PUT = `
insert into reconciliation_marks as m (event_id, looked_at, completed_at, took_ms, unfinished)
select i."eventId", i."lookedAt", case when i.complete then i."lookedAt" end, i."tookMs", i.unfinished
  from jsonb_to_recordset($1) as i("eventId" text, "lookedAt" timestamptz, "tookMs" integer, complete boolean,
                                   unfinished boolean)
  join events e on e.id = i."eventId"
 order by i."eventId"
on conflict (event_id) do update
   set looked_at = greatest(m.looked_at, excluded.looked_at), completed_at = greatest(m.completed_at, excluded.completed_at),
       took_ms = case when excluded.looked_at >= m.looked_at then excluded.took_ms else m.took_ms end,
       unfinished = case when excluded.looked_at >= m.looked_at then excluded.unfinished else m.unfinished end`;

/** Notes that events were looked at. Of two sweeps at once the later look stands. */
export async function putMarks(pool: pg.Pool, marks: readonly Mark[]): Promise<void> {
  if (marks.length > 0) await pool.query(PUT, [JSON.stringify(marks)]);
}
