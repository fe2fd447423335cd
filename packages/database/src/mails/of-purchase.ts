import { inTransaction } from '@box-office/platform';
import type pg from 'pg';
import { rowsOf } from '../rows.js';

/** A mail as who gets it and operators see it. Times are ISO 8601. */
export interface PurchaseMail {
  readonly mailId: string;
  readonly status: 'pending' | 'sent' | 'failed';
  /** A code; null unless the last attempt failed. */
  readonly error: string | null;
  readonly createdAt: string;
  /** When it was sent or given up; null while it is pending. */
  readonly finishedAt: string | null;
}

/** A person with tickets of a purchase: its buyer, or who has taken some of them over. */
export interface TicketsOfPerson {
  readonly purchaseId: string;
  readonly userId: string;
}

/** Mails of one purchase to one person in an hour. */
export const MAX_PER_HOUR = 4;
/** Mails of one purchase in an hour, to all persons, from which on a transfer sends none: addresses are not verified. */
const MAX_WITH_TRANSFERS_PER_HOUR = 20;
const MAX_LISTED = 20;

const MAIL = 'id as mail_id, status, error, created_at, finished_at';
const LIST = `
select ${MAIL} from mails where purchase_id = $1 and user_id = $2 order by created_at desc, id limit ${MAX_LISTED}`;

/** The last mails of a purchase to a person, newest first. */
export async function listPurchaseMails(
  pool: pg.Pool,
  { purchaseId, userId }: TicketsOfPerson,
): Promise<PurchaseMail[]> {
  return rowsOf<PurchaseMail>(pool, LIST, [purchaseId, userId], 'list-purchase-mails');
}

const INSERT_FOR_TRANSFER = `
insert into mails (kind, user_id, purchase_id)
select 'tickets', user_id, $1 from contacts
 where user_id = $2
   and (select count(*) from mails where purchase_id = $1 and created_at > now() - interval '1 hour')
       < ${MAX_WITH_TRANSFERS_PER_HOUR}`;

/**
 * Has the tickets sent to a person who has taken one over, if that person has a contact. Also if a mail waits: it may be on
 * its way without this ticket.
 */
export async function mailTransferredTicket(
  client: pg.ClientBase,
  { purchaseId, userId }: TicketsOfPerson,
): Promise<void> {
  await client.query(INSERT_FOR_TRANSFER, [purchaseId, userId]);
}

/**
 * - `requested`: it is to be sent; `mail` may be one that waits already
 * - `no_ticket`: the person has no valid ticket of the purchase
 * - `no_contact`: the person has given no address
 * - `too_many`: as many as there may be in an hour were requested; another one may be after `retryAfterS` seconds
 */
export type MailRequest =
  | { readonly kind: 'requested'; readonly mail: PurchaseMail }
  | { readonly kind: 'no_ticket' | 'no_contact' }
  | { readonly kind: 'too_many'; readonly retryAfterS: number };

// Requests of one purchase come one after the other, so that each counts those before.
const LOCK = `select pg_advisory_xact_lock(hashtextextended('mails of ' || $1::text, 0))`;
const STATE = `
select exists (select from event_tickets
                where purchase_id = $1 and status = 'valid' and cancellation_id is null
                  and coalesce(holder_id, user_id) = $2) as has_ticket,
       exists (select from contacts where user_id = $2) as has_contact,
       (select ceil(extract(epoch from created_at + interval '1 hour' - now()))::integer from mails
         where purchase_id = $1 and user_id = $2
         order by created_at desc offset ${MAX_PER_HOUR - 1} limit 1) as wait_s`;
const PENDING = `
update mails set due_at = now()
 where purchase_id = $1 and user_id = $2 and status = 'pending' returning ${MAIL}`;
const INSERT = `insert into mails (kind, user_id, purchase_id) values ('tickets', $2, $1) returning ${MAIL}`;

/**
 * Requests that a person's tickets of a confirmed purchase are sent, again or for the first time. A mail that waits is tried
 * now.
 */
export function requestPurchaseMail(pool: pg.Pool, { purchaseId, userId }: TicketsOfPerson): Promise<MailRequest> {
  return inTransaction(pool, async (client): Promise<MailRequest> => {
    await client.query(LOCK, [purchaseId]);
    type State = { readonly hasTicket: boolean; readonly hasContact: boolean; readonly waitS: number | null };
    const [state] = await rowsOf<State>(client, STATE, [purchaseId, userId]);
    if (state?.hasTicket !== true) return { kind: 'no_ticket' };
    if (!state.hasContact) return { kind: 'no_contact' };
    const [pending] = await rowsOf<PurchaseMail>(client, PENDING, [purchaseId, userId]);
    if (pending) return { kind: 'requested', mail: pending };
    if (state.waitS !== null && state.waitS > 0) return { kind: 'too_many', retryAfterS: state.waitS };
    const [mail] = await rowsOf<PurchaseMail>(client, INSERT, [purchaseId, userId]);
    if (!mail) throw new Error('a mail that was written has one row');
    return { kind: 'requested', mail };
  });
}
