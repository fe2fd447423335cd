import { oneLine } from '@box-office/contract';

/**
 * Exit codes; part of the command line's contract (docs/cli.md).
 *
 * - `no`: the answer is no: refused, not found, not intact, or left to an operator
 * - `usage`: the command, an option or the configuration is wrong; nothing was done
 * - `unavailable`: a server or the gateway does not answer, or does not finish in time
 * - `unexpected`: a defect
 */
export const EXIT = { ok: 0, no: 1, usage: 2, unavailable: 3, unexpected: 4 } as const;
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
export const unavailable = (message: string): CliFailure => new CliFailure(EXIT.unavailable, message);

/** To be thrown instead of `error`: if the gateway may have carried the call out all the same, it ends with `advice`. */
export function withAdvice(error: unknown, advice: string): unknown {
  if (!(error instanceof CliFailure) || error.exitCode !== EXIT.unavailable) return error;
  return unavailable(`${error.message}; ${advice}`);
}

/** Any error as one line, also an error that Node wraps or that has no message. */
export function textOfError(error: unknown): string {
  if (!(error instanceof Error)) return oneLine(String(error));
  const { cause } = error;
  // fetch says only "fetch failed"; its cause says what happened.
  if (cause instanceof Error && (error.message === '' || error.message === 'fetch failed')) return textOfError(cause);
  if (error instanceof AggregateError && error.message === '') return textOfError(error.errors[0]);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return oneLine(error.message === '' ? code : error.message);
}
