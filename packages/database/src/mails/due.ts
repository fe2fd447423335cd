import type pg from 'pg';
import { rowsOf } from '../rows.js';

/** A mail that is due. */
export type DueMail = {
  readonly mailId: string;
  /** Whose contact has the address. */
  readonly userId: string;
  /** Attempts that were made before. */
  readonly attempts: number;
  /** With every digit that the database has. Another one means that the mail was requested again. */
  readonly dueAt: string;
} & ({ readonly kind: 'tickets'; readonly purchaseId: string } | { readonly kind: 'guest_link' });

const HAS_DUE = `select exists (select from mails where status = 'pending' and due_at <= now()) as is_due`;

/** Whether a mail is due. Asked every second, so it reads one index entry. */
export async function hasDueMails(pool: pg.Pool): Promise<boolean> {
  return (await rowsOf<{ isDue: boolean }>(pool, HAS_DUE, [], 'has-due-mails'))[0]?.isDue === true;
}

const DUE = `
select id as mail_id, kind, user_id, purchase_id, attempts, due_at::text as due_at from mails
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

const RECORD = `
update mails
   set attempts = attempts + 1, status = $2, error = $3,
       due_at = case when $2 = 'pending' then now() + make_interval(secs => $4 / 1000.0) else due_at end,
       finished_at = case when $2 <> 'pending' then now() end
 where id = $1 and status = 'pending' and due_at = $5::timestamptz`;

/**
 * Records an attempt. One whose mail was requested again meanwhile does not count, since it may have gone to the address
 * before: the mail stays due.
 */
export async function recordMailAttempt(
  pool: pg.Pool,
  { mailId, dueAt }: Pick<DueMail, 'mailId' | 'dueAt'>,
  result: MailResult,
): Promise<void> {
  const status = result.kind === 'retry' ? 'pending' : result.kind;
  const error = result.kind === 'sent' ? null : result.error;
  const retryInMs = result.kind === 'retry' ? result.retryInMs : 0;
  await rowsOf(pool, RECORD, [mailId, status, error, retryInMs, dueAt], 'record-mail-attempt');
}
