import type { ApiClient } from '@box-office/api-client';
import type { FieldError } from '@box-office/ui';
import { replyTo, statusOf } from '@box-office/web';
import type { Fields } from '../buying/selection.js';
import { problemWords, type ProblemText } from '../http/problem-words.js';
import type { Words } from '../texts/languages.js';

/** Value of the field `contact`. */
export const UNREAD = 'unread';

/** What the fields say, whether or not it can be used. */
export interface GivenContact {
  readonly name: string;
  readonly email: string;
  /** The one given before could not be read: empty fields do not say that there is none. */
  readonly isUnread: boolean;
}

const CONTACT_FIELDS = ['name', 'email'] as const satisfies readonly (keyof GivenContact)[];

/** What the buyer has given before. */
export async function readContact(api: ApiClient): Promise<GivenContact> {
  const reply = await replyTo(api.GET('/api/contact'));
  if (reply.ok) return { ...reply.data, isUnread: false };
  return { name: '', email: '', isUnread: reply.problem.kind !== 'unknown-contact' };
}

export function contactIn(fields: Fields): GivenContact {
  const text = (field: string): string => {
    const value = fields[field];
    return typeof value === 'string' ? value.trim() : '';
  };
  return { name: text('name'), email: text('email'), isUnread: text('contact') === UNREAD };
}

const isEmpty = ({ name, email }: GivenContact): boolean => name === '' && email === '';

/** Why a contact was not kept: beside its fields, or a problem of the gateway. */
interface ContactRefusal {
  readonly errors: readonly FieldError[];
  readonly problem?: ProblemText;
  readonly status: ReturnType<typeof statusOf>;
}

/**
 * Keeps what the buyer has given, and erases it if a buyer who need not give it has emptied both fields.
 *
 * @returns null if it is done
 */
export async function keepContact(
  api: ApiClient,
  words: Words,
  given: GivenContact,
  { mustGive }: { readonly mustGive: boolean },
): Promise<ContactRefusal | null> {
  const { language, t } = words;
  const { name, email } = given;
  const isErased = !mustGive && isEmpty(given);
  if (isErased && given.isUnread) return null;
  const reply = await (isErased
    ? replyTo(api.DELETE('/api/contact'))
    : replyTo(api.PUT('/api/contact', { body: { name, email, language } })));
  if (reply.ok) return null;
  const wrong = new Set(reply.problem.errors?.map(({ path }) => path));
  const textOf = (id: (typeof CONTACT_FIELDS)[number]): string =>
    id === 'name' && name !== '' ? t.contact.unusableName : t.contact.errors[id];
  const errors = CONTACT_FIELDS.flatMap((id) => (wrong.has(id) ? [{ id, text: textOf(id) }] : []));
  if (errors.length > 0) return { errors, status: 422 };
  return { errors, problem: problemWords(words, reply.problem), status: statusOf(reply.problem) };
}
