import type pg from 'pg';
import { rowsOf } from '../rows.js';

/** Tickets that were admitted, of one type at one gate. */
export interface AdmissionCount {
  readonly ticketType: string;
  readonly gate: string;
  readonly admitted: number;
}

export interface EventAdmissions {
  /** Valid tickets of the event, as of the last message that the audit consumer has applied. */
  readonly sold: number;
  readonly counts: readonly AdmissionCount[];
  /** People who are in with a ticket that somebody else is in with too, beyond one a ticket. */
  readonly double: number;
}

/** Staff names gates freely; more than these are not listed. */
const MAX_COUNTS = 1_000;

// Of several people who are in with one ticket, one is its admission.
const SOLD = `
select (select coalesce(sum(total), 0) from event_ticket_types where event_id = e.id) - e.capacity as sold,
       (select count(*) - count(distinct c.ticket_id) filter (where not exists (
                 select from ticket_check_ins a
                  where a.ticket_id = c.ticket_id and a.result = 'admitted' and a.undone_at is null))
          from ticket_check_ins c where c.event_id = e.id and c.settled_at is not null
           and c.undone_at is null and c.result in ('already_admitted', 'other_day')) as double
  from events e where e.id = $1`;

const COUNTS = `
select ticket_type, gate, admitted from event_admissions
 where event_id = $1 and admitted > 0 order by ticket_type, gate limit ${MAX_COUNTS}`;

/** Who is in; null if there is no such event. */
export async function readAdmissions(pool: pg.Pool, eventId: string): Promise<EventAdmissions | null> {
  const [[event], counts] = await Promise.all([
    rowsOf<Pick<EventAdmissions, 'sold' | 'double'>>(pool, SOLD, [eventId], 'sold-of-event'),
    rowsOf<AdmissionCount>(pool, COUNTS, [eventId], 'admission-counts'),
  ]);
  return event === undefined ? null : { ...event, counts };
}
