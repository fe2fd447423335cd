import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** Where a command's answer goes. Only the answer stands on standard output, so that it can be piped. */
export interface Output {
  /** A line of the answer. */
  line(text?: string): void;
  /** The answer for programs: one JSON document. */
  json(value: unknown): void;
  /** A piece of a long answer; resolves when the reader can take more. */
  write(text: string): Promise<void>;
  /** A remark to the person at the keyboard, on standard error. */
  note(text: string): void;
}

export function createOutput(o: { readonly out: Writable; readonly err: Writable }): Output {
  return {
    line: (text = '') => void o.out.write(`${text}\n`),
    json: (value) => void o.out.write(`${JSON.stringify(value, null, 2)}\n`),
    write: (text) => written(o.out, text),
    note: (text) => void o.err.write(`${text}\n`),
  };
}

/** Resolves when the stream can take more, so that an answer of any length needs no memory. */
export async function written(stream: Writable, text: string): Promise<void> {
  if (stream.errored) throw stream.errored;
  if (!stream.write(text)) await once(stream, 'drain');
}
