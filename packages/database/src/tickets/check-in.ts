import type { CheckInResult } from '@box-office/contract';
import { inTransaction } from '@box-office/platform';
import type pg from 'pg';
import { rowsOf } from '../rows.js';
import type { CheckInRequest } from './check-in-request.js';
import { recordAdmission, type AdmittedTicket } from './record-admission.js';
import { recordReport } from './report-offline-admission.js';

/** A check-in with its answer. */
export interface CheckIn {
  readonly checkInId: string;
  readonly fingerprint: string;
  readonly result: CheckInResult;
  readonly eventId: string | null;
  readonly ticketId: string | null;
  readonly ticketType: string | null;
  readonly serial: number | null;
  readonly gate: string;
  /** ISO 8601. */
  readonly checkedAt: string;
  /** Of the admission: this one, or the earlier one of the same ticket. */
  readonly admittedAt: string | null;
  readonly admittedGate: string | null;
  readonly undoneAt: string | null;
  /** When the door reported that it had let somebody in without an answer; null: it asked first. */
  readonly reportedAt: string | null;
}

// The column keeps its name, so that gateways of the release before work during an upgrade.
const FIND = `
select c.id as check_in_id, c.fingerprint, c.result, c.event_id, c.ticket_id, c.ticket_type, c.serial, c.gate, c.checked_at,
       a.checked_at as admitted_at, a.gate as admitted_gate, c.undone_at, c.settled_at as reported_at
  from ticket_check_ins c
  left join ticket_check_ins a on a.id = case c.result when 'admitted' then c.id else c.admitted_before end
 where c.id = $1`;

/** The check-in of this id, or null. */
export async function findCheckIn(db: pg.Pool | pg.ClientBase, checkInId: string): Promise<CheckIn | null> {
  const [row] = await rowsOf<CheckIn>(db, FIND, [checkInId], 'find-check-in');
  return row ?? null;
}

// Compare and set: of several doors and cancellations one changes the row, and the others find it changed. Who was let in
// offline is in, whatever the hours of entry are by now.
const ADMIT = `
with admitted as (
  update event_tickets k set admission_id = $1
    from events e
   where k.id = $2 and k.version = $3 and k.event_id = $7 and e.id = k.event_id
     and k.status = 'valid' and k.cancellation_id is null and k.admission_id is null and e.status <> 'cancelled'
     and ($6 or now() between e.starts_at - $4 * interval '1 second' and e.ends_at)
  returning k.event_id, k.ticket_type, k.serial, k.purchase_id, k.user_id
), counted as (
  insert into event_admissions as a (event_id, ticket_type, gate, admitted)
  select event_id, ticket_type, $5, 1 from admitted
  on conflict (event_id, ticket_type, gate) do update set admitted = a.admitted + 1
)
select * from admitted`;

const WHY_NOT = `
select k.ticket_type, k.serial, k.admission_id,
       case when k.status not in ('valid', 'cancelled') then 'unknown_ticket'
            when k.version <> $2 then 'outdated'
            when 'cancelled' in (k.status, e.status) or k.cancellation_id is not null then 'cancelled'
            when k.admission_id is not null then 'already_admitted'
            when not ($4 or now() between e.starts_at - $3 * interval '1 second' and e.ends_at) then 'other_day'
       end as result
  from event_tickets k join events e on e.id = k.event_id
 where k.id = $1 and k.event_id = $5`;

interface Answer {
  readonly result: CheckInResult;
  readonly ticketType?: string;
  readonly serial?: number;
  readonly admissionId?: string | null;
}

const INSERT = `
insert into ticket_check_ins (id, fingerprint, event_id, ticket_id, ticket_type, serial, gate, staff, channel, request_id,
                              result, admitted_before, checked_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, coalesce(least($13, now()), now()))
on conflict (id) do nothing`;

/** Most attempts for a ticket whose admission is undone in the same moment, or for a key that is used in the same moment. */
const MAX_ATTEMPTS = 3;

/**
 * Admits the ticket of a code once, or says why not, and keeps the answer. Idempotent: a repeat gets the answer of the
 * first request, also if both arrive at once. A repeat that reports that somebody was let in meanwhile records that.
 */
export async function checkIn(pool: pg.Pool, request: CheckInRequest): Promise<CheckIn> {
  for (let attempt = 0; attempt <= MAX_ATTEMPTS; attempt++) {
    const known = await findCheckIn(pool, request.checkInId);
    if (known !== null && !isReportMissing(known, request)) return known;
    try {
      await inTransaction(pool, (client) => (known === null ? decide(client, request) : recordReport(client, request)));
    } catch (error) {
      if (!(error instanceof KeyTaken)) throw error;
    }
  }
  throw new Error(`check-in ${request.checkInId} changed at each attempt to decide it`);
}

/** The door did not get our answer and let the person in, so its report has to be recorded too. */
const isReportMissing = (known: CheckIn, { admittedAt, fingerprint }: CheckInRequest): boolean =>
  admittedAt !== null && known.reportedAt === null && known.result !== 'admitted' && known.fingerprint === fingerprint;

/** A request with the same key was committed first. Rolls back what this one did. */
class KeyTaken extends Error {}

async function decide(client: pg.ClientBase, request: CheckInRequest): Promise<void> {
  const { admitted, answer } = await admit(client, request);
  await insert(client, request, answer);
  if (request.admittedAt !== null) return recordReport(client, request);
  if (admitted !== undefined) await recordAdmission(client, request, admitted);
}

/** Admits the ticket, or says why not. */
async function admit(
  client: pg.ClientBase,
  { checkInId, presented, refusal, opensBeforeS, gate, admittedAt }: CheckInRequest,
): Promise<{ readonly admitted?: AdmittedTicket; readonly answer: Answer }> {
  if (presented === null || refusal !== null) return { answer: { result: refusal ?? 'unreadable' } };
  const { ticketId, version, eventId } = presented;
  const wasLetIn = admittedAt !== null;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const values = [checkInId, ticketId, version, opensBeforeS, gate, wasLetIn, eventId];
    const [admitted] = await rowsOf<AdmittedTicket>(client, ADMIT, values, 'admit-ticket');
    if (admitted !== undefined) return { admitted, answer: { ...admitted, result: 'admitted' } };
    type Found = Omit<Answer, 'result'> & { readonly result: CheckInResult | null };
    const asked = [ticketId, version, opensBeforeS, wasLetIn, eventId];
    const [found] = await rowsOf<Found>(client, WHY_NOT, asked, 'why-not-admitted');
    if (found === undefined) return { answer: { result: 'unknown_ticket' } };
    if (found.result !== null) return { answer: { ...found, result: found.result } };
  }
  throw new Error(`ticket ${ticketId} changed at each attempt to admit it`);
}

async function insert(
  client: pg.ClientBase,
  { checkInId, fingerprint, presented, gate, by, requestId, admittedAt }: CheckInRequest,
  { result, ticketType, serial, admissionId }: Answer,
): Promise<void> {
  const ticketId = ticketType === undefined ? undefined : presented?.ticketId;
  const { rowCount } = await client.query(INSERT, [
    checkInId,
    fingerprint,
    presented?.eventId ?? null,
    ticketId ?? null,
    ticketType ?? null,
    serial ?? null,
    gate,
    by.name,
    by.channel,
    requestId,
    result,
    result === 'already_admitted' ? admissionId : null,
    admittedAt,
  ]);
  if (rowCount === 0) throw new KeyTaken();
}
