import type { CheckInResult } from '@box-office/contract';
import { inTransaction } from '@box-office/platform';
import type pg from 'pg';
import { recordOperatorAct } from '../audit/operator-line.js';
import type { Operator } from '../audit/operator-requests.js';
import { rowsOf } from '../rows.js';
import { admitOther } from './admit-other.js';

/** A ticket that was presented at a door: by its code, or as somebody's who was searched for. */
export interface CheckInRequest {
  readonly checkInId: string;
  readonly fingerprint: string;
  readonly gate: string;
  readonly by: Operator & { readonly channel: 'api' | 'cli' };
  readonly requestId: string;
  readonly source: 'code' | 'search';
  /** What the code says, or what was found; null if it is no code of ours. */
  readonly presented: { readonly ticketId: string; readonly eventId: string; readonly version: number } | null;
  /** What follows from the code alone; null if the ticket decides. */
  readonly refusal: CodeRefusal | null;
  /** Doors open so long before the event starts. They close when it ends. */
  readonly opensBeforeS: number;
  /** When the door let somebody in without an answer, by its own clock, ISO 8601; null: it asks first. */
  readonly admittedAt: string | null;
}

export type CodeRefusal = Extract<CheckInResult, 'other_event' | 'forged' | 'unreadable'>;

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
  readonly settledAt: string | null;
}

const FIND = `
select c.id as check_in_id, c.fingerprint, c.result, c.event_id, c.ticket_id, c.ticket_type, c.serial, c.gate, c.checked_at,
       a.checked_at as admitted_at, a.gate as admitted_gate, c.undone_at, c.settled_at
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

interface AdmittedTicket {
  readonly eventId: string;
  readonly ticketType: string;
  readonly serial: number;
  readonly purchaseId: string;
  readonly userId: string;
}

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
    if (known !== null && !isToBeSettled(known, request)) return known;
    try {
      await inTransaction(pool, (client) => (known === null ? decide(client, request) : settle(client, request)));
    } catch (error) {
      if (!(error instanceof KeyTaken)) throw error;
    }
  }
  throw new Error(`check-in ${request.checkInId} changed at each attempt to decide it`);
}

/** The door did not get our answer and let the person in, so its report has to be recorded too. */
const isToBeSettled = (known: CheckIn, { admittedAt, fingerprint }: CheckInRequest): boolean =>
  admittedAt !== null && known.settledAt === null && known.result !== 'admitted' && known.fingerprint === fingerprint;

/** A request with the same key was committed first. Rolls back what this one did. */
class KeyTaken extends Error {}

async function decide(client: pg.ClientBase, request: CheckInRequest): Promise<void> {
  const { admitted, answer } = await admit(client, request);
  await insert(client, request, answer);
  if (request.admittedAt !== null) return settle(client, request);
  if (admitted !== undefined) await recordAdmission(client, request, admitted);
}

/** Admits the ticket, or says why not. */
async function admit(
  client: pg.ClientBase,
  { checkInId, presented, refusal, opensBeforeS, gate, admittedAt }: CheckInRequest,
): Promise<{ readonly admitted?: AdmittedTicket; readonly answer: Answer }> {
  if (presented === null || refusal !== null) return { answer: { result: refusal ?? 'unreadable' } };
  const { ticketId, version, eventId } = presented;
  const isIn = admittedAt !== null;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const values = [checkInId, ticketId, version, opensBeforeS, gate, isIn, eventId];
    const [admitted] = await rowsOf<AdmittedTicket>(client, ADMIT, values, 'admit-ticket');
    if (admitted !== undefined) return { admitted, answer: { ...admitted, result: 'admitted' } };
    type Found = Omit<Answer, 'result'> & { readonly result: CheckInResult | null };
    const asked = [ticketId, version, opensBeforeS, isIn, eventId];
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
    ...[checkInId, fingerprint, presented?.eventId ?? null, ticketId ?? null, ticketType ?? null, serial ?? null],
    ...[gate, by.name, by.channel, requestId, result, result === 'already_admitted' ? admissionId : null, admittedAt],
  ]);
  if (rowCount === 0) throw new KeyTaken();
}

// Locks the ticket, so that an undoing at the same moment sees that somebody is in, or has freed the ticket before.
const SETTLE = `
with settled as (
  update ticket_check_ins set settled_at = now() where id = $1 and settled_at is null returning ticket_id, result
)
select s.result, k.id as ticket_id, k.version, k.event_id, k.ticket_type, k.serial, k.purchase_id, k.user_id
  from settled s join event_tickets k on k.id = s.ticket_id for no key update of k`;

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

interface SettledTicket extends AdmittedTicket {
  readonly result: CheckInResult;
  readonly ticketId: string;
  readonly version: number;
}

/** Records that the door has let somebody in, whatever the result is. */
async function settle(client: pg.ClientBase, request: CheckInRequest): Promise<void> {
  const [settled] = await rowsOf<SettledTicket>(client, SETTLE, [request.checkInId], 'settle-check-in');
  // The code is of no ticket.
  if (settled === undefined) return;
  const { result, ...ticket } = settled;
  if (result === 'already_admitted') await client.query(MAKE_FIRST, [request.checkInId]);
  const wasFree = await useFreeTicket(client, request, settled);
  const offline = { result, admittedAt: request.admittedAt };
  await recordAdmission(client, request, ticket, offline, result === 'already_admitted' && !wasFree);
}

/** If the reason for the refusal no longer holds, admits the ticket for the person whom the door let in. */
async function useFreeTicket(
  client: pg.ClientBase,
  { presented }: CheckInRequest,
  { result, ticketId, version, eventId }: SettledTicket,
): Promise<boolean> {
  if (result !== 'already_admitted' && result !== 'other_day') return false;
  // Accepted by another person since, who can still come with the newer code.
  if (presented?.version !== version) return false;
  return admitOther(client, ticketId, eventId);
}

const recordAdmission = (
  client: pg.ClientBase,
  { checkInId, by, requestId, source, presented, gate }: CheckInRequest,
  { eventId, purchaseId, userId, ticketType, serial }: AdmittedTicket,
  offline?: { readonly result: CheckInResult; readonly admittedAt: string | null },
  wasAdmitted = false,
): Promise<void> =>
  recordOperatorAct(client, {
    ...{ lineKind: 'admission', by, action: 'admit', reason: null, messageId: checkInId, requestId },
    ...{ eventId, purchaseId, userId },
    before: { admitted: wasAdmitted },
    after: { admitted: true },
    details: { ticketId: presented?.ticketId ?? '', ticketType, serial, gate, source, ...(offline && { offline }) },
  });
