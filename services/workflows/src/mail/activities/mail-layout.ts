import { html } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import type { Mail } from './mailer.js';

/** What a mail says, from which its text and its HTML are made. */
export interface MailContent {
  readonly language: string;
  readonly subject: string;
  /** The organiser's name. */
  readonly sender: string;
  readonly heading: string;
  readonly paragraphs: readonly string[];
  readonly details: readonly (readonly [label: string, value: string])[];
  readonly action: { readonly text: string; readonly url: string };
  readonly notes: readonly string[];
  /** Why the reader gets it. */
  readonly footer: string;
}

/** The mail with this content to a buyer. */
export const mailOf = (
  id: string,
  { name, email }: { readonly name: string; readonly email: string },
  content: MailContent,
  attachments: Mail['attachments'] = [],
): Mail => ({
  id,
  to: { name, address: email },
  subject: content.subject,
  text: mailText(content),
  html: mailHtml(content),
  attachments,
});

export function mailText(m: MailContent): string {
  const details = m.details.map(([label, value]) => `${label}: ${value}`).join('\n');
  const parts = [m.heading, ...m.paragraphs, details, `${m.action.text}:\n${m.action.url}`, ...m.notes];
  return `${[...parts, `-- \n${m.sender}\n${m.footer}`].filter((part) => part !== '').join('\n\n')}\n`;
}

// Mail programs know no variables and few style sheets: styles stand on the elements, in the shop's colours.
const FONT = "'Instrument Sans', system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";
const MUTED = 'color: #5c6066';
const STYLES = {
  body: `margin: 0; padding: 0; background: #f4f5f7; color: #17191c; font-family: ${FONT}`,
  main: 'max-width: 560px; margin: 0 auto; padding: 32px 16px',
  sender: 'margin: 0 0 16px; font-size: 15px; font-weight: 600',
  card: 'padding: 32px 24px; border-radius: 10px; background: #ffffff',
  heading: 'margin: 0 0 24px; font-size: 28px; line-height: 1.15',
  paragraph: 'margin: 0 0 16px; font-size: 16px; line-height: 1.5',
  details: 'margin: 8px 0 24px; border-collapse: collapse',
  label: `padding: 4px 24px 4px 0; vertical-align: top; white-space: nowrap; font-size: 15px; line-height: 1.5; ${MUTED}`,
  // An order number is longer than a phone is wide.
  value:
    'padding: 4px 0; vertical-align: top; font-size: 15px; line-height: 1.5; overflow-wrap: anywhere; ' +
    'word-break: break-word',
  action: 'margin: 0 0 24px',
  button:
    'display: inline-block; padding: 12px 24px; border-radius: 10px; background: #1f4fbf; color: #ffffff; ' +
    'font-size: 16px; font-weight: 600; text-decoration: none',
  note: `margin: 0 0 8px; font-size: 15px; line-height: 1.5; ${MUTED}`,
  footer: `margin: 16px 0 0; font-size: 13px; line-height: 1.5; ${MUTED}`,
} as const;

export function mailHtml(m: MailContent): string {
  const paragraphs = m.paragraphs.map((text) => html`<p style="${STYLES.paragraph}">${text}</p>`);
  const details = m.details.map(([label, value]) => {
    const lines = value.split('\n').map((line) => html`${line}<br />`);
    return html`<tr>
      <td style="${STYLES.label}">${label}</td>
      <td style="${STYLES.value}">${lines}</td>
    </tr>`;
  });
  const notes = m.notes.map((text) => html`<p style="${STYLES.note}">${text}</p>`);
  const page = html`<!doctype html>
    <html lang="${m.language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light" />
        <title>${m.subject}</title>
      </head>
      <body style="${STYLES.body}">
        <main style="${STYLES.main}">
          <p style="${STYLES.sender}">${m.sender}</p>
          <div style="${STYLES.card}">
            <h1 style="${STYLES.heading}">${m.heading}</h1>
            ${paragraphs}
            ${
              details.length > 0
                ? html`<table role="presentation" style="${STYLES.details}">
                    ${details}
                  </table>`
                : ''
            }
            <p style="${STYLES.action}"><a href="${m.action.url}" style="${STYLES.button}">${m.action.text}</a></p>
            ${notes}
          </div>
          <p style="${STYLES.footer}">${m.footer}</p>
        </main>
      </body>
    </html>`;
  // Nothing in it is awaited.
  return (page as HtmlEscapedString).toString();
}
