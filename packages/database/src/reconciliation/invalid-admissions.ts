import { rowsOf, type Queryable } from '../rows.js';

/** Somebody was let in offline with a ticket that was not valid any more. */
export interface InvalidAdmission {
  readonly checkInId: string;
  readonly ticketId: string;
  readonly ticketType: string;
  readonly serial: number;
  readonly purchaseId: string;
  /** `outdated`: the ticket had changed hands, and its new holder can still come. */
  readonly result: 'cancelled' | 'outdated';
  readonly gate: string;
  /** By the clock of the device, ISO 8601. */
  readonly admittedAt: string;
}

/** Bounds what a check keeps in memory. An operator who has resolved these sees the rest after the next run. */
const MAX_ROWS = 500;

const INVALID = `
select c.id as check_in_id, c.ticket_id, c.ticket_type, c.serial, k.purchase_id, c.result, c.gate,
       c.checked_at as admitted_at
  from ticket_check_ins c join event_tickets k on k.id = c.ticket_id
 where c.event_id = $1 and c.settled_at is not null and c.undone_at is null
   and c.result <> 'admitted' and c.result in ('cancelled', 'outdated')
 order by c.settled_at, c.id
 limit ${MAX_ROWS}`;

/** The offline admissions of an event with tickets that were not valid, without those that were undone. */
export const readInvalidAdmissions = (db: Queryable, eventId: string): Promise<InvalidAdmission[]> =>
  rowsOf<InvalidAdmission>(db, INVALID, [eventId]);
