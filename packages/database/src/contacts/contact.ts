import type { Language } from '@box-office/contract';
import type pg from 'pg';
import { rowsOf } from '../rows.js';

/** A buyer's name, e-mail address and language. Times are ISO 8601. */
export interface Contact {
  /** Subject of the buyer's token. */
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly language: Language;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Columns of a `Contact`. */
export const CONTACT = 'user_id, name, email, language, created_at, updated_at';

const FIND = `select ${CONTACT} from contacts where user_id = $1`;

/** The contact of a buyer, or null. */
export async function findContact(pool: pg.Pool, userId: string): Promise<Contact | null> {
  return (await rowsOf<Contact>(pool, FIND, [userId], 'find-contact'))[0] ?? null;
}

const PUT = `
insert into contacts (user_id, name, email, language) values ($1, $2, $3, $4)
on conflict (user_id) do update
   set name = excluded.name, email = excluded.email, language = excluded.language, updated_at = now()
returning ${CONTACT}`;

/** Writes a buyer's contact in place of the one before. */
export async function putContact(
  pool: pg.Pool,
  { userId, name, email, language }: Pick<Contact, 'userId' | 'name' | 'email' | 'language'>,
): Promise<Contact> {
  const [contact] = await rowsOf<Contact>(pool, PUT, [userId, name, email, language], 'put-contact');
  if (!contact) throw new Error('a contact that was written has one row');
  return contact;
}
