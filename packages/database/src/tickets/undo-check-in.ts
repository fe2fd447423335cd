import { undoLineIdOf } from '@box-office/contract/derive';
import { inTransaction } from '@box-office/platform';
import type pg from 'pg';
import { recordOperatorAct } from '../audit/operator-line.js';
import type { Operator } from '../audit/operator-requests.js';
import { rowsOf } from '../rows.js';
import { admitByEarlierCheckIn } from './admit-by-earlier-check-in.js';
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

/**
 * Undoes an admission, so that the ticket can be admitted again unless two doors have admitted it. Idempotent; the first
 * reason is kept. Null: unknown.
 */
export function undoCheckIn(pool: pg.Pool, request: UndoRequest): Promise<CheckIn | null> {
  const { checkInId, reason, by, requestId } = request;
  return inTransaction(pool, async (client) => {
    const [undone] = await rowsOf<Undone>(client, UNDO, [checkInId, by.name, reason], 'undo-check-in');
    if (undone !== undefined) await admitByEarlierCheckIn(client, undone.ticketId, undone.eventId);
    const checkIn = await findCheckIn(client, checkInId);
    if (undone !== undefined) {
      const { eventId, purchaseId, userId, ...details } = undone;
      await recordOperatorAct(client, {
        lineKind: 'admission',
        by,
        action: 'undo_admission',
        reason,
        messageId: undoLineIdOf(checkInId),
        requestId,
        eventId,
        purchaseId,
        userId,
        details,
        before: { admitted: true },
        after: { admitted: false },
      });
    }
    return checkIn;
  });
}
