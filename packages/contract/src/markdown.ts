import { oneLine } from './foreign-text.js';

declare const madeHere: unique symbol;

/** Markdown that this system wrote. Only `mdText` makes it, so that nothing from outside gets into it as anything but text. */
export interface Markdown {
  readonly markdown: string;
  readonly [madeHere]: true;
}

/** Text from any source; a number or Markdown is left as it is. */
type Value = string | number | Markdown;

/**
 * Markdown from a template. A text between the braces becomes inline code: there links, images, HTML, headings and emphasis
 * are letters, and a line cannot end.
 */
export function mdText(template: TemplateStringsArray, ...values: readonly Value[]): Markdown {
  return made(template.reduce((before, after, place) => before + shown(values[place - 1] ?? '') + after));
}

/** What the server takes as the summary of a workflow, in bytes of UTF-8. */
const MAX_SUMMARY_BYTES = 400;

/** A workflow's summary, which the Temporal UI shows as Markdown of one line: as `mdText`, with texts as short as they must be. */
export function summary(template: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  for (const maxCharacters of [60, 40, 20, 10]) {
    const { markdown } = mdText(
      template,
      ...values.map((value) => (typeof value === 'string' ? made(inlineCode(value, maxCharacters)) : value)),
    );
    if (bytesIn(markdown) <= MAX_SUMMARY_BYTES) return markdown;
  }
  return template.join('…');
}

const bytesIn = (text: string): number =>
  [...text].reduce((sum, character) => {
    const code = character.codePointAt(0) ?? 0;
    return sum + 1 + Number(code > 0x7f) + Number(code > 0x7ff) + Number(code > 0xffff);
  }, 0);

/** Pieces with something between them. */
export const joined = (pieces: readonly Markdown[], between: '\n' | '\n\n' | ', ' | '; '): Markdown =>
  made(pieces.map(({ markdown }) => markdown).join(between));

/** A link to an address that this system was configured with. */
export const linkTo = (words: Markdown, url: string): Markdown =>
  made(`[${words.markdown}](<${url.replaceAll(/[<>\s\\]/g, encodeURIComponent)}>)`);

const made = (markdown: string): Markdown => ({ markdown }) as Markdown;

function shown(value: Value): string {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? inlineCode(value) : value.markdown;
}

/** Text as inline code of Markdown: on one line, bounded, and not to be ended by the backticks in it. */
export function inlineCode(text: string, maxCharacters?: number): string {
  const line = oneLine(text, maxCharacters);
  if (line === '') return '(empty)';
  const fence = '`'.repeat(1 + Math.max(0, ...(line.match(/`+/g) ?? []).map(({ length }) => length)));
  const room = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${room}${line}${room}${fence}`;
}
