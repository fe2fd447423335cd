import type { ApiClient } from '@box-office/api-client';
import type { FieldError } from '@box-office/ui';
import { replyTo, type Problem } from '@box-office/web';
import type { Fields } from '../buying/selection.js';
import type { Words } from '../texts/languages.js';

/** What the fields say, whether or not it can be used. */
export interface GivenContact {
  readonly name: string;
  readonly email: string;
}

const NO_CONTACT: GivenContact = { name: '', email: '' };
const CONTACT_FIELDS = ['name', 'email'] as const satisfies readonly (keyof GivenContact)[];

/** What the buyer has given before; empty if nothing, or if it cannot be read. */
export async function readContact(api: ApiClient): Promise<GivenContact> {
  const reply = await replyTo(api.GET('/api/contact'));
  return reply.ok ? reply.data : NO_CONTACT;
}

export function contactIn(fields: Fields): GivenContact {
  const text = (field: keyof GivenContact): string => {
    const value = fields[field];
    return typeof value === 'string' ? value.trim() : '';
  };
  return { name: text('name'), email: text('email') };
}

const isEmpty = ({ name, email }: GivenContact): boolean => name === '' && email === '';

/** Why a contact was not kept: beside its fields, or a problem of the gateway. */
export type ContactRefusal = { readonly errors: readonly FieldError[] } | { readonly problem: Problem };

/** Keeps what the buyer has given, and nothing if a buyer who need not give it has emptied both. @returns null if it is done */
export async function keepContact(
  api: ApiClient,
  { language, t }: Words,
  given: GivenContact,
  { mustGive }: { readonly mustGive: boolean },
): Promise<ContactRefusal | null> {
  const isErased = !mustGive && isEmpty(given);
  const reply = await (isErased
    ? replyTo(api.DELETE('/api/contact'))
    : replyTo(api.PUT('/api/contact', { body: { ...given, language } })));
  if (reply.ok) return null;
  const wrong = new Set(reply.problem.errors?.map(({ path }) => path));
  const textOf = (id: keyof GivenContact): string =>
    id === 'name' && given.name !== '' ? t.contact.unusableName : t.contact.errors[id];
  const errors = CONTACT_FIELDS.flatMap((id) => (wrong.has(id) ? [{ id, text: textOf(id) }] : []));
  return errors.length > 0 ? { errors } : { problem: reply.problem };
}
