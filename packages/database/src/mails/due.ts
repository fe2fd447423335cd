import type pg from 'pg';
import { rowsOf } from '../rows.js';
import { MAX_PER_HOUR } from './of-purchase.js';

/** A mail that is due. */
export type DueMail = {
  readonly mailId: string;
  /** Whose contact has the address. */
  readonly userId: string;
  /** Attempts that were made before. */
  readonly attempts: number;
  /** When it was read, with every digit that the database has. Its address is read after that. */
  readonly readAt: string;
} & ({ readonly kind: 'tickets'; readonly purchaseId: string } | { readonly kind: 'guest_link' });

const HAS_DUE = `select exists (select from mails where status = 'pending' and due_at <= now()) as is_due`;

/** Whether a mail is due. Asked every second, so it reads one index entry. */
export async function hasDueMails(pool: pg.Pool): Promise<boolean> {
  return (await rowsOf<{ isDue: boolean }>(pool, HAS_DUE, [], 'has-due-mails'))[0]?.isDue === true;
}

const DUE = `
select id as mail_id, kind, user_id, purchase_id, attempts, now()::text as read_at from mails
 where status = 'pending' and due_at <= now() order by due_at, id limit $1`;

/** The mails that have been due for longest. */
export async function listDueMails(pool: pg.Pool, limit: number): Promise<DueMail[]> {
  return rowsOf<DueMail>(pool, DUE, [limit], 'list-due-mails');
}

/** How an attempt went. `error` is a code, never a text of the mail server. */
export type MailResult =
  | { readonly kind: 'sent' }
  /** No other attempt is made. */
  | { readonly kind: 'failed'; readonly error: string }
  | { readonly kind: 'retry'; readonly error: string; readonly retryInMs: number };

// Who changes the address while the mail is on its way to the old one gets it at the new one too.
const RECORD = `
with attempt as (
  update mails
     set attempts = attempts + 1, status = $2, error = $3,
         due_at = case when $2 = 'pending' then now() + make_interval(secs => $4 / 1000.0) else due_at end,
         finished_at = case when $2 <> 'pending' then now() end
   where id = $1 and status = 'pending'
  returning kind, user_id, purchase_id, status
)
insert into mails (kind, user_id, purchase_id)
select a.kind, a.user_id, a.purchase_id
  from attempt a join contacts c on c.user_id = a.user_id and c.updated_at > $5::timestamptz
 where a.status <> 'pending' and a.kind = 'tickets'
   and (select count(*) from mails m
         where m.purchase_id = a.purchase_id and m.user_id = a.user_id and m.created_at > now() - interval '1 hour')
       < ${MAX_PER_HOUR}`;

/** Records an attempt. */
export async function recordMailAttempt(
  pool: pg.Pool,
  { mailId, readAt }: Pick<DueMail, 'mailId' | 'readAt'>,
  result: MailResult,
): Promise<void> {
  const status = result.kind === 'retry' ? 'pending' : result.kind;
  const error = result.kind === 'sent' ? null : result.error;
  const retryInMs = result.kind === 'retry' ? result.retryInMs : 0;
  await rowsOf(pool, RECORD, [mailId, status, error, retryInMs, readAt], 'record-mail-attempt');
}
