import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { table, type Cell } from './table.js';

/** Where a command's answer goes. Only the answer stands on standard output, so that it can be piped. */
export interface Output {
  /** Rows of the answer as a table that fits the terminal. */
  table(head: readonly string[], rows: readonly (readonly Cell[])[]): void;
  /** A line of the answer. */
  line(text?: string): void;
  /** The answer for programs: one JSON document. */
  json(value: unknown): void;
  /** A piece of a long answer; resolves when the reader can take more. */
  write(text: string): Promise<void>;
  /** A remark to the person at the keyboard, on standard error. */
  note(text: string): void;
  /** How far it is, on a line that gives way to whatever comes next; told to a terminal only. */
  progress(text: string): void;
}

const START_OF_LINE = '\r\u001B[K';

export function createOutput(o: { readonly out: Writable; readonly err: Writable }): Output {
  const isTerminal = 'isTTY' in o.err && o.err.isTTY === true;
  let hasProgress = false;

  function show(progress: string): void {
    if (!isTerminal || (progress === '' && !hasProgress)) return;
    o.err.write(START_OF_LINE + progress);
    hasProgress = progress !== '';
  }
  function print(stream: Writable, text: string): void {
    show('');
    stream.write(`${text}\n`);
  }

  const width = 'isTTY' in o.out && o.out.isTTY === true && 'columns' in o.out ? Number(o.out.columns) : undefined;

  return {
    table(head, rows) {
      for (const line of table(head, rows, width)) print(o.out, line);
    },
    line: (text = '') => print(o.out, text),
    json: (value) => print(o.out, JSON.stringify(value, null, 2)),
    write: (text) => written(o.out, text),
    note: (text) => print(o.err, text),
    progress: show,
  };
}

/** Resolves when the stream can take more, so that an answer of any length needs no memory. */
export async function written(stream: Writable, text: string): Promise<void> {
  if (stream.errored) throw stream.errored;
  if (!stream.write(text)) await once(stream, 'drain');
}
