import { html } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import type { Mail } from './mailer.js';

/** What every mail says and shows of the organiser. */
export interface Organiser {
  readonly name: string;
  /** Who sells, as the law wants it in letters; one line each. */
  readonly imprint: readonly string[];
  /** `#rrggbb` by role. */
  readonly colours: ReadonlyMap<string, string>;
}

/** What a mail says, from which its text and its HTML are made. */
export interface MailContent {
  readonly language: string;
  readonly subject: string;
  readonly heading: string;
  readonly paragraphs: readonly string[];
  readonly details: readonly (readonly [label: string, value: string])[];
  readonly action: { readonly text: string; readonly url: string };
  readonly notes: readonly string[];
  /** Why the reader gets it. */
  readonly footer: string;
}

/** The organiser's mail with this content to a buyer. */
export const mailOf = (
  organiser: Organiser,
  id: string,
  { name, email }: { readonly name: string; readonly email: string },
  content: MailContent,
  attachments: Mail['attachments'] = [],
): Mail => ({
  id,
  to: { name, address: email },
  subject: content.subject,
  text: mailText(organiser, content),
  html: mailHtml(organiser, content),
  attachments,
});

export function mailText({ name, imprint }: Organiser, m: MailContent): string {
  const details = m.details.map(([label, value]) => `${label}: ${value}`).join('\n');
  const parts = [m.heading, ...m.paragraphs, details, `${m.action.text}:\n${m.action.url}`, ...m.notes];
  const signature = ['-- ', name, m.footer, ...imprint].join('\n');
  return `${[...parts, signature].filter((part) => part !== '').join('\n\n')}\n`;
}

const FONT = "'Instrument Sans', system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";

/** Mail programs know no variables and few style sheets: styles stand on the elements, in the shop's colours. */
function stylesIn(colours: Organiser['colours']) {
  const colour = (role: string): string => {
    const value = colours.get(role);
    if (value === undefined) throw new Error(`there is no colour ${role}`);
    return value;
  };
  const muted = `color: ${colour('muted')}`;
  return {
    body: `margin: 0; padding: 0; background: ${colour('sunken')}; color: ${colour('text')}; font-family: ${FONT}`,
    main: 'max-width: 560px; margin: 0 auto; padding: 32px 16px',
    sender: 'margin: 0 0 16px; font-size: 15px; font-weight: 600',
    card: `padding: 32px 24px; border-radius: 10px; background: ${colour('raised')}`,
    heading: 'margin: 0 0 24px; font-size: 28px; line-height: 1.15',
    paragraph: 'margin: 0 0 16px; font-size: 16px; line-height: 1.5',
    details: 'margin: 8px 0 24px; border-collapse: collapse',
    label: `padding: 4px 24px 4px 0; vertical-align: top; white-space: nowrap; font-size: 15px; line-height: 1.5; ${muted}`,
    // An order number is longer than a phone is wide.
    value:
      'padding: 4px 0; vertical-align: top; font-size: 15px; line-height: 1.5; overflow-wrap: anywhere; ' +
      'word-break: break-word',
    action: 'margin: 0 0 24px',
    button:
      `display: inline-block; padding: 12px 24px; border-radius: 10px; background: ${colour('accent')}; ` +
      `color: ${colour('on-accent')}; font-size: 16px; font-weight: 600; text-decoration: none`,
    note: `margin: 0 0 8px; font-size: 15px; line-height: 1.5; ${muted}`,
    footer: `margin: 16px 0 0; font-size: 13px; line-height: 1.5; ${muted}`,
  };
}

/** Each line on a line of its own. */
const linesOf = (lines: readonly string[]) => lines.map((line) => html`${line}<br />`);

export function mailHtml({ name, imprint, colours }: Organiser, m: MailContent): string {
  const styles = stylesIn(colours);
  const paragraphs = m.paragraphs.map((text) => html`<p style="${styles.paragraph}">${text}</p>`);
  const details = m.details.map(
    ([label, value]) =>
      html`<tr>
        <td style="${styles.label}">${label}</td>
        <td style="${styles.value}">${linesOf(value.split('\n'))}</td>
      </tr>`,
  );
  const notes = m.notes.map((text) => html`<p style="${styles.note}">${text}</p>`);
  const page = html`<!doctype html>
    <html lang="${m.language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light" />
        <title>${m.subject}</title>
      </head>
      <body style="${styles.body}">
        <main style="${styles.main}">
          <p style="${styles.sender}">${name}</p>
          <div style="${styles.card}">
            <h1 style="${styles.heading}">${m.heading}</h1>
            ${paragraphs}
            ${
              details.length > 0
                ? html`<table role="presentation" style="${styles.details}">
                    ${details}
                  </table>`
                : ''
            }
            <p style="${styles.action}"><a href="${m.action.url}" style="${styles.button}">${m.action.text}</a></p>
            ${notes}
          </div>
          <p style="${styles.footer}">${m.footer}</p>
          ${imprint.length > 0 ? html`<p style="${styles.footer}">${linesOf(imprint)}</p>` : ''}
        </main>
      </body>
    </html>`;
  // Nothing in it is awaited.
  return (page as HtmlEscapedString).toString();
}
