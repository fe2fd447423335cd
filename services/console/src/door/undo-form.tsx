import type { View } from '../http/view.js';

/** Undoes an admission with a reason. `fields` are sent with it. */
export function UndoForm(p: {
  v: View;
  query: string;
  /** Of the field of the reason. */
  id: string;
  fields: Readonly<Record<string, string>>;
}) {
  const { t } = p.v;
  return (
    <details class="undo">
      <summary>{t.undo.title}</summary>
      <form class="stack" method="post" action={`/door/undo?${p.query}`}>
        <HiddenFields fields={p.fields} />
        <div class="field">
          <label for={p.id}>{t.undo.reason}</label>
          <input type="text" id={p.id} name="reason" maxlength={500} required autocomplete="off" />
        </div>
        <button class="button quiet">{t.undo.button}</button>
      </form>
    </details>
  );
}

export const HiddenFields = ({ fields }: { fields: Readonly<Record<string, string | number>> }) => (
  <>
    {Object.entries(fields).map(([name, value]) => (
      <input type="hidden" name={name} value={value} />
    ))}
  </>
);
