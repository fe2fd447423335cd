import type pg from 'pg';

// Somebody is in with the ticket: that admission is the ticket's now, and no other person comes in with it. Who was
// refused and let in all the same counts if the ticket itself was good: it was used already, or its day was another one.
const ADMIT_BY_EARLIER = `
with earlier as (
  select id, gate, checked_at from ticket_check_ins
   where ticket_id = $1 and result = 'admitted' and undone_at is null
  union all
  select id, gate, checked_at from ticket_check_ins
   where event_id = $2 and ticket_id = $1 and result in ('already_admitted', 'other_day')
     and settled_at is not null and undone_at is null
  order by checked_at limit 1
), admitted as (
  update event_tickets k set admission_id = earlier.id from earlier
   where k.id = $1 and k.admission_id is null and k.status = 'valid' and k.cancellation_id is null
  returning k.event_id, k.ticket_type, earlier.gate
)
insert into event_admissions as a (event_id, ticket_type, gate, admitted)
select event_id, ticket_type, gate, 1 from admitted
on conflict (event_id, ticket_type, gate) do update set admitted = a.admitted + 1`;

/**
 * Gives a ticket that is not admitted the first admission by time of those who are in with it. The caller has locked the
 * ticket's row. Returns whether there was one.
 */
export async function admitByEarlierCheckIn(
  client: pg.ClientBase,
  ticketId: string,
  eventId: string,
): Promise<boolean> {
  return (await client.query(ADMIT_BY_EARLIER, [ticketId, eventId])).rowCount === 1;
}
