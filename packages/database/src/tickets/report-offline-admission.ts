import type { CheckInResult } from '@box-office/contract';
import type pg from 'pg';
import { rowsOf } from '../rows.js';
import { admitByEarlierCheckIn } from './admit-by-earlier-check-in.js';
import type { CheckInRequest } from './check-in-request.js';
import { recordAdmission, type AdmittedTicket } from './record-admission.js';

// Locks the ticket, so that an undoing at the same moment sees that somebody is in, or has freed the ticket before.
const RECORD_REPORT = `
with reported as (
  update ticket_check_ins set settled_at = now() where id = $1 and settled_at is null returning ticket_id, result
)
select r.result, k.id as ticket_id, k.version, k.event_id, k.ticket_type, k.serial, k.purchase_id, k.user_id
  from reported r join event_tickets k on k.id = r.ticket_id for no key update of k`;

// The first admission by time is the ticket's; the count of who is in moves to its gate.
const MAKE_FIRST = `
with made as (
  update event_tickets k set admission_id = c.id
    from ticket_check_ins c join ticket_check_ins before on before.id = c.admitted_before
   where c.id = $1 and k.id = c.ticket_id and k.admission_id = before.id and c.checked_at < before.checked_at
     and k.status = 'valid' and k.cancellation_id is null
  returning k.event_id, k.ticket_type, c.gate as gate, before.gate as gate_before
), moved as (
  update event_admissions a set admitted = admitted - 1 from made m
   where (a.event_id, a.ticket_type, a.gate) = (m.event_id, m.ticket_type, m.gate_before) and m.gate <> m.gate_before
)
insert into event_admissions as a (event_id, ticket_type, gate, admitted)
select event_id, ticket_type, gate, 1 from made where gate <> gate_before
on conflict (event_id, ticket_type, gate) do update set admitted = a.admitted + 1`;

interface ReportedTicket extends AdmittedTicket {
  readonly result: CheckInResult;
  readonly ticketId: string;
  readonly version: number;
}

/** Records that the door has let somebody in, whatever the result is. */
export async function recordReport(client: pg.ClientBase, request: CheckInRequest): Promise<void> {
  const [reported] = await rowsOf<ReportedTicket>(client, RECORD_REPORT, [request.checkInId], 'record-report');
  // The code is of no ticket.
  if (reported === undefined) return;
  const { result, ...ticket } = reported;
  if (result === 'already_admitted') await client.query(MAKE_FIRST, [request.checkInId]);
  const wasFree = await useFreeTicket(client, request, reported);
  const offline = { result, admittedAt: request.admittedAt };
  await recordAdmission(client, request, ticket, offline, result === 'already_admitted' && !wasFree);
}

/** If the reason for the refusal no longer holds, admits the ticket for the person whom the door let in. */
async function useFreeTicket(
  client: pg.ClientBase,
  { presented }: CheckInRequest,
  { result, ticketId, version, eventId }: ReportedTicket,
): Promise<boolean> {
  if (result !== 'already_admitted' && result !== 'other_day') return false;
  // Accepted by another person since, who can still come with the newer code.
  if (presented?.version !== version) return false;
  return admitByEarlierCheckIn(client, ticketId, eventId);
}
