import type { Child } from 'hono/jsx';

export type Tone = 'plain' | 'good' | 'warn' | 'bad' | 'off';

const classes = (...names: (string | false | undefined)[]): string => names.filter(Boolean).join(' ');

/** The title of a page, with what it belongs to above it, and what it is about below. */
export const PageHead = (p: { above?: Child; title: string; lead?: string | false | undefined }) => (
  <div>
    {p.above !== undefined && <p class="eyebrow">{p.above}</p>}
    <h1>{p.title}</h1>
    {Boolean(p.lead) && <p class="lead">{p.lead}</p>}
  </div>
);

/** A short state in words; the tone adds colour and shape to them. */
export const Badge = ({
  tone,
  children,
  ...data
}: {
  tone: Tone;
  children?: Child;
  [data: `data-${string}`]: string;
}) => (
  <span class={classes('badge', tone !== 'plain' && tone)} {...data}>
    {children}
  </span>
);

/** A block that tells something. With `alert` it takes the focus when the page comes, so that it is read first. */
export const Message = (p: { tone: Tone; title: string; text?: string; alert?: boolean; children?: Child }) => (
  <div class={classes('message', p.tone)} {...(p.alert === true && { role: 'alert', tabindex: -1, autofocus: true })}>
    <h2>{p.title}</h2>
    {p.text !== undefined && <p>{p.text}</p>}
    {p.children}
  </div>
);

export type Fact = readonly [label: string, value: Child, className?: string];

/** What is known of something, each fact with its label. False: a fact that there is not. */
export const Facts = (p: { rows: readonly (Fact | false)[]; class?: string }) => (
  <dl class={classes('facts', p.class)}>
    {p.rows.map(
      (row) =>
        row !== false && (
          <>
            <dt>{row[0]}</dt>
            <dd class={row[2]}>{row[1]}</dd>
          </>
        ),
    )}
  </dl>
);

export interface FieldError {
  /** Id of the control. */
  readonly id: string;
  readonly text: string;
}

/** What is wrong with a form, on top of the page, with links to the fields. */
export const ErrorSummary = ({ title, errors }: { title: string; errors: readonly FieldError[] }) =>
  errors.length === 0 ? null : (
    <Message tone="bad" title={title} alert>
      <ul>
        {errors.map(({ id, text }) => (
          <li>
            <a href={`#${id}`}>{text}</a>
          </li>
        ))}
      </ul>
    </Message>
  );

export const errorId = (id: string): string => `${id}-error`;

/** The text beside a field that is wrong; the field names it in `aria-describedby`. */
export const FieldErrorText = ({ id, errors }: { id: string; errors: readonly FieldError[] }) => {
  const found = errors.find((error) => error.id === id);
  return found === undefined ? null : (
    <p class="field-error" id={errorId(id)}>
      {found.text}
    </p>
  );
};

/** Ids of the texts that describe a field, for `aria-describedby`. */
const describedBy = ({ id, help }: { id: string; help?: string }, isWrong: boolean) => {
  const ids = [help !== undefined && `${id}-help`, isWrong && errorId(id)].filter(Boolean);
  return ids.length > 0 && { 'aria-describedby': ids.join(' ') };
};

/** A line of text with its label above, and below it what to write, or what is wrong. */
export function TextField(p: {
  type?: 'text' | 'email' | 'search';
  /** Its name as well. */
  id: string;
  label: string;
  help?: string;
  value: string;
  autocomplete: string;
  maxlength: number;
  required: boolean;
  errors: readonly FieldError[];
}) {
  const isWrong = p.errors.some(({ id }) => id === p.id);
  return (
    <div class="field">
      <label for={p.id}>{p.label}</label>
      {p.help !== undefined && (
        <p class="help" id={`${p.id}-help`}>
          {p.help}
        </p>
      )}
      <FieldErrorText id={p.id} errors={p.errors} />
      <input
        type={p.type ?? 'text'}
        id={p.id}
        name={p.id}
        value={p.value}
        autocomplete={p.autocomplete}
        maxlength={p.maxlength}
        required={p.required}
        {...(p.type === 'email' && { autocapitalize: 'none' })}
        {...(p.type === 'search' && { spellcheck: false, enterkeyhint: 'search' })}
        {...describedBy(p, isWrong)}
        {...(isWrong && { 'aria-invalid': 'true' })}
      />
    </div>
  );
}

/** A number with buttons beside it. Without JavaScript the buttons send the form to `action`, which counts. */
export function Stepper(p: {
  id: string;
  name: string;
  value: number;
  max: number;
  action: string;
  less: string;
  more: string;
  describedBy?: string | undefined;
  invalid?: boolean;
  /** Nothing can be chosen now. */
  hidden?: boolean;
}) {
  const send = { formaction: p.action, formmethod: 'get', formnovalidate: true } as const;
  return (
    <div class="stepper" data-stepper hidden={p.hidden === true}>
      <button {...send} name="less" value={p.name} aria-label={p.less}>
        −
      </button>
      <input
        type="number"
        inputmode="numeric"
        id={p.id}
        name={p.name}
        value={String(p.value)}
        min="0"
        max={String(p.max)}
        autocomplete="off"
        {...(p.describedBy !== undefined && { 'aria-describedby': p.describedBy })}
        {...(p.invalid === true && { 'aria-invalid': 'true' })}
      />
      <button {...send} name="more" value={p.name} aria-label={p.more}>
        +
      </button>
    </div>
  );
}

interface Option {
  readonly value: string;
  readonly label: string;
  readonly help?: Child;
  readonly checked: boolean;
}

/** One of several options, explained. Of `radio` options one has to be chosen. */
export const Choice = (p: Option & { type: 'radio' | 'checkbox'; id?: string; name: string; invalid?: boolean }) => (
  <label class="choice">
    <input
      type={p.type}
      id={p.id}
      name={p.name}
      value={p.value}
      checked={p.checked}
      required={p.type === 'radio'}
      {...(p.invalid === true && { 'aria-invalid': 'true' })}
    />
    <span>{p.label}</span>
    {p.help !== undefined && <span class="help">{p.help}</span>}
  </label>
);

/** Options with a label for all of them, and what is wrong with the choice. Its `id` is that of the first option. */
export function ChoiceGroup(p: {
  type: 'radio' | 'checkbox';
  id: string;
  name: string;
  label: string;
  help?: string;
  options: readonly Option[];
  errors: readonly FieldError[];
  children?: Child;
}) {
  const { type, id, name, label, help, options, errors } = p;
  const isWrong = errors.some((error) => error.id === id);
  // A radio button cannot be invalid by itself; its group can.
  const group = type === 'radio' && { role: 'radiogroup', ...(isWrong && { 'aria-invalid': 'true' }) };
  return (
    <fieldset class="field" {...group} {...describedBy(p, isWrong)}>
      <legend class="legend">{label}</legend>
      {help !== undefined && (
        <p class="help" id={`${id}-help`}>
          {help}
        </p>
      )}
      <FieldErrorText id={id} errors={errors} />
      <div class="choices">
        {options.map((option, i) => (
          <Choice
            {...option}
            type={type}
            id={i === 0 ? id : `${id}-${i}`}
            name={name}
            invalid={isWrong && type === 'checkbox'}
          />
        ))}
      </div>
      {p.children}
    </fieldset>
  );
}

/** The steps of a process; `current` counts from 0. */
export const Steps = ({ label, names, current }: { label: string; names: readonly string[]; current: number }) => (
  <nav aria-label={label}>
    <ol class="steps">
      {names.map((name, i) => (
        <li {...(i === current && { 'aria-current': 'step' })}>{name}</li>
      ))}
    </ol>
  </nav>
);
