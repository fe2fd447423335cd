import { inTransaction } from '@box-office/platform';
import type pg from 'pg';
import { appendAuditLines } from '../audit/append.js';
import { operatorLine } from '../audit/operator-line.js';
import type { EventActor } from '../events/actor.js';
import { pageOf, rowsOf } from '../rows.js';
import { CONTACT, type Contact } from './contact.js';

/** Somebody whose data an operator exports or erases: every contact with an e-mail address, or that of one buyer. */
export type Person = { readonly email: string } | { readonly userId: string };

/** Contacts that one transaction erases. */
const BATCH = 100;
/** Transactions of one call. */
const MAX_BATCHES = 10;

/** Which contacts, by the value of `$1`. By e-mail in whatever case: no mail server of today tells them apart. */
const selectionOf = (person: Person): { readonly of: string; readonly value: string } =>
  'email' in person
    ? { of: 'lower(email) = lower($1)', value: person.email }
    : { of: 'user_id = $1', value: person.userId };

/**
 * A page of the contacts of a person, by buyer. The audit log has that they were read, and whose, without the data.
 *
 * @param page.after the `next` of the page before
 */
export function exportContacts(
  pool: pg.Pool,
  person: Person,
  page: { readonly after?: string | undefined; readonly limit: number },
  actor: EventActor,
): Promise<{ readonly contacts: readonly Contact[]; readonly next: string | null }> {
  return inTransaction(pool, async (client) => {
    const { of, value } = selectionOf(person);
    const rows = await rowsOf<Contact>(
      client,
      `select ${CONTACT} from contacts where ${of} and ($2::text is null or user_id > $2) order by user_id limit $3`,
      [value, page.after ?? null, page.limit + 1],
    );
    const { items: contacts, next } = pageOf(rows, page.limit, ({ userId }) => userId);
    await recordActs(client, actor, 'export_contact', contacts);
    return { contacts, next };
  });
}

/** What one call erased. */
export interface ErasedContacts {
  /** The buyers whose contacts were erased. */
  readonly userIds: readonly string[];
  /** Contacts may be left, which a repeat erases. */
  readonly more: boolean;
}

/**
 * Erases the contacts of a person, up to a thousand. Purchases, tickets and money stay: they name the subject of a token,
 * which leads to no person any more. The audit log has that it was done, and for whom, without the data.
 */
export async function eraseContacts(pool: pg.Pool, person: Person, actor: EventActor): Promise<ErasedContacts> {
  const userIds: string[] = [];
  for (let batch = 0; batch < MAX_BATCHES; batch++) {
    const erased = await eraseBatch(pool, person, actor);
    userIds.push(...erased);
    if (erased.length < BATCH) return { userIds, more: false };
  }
  return { userIds, more: true };
}

function eraseBatch(pool: pg.Pool, person: Person, actor: EventActor): Promise<string[]> {
  return inTransaction(pool, async (client) => {
    const { of, value } = selectionOf(person);
    const erased = await rowsOf<{ userId: string }>(
      client,
      `delete from contacts
        where user_id in (select user_id from contacts where ${of} order by user_id limit ${BATCH})
       returning user_id`,
      [value],
    );
    await client.query(`delete from guest_links where user_id = any($1)`, [erased.map(({ userId }) => userId)]);
    await recordActs(client, actor, 'erase_contact', erased);
    return erased.map(({ userId }) => userId);
  });
}

/** Comes last in the transaction. */
async function recordActs(
  client: pg.ClientBase,
  actor: EventActor,
  action: string,
  contacts: readonly Pick<Contact, 'userId'>[],
): Promise<void> {
  const act = { ...actor, action, reason: null, before: null, after: null };
  await appendAuditLines(
    client,
    contacts.map(({ userId }) => operatorLine({ ...act, userId })),
  );
}
