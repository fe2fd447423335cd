import { inTransaction } from '@box-office/platform';
import type pg from 'pg';
import { recordOperatorAct } from '../audit/operator-line.js';
import type { EventActor } from '../events/actor.js';
import { rowsOf } from '../rows.js';
import { CONTACT, type Contact } from './contact.js';

/** Somebody whose data an operator exports or erases: every contact with an e-mail address, or that of one buyer. */
export type Person = { readonly email: string } | { readonly userId: string };

/** Contacts of one person that are exported or erased at once; a repeat has the next ones. */
const MAX_CONTACTS = 100;

// By e-mail in whatever case: no mail server of today tells them apart.
const BY_EMAIL = `select user_id from contacts where lower(email) = lower($1) order by user_id limit ${MAX_CONTACTS}`;

/** Which contacts, and the value of `$1`. */
const selectionOf = (person: Person): { readonly of: string; readonly values: readonly string[] } =>
  'email' in person
    ? { of: `user_id in (${BY_EMAIL})`, values: [person.email] }
    : { of: 'user_id = $1', values: [person.userId] };

/** The contacts of a person. The audit log has that they were read, and whose, without the data. */
export function exportContacts(pool: pg.Pool, person: Person, actor: EventActor): Promise<Contact[]> {
  return inTransaction(pool, async (client) => {
    const { of, values } = selectionOf(person);
    const contacts = await rowsOf<Contact>(
      client,
      `select ${CONTACT} from contacts where ${of} order by user_id`,
      values,
    );
    await recordActs(client, actor, 'export_contact', contacts);
    return contacts;
  });
}

/**
 * Erases the contacts of a person. Purchases, tickets and money stay: they name the subject of a token, which leads to no
 * person any more. The audit log has that it was done, and for whom, without the data.
 *
 * @returns the buyers whose contacts were erased
 */
export function eraseContacts(pool: pg.Pool, person: Person, actor: EventActor): Promise<string[]> {
  return inTransaction(pool, async (client) => {
    const { of, values } = selectionOf(person);
    const erased = await rowsOf<{ userId: string }>(
      client,
      `delete from contacts where ${of} returning user_id`,
      values,
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
  for (const { userId } of contacts) {
    await recordOperatorAct(client, { ...actor, action, userId, reason: null, before: null, after: null });
  }
}
