import type { Reporter } from '../reporting.js';

const INDENT = '     ';

export interface Terminal extends Reporter {
  /** A numbered step, e.g. `2/6  Servers`. */
  step(title: string): void;
  /** A line of the present step. */
  line(text: string): void;
  /** What is where: the names in one column. */
  table(rows: readonly (readonly [name: string, value: string])[]): void;
  heading(text: string): void;
  /** As it is, from the left edge: for what is meant to be copied. */
  plain(text: string): void;
}

/**
 * Writes for a person: steps, what they wait for, and tables. Colours only where they will be seen.
 *
 * @param now for the time beside warnings that come while everything is up
 */
export function createTerminal(o: {
  write: (text: string) => void;
  colour: boolean;
  steps: number;
  now?: () => Date;
}): Terminal {
  const now = o.now ?? (() => new Date());
  const paint = (code: number) => (text: string) => (o.colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const [bold, dim, yellow] = [paint(1), paint(2), paint(33)];
  const put = (text: string): void => o.write(`${text}\n`);
  let step = 0;
  return {
    step(title) {
      step += 1;
      put(`\n${bold(`${step}/${o.steps}  ${title}`)}`);
    },
    line: (text) => put(`${INDENT}${text}`),
    info: (text) => put(`${INDENT}${dim(text)}`),
    warn: (text) => put(`${yellow('  !  ')}${text} ${dim(`(${now().toTimeString().slice(0, 8)})`)}`),
    table(rows) {
      const width = Math.max(...rows.map(([name]) => name.length));
      for (const [name, value] of rows) put(`${INDENT}${dim(name.padEnd(width))}  ${value}`);
    },
    heading: (text) => put(`\n${bold(text)}`),
    plain: put,
  };
}
