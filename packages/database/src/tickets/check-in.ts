import type { CheckInResult } from '@box-office/contract';
import { inTransaction } from '@box-office/platform';
import type pg from 'pg';
import { recordOperatorAct } from '../audit/operator-line.js';
import type { Operator } from '../audit/operator-requests.js';
import { rowsOf } from '../rows.js';

/** A code that was presented at a door. */
export interface CheckInRequest {
  readonly checkInId: string;
  readonly fingerprint: string;
  readonly gate: string;
  readonly by: Operator & { readonly channel: 'api' | 'cli' };
  readonly requestId: string;
  /** What the code says; null if it is no code of ours. */
  readonly coded: { readonly ticketId: string; readonly eventId: string; readonly version: number } | null;
  /** What follows from the code alone; null if the ticket decides. */
  readonly refusal: CodeRefusal | null;
  /** Doors open so long before the event starts. They close when it ends. */
  readonly opensBeforeS: number;
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
}

const FIND = `
select c.id as check_in_id, c.fingerprint, c.result, c.event_id, c.ticket_id, c.ticket_type, c.serial, c.gate, c.checked_at,
       a.checked_at as admitted_at, a.gate as admitted_gate, c.undone_at
  from ticket_check_ins c
  left join ticket_check_ins a on a.id = case c.result when 'admitted' then c.id else c.admitted_before end
 where c.id = $1`;

/** The check-in of this id, or null. */
export async function findCheckIn(db: pg.Pool | pg.ClientBase, checkInId: string): Promise<CheckIn | null> {
  const [row] = await rowsOf<CheckIn>(db, FIND, [checkInId], 'find-check-in');
  return row ?? null;
}

// Compare and set: of several doors and cancellations one changes the row, and the others find it changed.
const ADMIT = `
with admitted as (
  update event_tickets k set admission_id = $1
    from events e
   where k.id = $2 and k.version = $3 and e.id = k.event_id
     and k.status = 'valid' and k.cancellation_id is null and k.admission_id is null and e.status <> 'cancelled'
     and now() between e.starts_at - $4 * interval '1 second' and e.ends_at
  returning k.event_id, k.ticket_type, k.serial, k.purchase_id, k.user_id
), counted as (
  insert into event_admissions as a (event_id, ticket_type, gate, admitted)
  select event_id, ticket_type, $5, 1 from admitted
  on conflict (event_id, ticket_type, gate) do update set admitted = a.admitted + 1
)
select * from admitted`;

interface Admitted {
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
            when not now() between e.starts_at - $3 * interval '1 second' and e.ends_at then 'other_day'
       end as result
  from event_tickets k join events e on e.id = k.event_id
 where k.id = $1`;

interface NotAdmitted {
  readonly ticketType: string;
  readonly serial: number;
  readonly admissionId: string | null;
  readonly result: CheckInResult | null;
}

const INSERT = `
insert into ticket_check_ins (id, fingerprint, event_id, ticket_id, ticket_type, serial, gate, staff, channel, request_id,
                              result, admitted_before)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
on conflict (id) do nothing`;

/** Most attempts for a ticket whose admission is undone in the same moment. */
const MAX_ATTEMPTS = 3;

/**
 * Admits the ticket of a code once, or says why not, and keeps the answer. Idempotent: a repeat gets the answer of the
 * first request, also if both arrive at once.
 */
export async function checkIn(pool: pg.Pool, request: CheckInRequest): Promise<CheckIn> {
  const { checkInId } = request;
  const known = await findCheckIn(pool, checkInId);
  if (known !== null) return known;
  try {
    await inTransaction(pool, (client) => decide(client, request));
  } catch (error) {
    if (!(error instanceof KeyTaken)) throw error;
  }
  const decided = await findCheckIn(pool, checkInId);
  if (decided === null) throw new Error(`check-in ${checkInId} has no row after it was decided`);
  return decided;
}

/** A request with the same key was committed first. Rolls back what this one did. */
class KeyTaken extends Error {}

async function decide(client: pg.ClientBase, request: CheckInRequest): Promise<void> {
  const { coded, refusal } = request;
  if (coded === null || refusal !== null) return insert(client, request, { result: refusal ?? 'unreadable' });
  const { ticketId, version } = coded;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const values = [request.checkInId, ticketId, version, request.opensBeforeS, request.gate];
    const [admitted] = await rowsOf<Admitted>(client, ADMIT, values, 'admit-ticket');
    if (admitted !== undefined) {
      await insert(client, request, { result: 'admitted', ...admitted });
      return recordAdmission(client, request, admitted);
    }
    const why = [ticketId, version, request.opensBeforeS];
    const [found] = await rowsOf<NotAdmitted>(client, WHY_NOT, why, 'why-not-admitted');
    if (found === undefined) return insert(client, request, { result: 'unknown_ticket' });
    if (found.result !== null) return insert(client, request, { ...found, result: found.result });
  }
  throw new Error(`ticket ${ticketId} changed at each attempt to admit it`);
}

async function insert(
  client: pg.ClientBase,
  { checkInId, fingerprint, coded, gate, by, requestId }: CheckInRequest,
  answer: { result: CheckInResult } & Partial<Pick<NotAdmitted, 'ticketType' | 'serial' | 'admissionId'>>,
): Promise<void> {
  const { result, ticketType = null, serial = null, admissionId = null } = answer;
  const ticketId = ticketType === null ? null : (coded?.ticketId ?? null);
  const { rowCount } = await client.query(INSERT, [
    ...[checkInId, fingerprint, coded?.eventId ?? null, ticketId, ticketType, serial, gate, by.name, by.channel],
    ...[requestId, result, result === 'already_admitted' ? admissionId : null],
  ]);
  if (rowCount === 0) throw new KeyTaken();
}

const recordAdmission = (client: pg.ClientBase, request: CheckInRequest, ticket: Admitted): Promise<void> =>
  recordOperatorAct(client, {
    ...{
      lineKind: 'admission',
      by: request.by,
      action: 'admit',
      reason: null,
      messageId: request.checkInId,
      requestId: request.requestId,
    },
    ...{ eventId: ticket.eventId, purchaseId: ticket.purchaseId, userId: ticket.userId },
    before: { admitted: false },
    after: { admitted: true },
    details: {
      ...{ ticketId: request.coded?.ticketId ?? '', ticketType: ticket.ticketType, serial: ticket.serial },
      gate: request.gate,
    },
  });
