import { inTransaction } from '@box-office/platform';
import type pg from 'pg';
import { rowsOf } from '../rows.js';

/** A mail as its buyer and operators see it. Times are ISO 8601. */
export interface PurchaseMail {
  readonly mailId: string;
  readonly status: 'pending' | 'sent' | 'failed';
  /** A code; null unless the last attempt failed. */
  readonly error: string | null;
  readonly createdAt: string;
  /** When it was sent or given up; null while it is pending. */
  readonly finishedAt: string | null;
}

/** Mails of one purchase in an hour. */
export const MAX_PER_HOUR = 4;
const MAX_LISTED = 20;

const MAIL = 'id as mail_id, status, error, created_at, finished_at';
const LIST = `select ${MAIL} from mails where purchase_id = $1 order by created_at desc, id limit ${MAX_LISTED}`;

/** The last mails of a purchase, newest first. */
export async function listPurchaseMails(pool: pg.Pool, purchaseId: string): Promise<PurchaseMail[]> {
  return rowsOf<PurchaseMail>(pool, LIST, [purchaseId], 'list-purchase-mails');
}

/**
 * - `requested`: it is to be sent; `mail` may be one that waits already
 * - `no_contact`: the buyer has given no address
 * - `too_many`: as many as there may be in an hour were requested; another one may be after `retryAfterS` seconds
 */
export type MailRequest =
  | { readonly kind: 'requested'; readonly mail: PurchaseMail }
  | { readonly kind: 'no_contact' }
  | { readonly kind: 'too_many'; readonly retryAfterS: number };

// Requests of one purchase come one after the other, so that each counts those before.
const LOCK = `select pg_advisory_xact_lock(hashtextextended('mails of ' || $1::text, 0))`;
const STATE = `
select exists (select from contacts where user_id = $2) as has_contact,
       (select ceil(extract(epoch from created_at + interval '1 hour' - now()))::integer from mails
         where purchase_id = $1 order by created_at desc offset ${MAX_PER_HOUR - 1} limit 1) as wait_s`;
const PENDING = `
update mails set due_at = now() where purchase_id = $1 and status = 'pending' returning ${MAIL}`;
const INSERT = `insert into mails (kind, user_id, purchase_id) values ('tickets', $2, $1) returning ${MAIL}`;

/** Requests that the tickets of a confirmed purchase are sent, again or for the first time. One that waits is tried now. */
export function requestPurchaseMail(
  pool: pg.Pool,
  { purchaseId, userId }: { readonly purchaseId: string; readonly userId: string },
): Promise<MailRequest> {
  return inTransaction(pool, async (client): Promise<MailRequest> => {
    await client.query(LOCK, [purchaseId]);
    type State = { readonly hasContact: boolean; readonly waitS: number | null };
    const [state] = await rowsOf<State>(client, STATE, [purchaseId, userId]);
    if (state?.hasContact !== true) return { kind: 'no_contact' };
    const [pending] = await rowsOf<PurchaseMail>(client, PENDING, [purchaseId]);
    if (pending) return { kind: 'requested', mail: pending };
    if (state.waitS !== null && state.waitS > 0) return { kind: 'too_many', retryAfterS: state.waitS };
    const [mail] = await rowsOf<PurchaseMail>(client, INSERT, [purchaseId, userId]);
    if (!mail) throw new Error('a mail that was written has one row');
    return { kind: 'requested', mail };
  });
}
