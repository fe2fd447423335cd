import { oneLine } from '@box-office/contract';

/** A list is shown whole: each of its items is at most one line. */
export type Cell = string | number | readonly string[] | null | undefined;

const GAP = '  ';

/**
 * Lines of columns as wide as their widest cell; columns of numbers stand to the right. Absent values are a dash. What
 * stands in the stores cannot break a line, and characters that act on a terminal or cannot be seen are named.
 *
 * @param maxWidth of a line, in characters: where columns do not fit, each row is a block of lines, and nothing is lost
 */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[], maxWidth = Infinity): string[] {
  const isNumeric = head.map((_, i) => rows.length > 0 && rows.every((row) => typeof (row[i] ?? 0) === 'number'));
  const lines = [head, ...rows.map((row) => head.map((_, i) => textOf(row[i])))];
  const widths = head.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)));
  const width = widths.reduce((sum, column) => sum + column, GAP.length * (head.length - 1));
  if (width > maxWidth) return blocks(head, rows);
  return lines.map((line) =>
    line
      .map((text, i) => (isNumeric[i] ? text.padStart(widths[i] ?? 0) : text.padEnd(widths[i] ?? 0)))
      .join(GAP)
      .trimEnd(),
  );
}

const blocks = (head: readonly string[], rows: readonly (readonly Cell[])[]): string[] =>
  rows.flatMap((row, place) => {
    const block = fields(head.map((name, i) => [name.toLowerCase(), row[i]] as const));
    return place === 0 ? block : ['', ...block];
  });

/** Lines of a name and its value; those without a value are left out. */
export function fields(rows: readonly (readonly [name: string, value: Cell])[]): string[] {
  const told = rows.filter(([, value]) => !isAbsent(value));
  const width = Math.max(0, ...told.map(([name]) => name.length));
  return told.map(([name, value]) => `${name.padEnd(width)}${GAP}${textOf(value)}`.trimEnd());
}

function textOf(value: Cell): string {
  if (isAbsent(value)) return '–';
  return typeof value === 'object' ? value.map((item) => oneLine(item)).join(', ') : oneLine(String(value));
}

const isAbsent = (value: Cell): value is null | undefined | '' | readonly [] =>
  value === null || value === undefined || value === '' || (typeof value === 'object' && value.length === 0);

/** The beginning of a long text, for a cell. */
export const short = (text: string): string =>
  text.length > SHORT_CHARS ? `${text.slice(0, SHORT_CHARS - 1)}…` : text;

const SHORT_CHARS = 60;

/** `2026-11-25 17:20:21Z`: an instant in UTC, to the second. */
export const instantOf = (iso: string | null | undefined): string | null =>
  iso ? `${new Date(iso).toISOString().slice(0, 19).replace('T', ' ')}Z` : null;

/** `1 purchase`, `2 purchases`. */
export const countOf = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
