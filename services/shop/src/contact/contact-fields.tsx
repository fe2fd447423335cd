import { TextField, type FieldError } from '@box-office/ui';
import type { View } from '../http/view.js';
import { UNREAD, type GivenContact } from './contact.js';

// As long as the gateway takes them.
const MAX_NAME_LENGTH = 100;
export const MAX_EMAIL_LENGTH = 254;

/** `required` for a guest, who finds the tickets by the address alone once the cookie is lost. */
export function ContactFields(p: {
  v: View;
  given: GivenContact;
  required: boolean;
  errors: readonly FieldError[];
  /** Where the page has the same title. */
  hasTitle?: boolean;
}) {
  const { v, given, required, errors } = p;
  const { t } = v;
  return (
    <fieldset class="field">
      <legend class={p.hasTitle === true ? 'hidden' : 'legend'}>{t.contact.title}</legend>
      {given.isUnread && <input type="hidden" name="contact" value={UNREAD} />}
      {!required && <p class="help">{t.contact.optional}</p>}
      <TextField
        id="name"
        label={t.contact.name}
        value={given.name}
        autocomplete="name"
        maxlength={MAX_NAME_LENGTH}
        required={required}
        errors={errors}
      />
      <TextField
        type="email"
        id="email"
        label={t.contact.email}
        help={t.contact.emailHelp}
        value={given.email}
        autocomplete="email"
        maxlength={MAX_EMAIL_LENGTH}
        required={required}
        errors={errors}
      />
    </fieldset>
  );
}
