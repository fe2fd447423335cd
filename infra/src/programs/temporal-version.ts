import { outputOf } from '../processes/run-command.js';

/** What is fetched or built when there is no fitting one: later versions cannot be built with `go install`. */
export const TEMPORAL_CLI_VERSION = '1.5.1';
/** Activity pause and reset in the UI, workflow summaries, `--sqlite-pragma` with a current schema. */
export const OLDEST_TEMPORAL_SERVER = '1.28.0';

const VERSION_TIMEOUT_MS = 15_000;

/**
 * The server version inside a Temporal CLI: `temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)`. A CLI built with Go
 * calls itself 0.0.0-DEV, so its own version says nothing.
 */
export function serverVersionFrom(line: string): string | undefined {
  return /\(Server v?(\d+\.\d+\.\d+)/.exec(line)?.[1];
}

export async function temporalServerVersion(program: string): Promise<string | undefined> {
  return serverVersionFrom((await outputOf(program, ['--version'], { timeoutMs: VERSION_TIMEOUT_MS })) ?? '');
}

/** Compares versions of plain numbers: negative if `a` is older than `b`. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  for (let i = 0; i < 3; i++) {
    const difference = (left?.[i] ?? 0) - (right?.[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
