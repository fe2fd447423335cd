import { oneLine } from '@box-office/contract';

/**
 * What the process ends with; part of the command line's contract (docs/cli.md).
 *
 * - `no`: the answer is no: refused, not found, not intact, or left for a person
 * - `usage`: the command, an option or the configuration is not what it should be; nothing was done
 * - `away`: a server, or the gateway, does not answer or is not done in time
 * - `unexpected`: a defect
 */
export const EXIT = { ok: 0, no: 1, usage: 2, away: 3, unexpected: 4 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends a command with one line on standard error. */
export class CliFailure extends Error {
  constructor(
    readonly exitCode: ExitCode,
    message: string,
  ) {
    super(message);
  }
}

export const answeredNo = (message: string): CliFailure => new CliFailure(EXIT.no, message);
export const misused = (message: string): CliFailure => new CliFailure(EXIT.usage, message);
export const away = (message: string): CliFailure => new CliFailure(EXIT.away, message);

/** One line of any error, also of those that Node wraps or leaves without a message. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return oneLine(String(error));
  const { cause } = error;
  // fetch says no more than "fetch failed"; what happened stands in its cause.
  if (cause instanceof Error && (error.message === '' || error.message === 'fetch failed')) return wordsOf(cause);
  if (error instanceof AggregateError && error.message === '') return wordsOf(error.errors[0]);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return oneLine(error.message === '' ? code : error.message);
}
