import { undoLineIdOf } from '@box-office/contract/derive';
import { inTransaction } from '@box-office/platform';
import type pg from 'pg';
import { recordOperatorAct } from '../audit/operator-line.js';
import type { Operator } from '../audit/operator-requests.js';
import { rowsOf } from '../rows.js';
import { findCheckIn, type CheckIn } from './check-in.js';

export interface UndoRequest {
  readonly checkInId: string;
  readonly reason: string;
  readonly by: Operator;
  readonly requestId: string;
}

const UNDO = `
with undone as (
  update ticket_check_ins set undone_at = now(), undone_by = $2, undo_reason = $3
   where id = $1 and (result = 'admitted' or settled_at is not null) and undone_at is null
  returning event_id, ticket_id, ticket_type, serial, gate
), freed as (
  update event_tickets k set admission_id = null from undone u where k.id = u.ticket_id and k.admission_id = $1
  returning k.id
), counted as (
  update event_admissions a set admitted = admitted - 1 from undone u, freed
   where (a.event_id, a.ticket_type, a.gate) = (u.event_id, u.ticket_type, u.gate)
)
select u.*, k.purchase_id, k.user_id from undone u join event_tickets k on k.id = u.ticket_id`;

interface Undone {
  readonly eventId: string;
  readonly ticketId: string;
  readonly ticketType: string;
  readonly serial: number;
  readonly gate: string;
  readonly purchaseId: string;
  readonly userId: string;
}

// Somebody else is in with the ticket: that admission is the ticket's now, and no third person comes in with it.
const ADMIT_OTHER = `
with other as (
  select id, gate, checked_at from ticket_check_ins
   where ticket_id = $1 and result = 'admitted' and undone_at is null
  union all
  select id, gate, checked_at from ticket_check_ins
   where event_id = $2 and ticket_id = $1 and result = 'already_admitted' and settled_at is not null and undone_at is null
  order by checked_at limit 1
), admitted as (
  update event_tickets k set admission_id = o.id from other o
   where k.id = $1 and k.admission_id is null and k.status = 'valid' and k.cancellation_id is null
  returning k.event_id, k.ticket_type, o.gate
)
insert into event_admissions as a (event_id, ticket_type, gate, admitted)
select event_id, ticket_type, gate, 1 from admitted
on conflict (event_id, ticket_type, gate) do update set admitted = a.admitted + 1`;

/**
 * Undoes an admission, so that the ticket can be admitted again unless two doors have admitted it. Idempotent; the first
 * reason is kept. Null: unknown.
 */
export function undoCheckIn(pool: pg.Pool, request: UndoRequest): Promise<CheckIn | null> {
  const { checkInId, reason, by, requestId } = request;
  return inTransaction(pool, async (client) => {
    const [undone] = await rowsOf<Undone>(client, UNDO, [checkInId, by.name, reason], 'undo-check-in');
    if (undone !== undefined) await client.query(ADMIT_OTHER, [undone.ticketId, undone.eventId]);
    const checkIn = await findCheckIn(client, checkInId);
    if (undone !== undefined) {
      const { eventId, purchaseId, userId, ...details } = undone;
      await recordOperatorAct(client, {
        ...{
          lineKind: 'admission',
          by,
          action: 'undo_admission',
          reason,
          messageId: undoLineIdOf(checkInId),
          requestId,
        },
        ...{ eventId, purchaseId, userId, details },
        before: { admitted: true },
        after: { admitted: false },
      });
    }
    return checkIn;
  });
}
