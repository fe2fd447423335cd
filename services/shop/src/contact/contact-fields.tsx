import { TextField, type FieldError } from '@box-office/ui';
import type { View } from '../http/view.js';
import type { GivenContact } from './contact.js';

// As long as the gateway takes them.
const MAX_NAME_LENGTH = 100;
const MAX_EMAIL_LENGTH = 254;

/** A guest has to say where the tickets go: a guest who loses the cookie finds them by the address alone. */
export const isContactRequired = ({ session }: Pick<View, 'session'>): boolean => session?.user === undefined;

export function ContactFields(p: { v: View; given: GivenContact; errors: readonly FieldError[] }) {
  const { v, given, errors } = p;
  const { t } = v;
  const required = isContactRequired(v);
  return (
    <fieldset class="field">
      <legend class="legend">{t.contact.legend}</legend>
      {!required && <p class="help">{t.contact.optional}</p>}
      <TextField
        {...{ id: 'name', label: t.contact.name, value: given.name, autocomplete: 'name' }}
        {...{ maxlength: MAX_NAME_LENGTH, required, errors }}
      />
      <TextField
        {...{ type: 'email', id: 'email', label: t.contact.email, help: t.contact.emailHelp, value: given.email }}
        {...{ autocomplete: 'email', maxlength: MAX_EMAIL_LENGTH, required, errors }}
      />
    </fieldset>
  );
}
