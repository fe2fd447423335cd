import { basename, join } from 'node:path';
import { runCommand } from '../processes/run-command.js';
import type { Reporter } from '../reporting.js';
import { findProgram, programFolders } from './find.js';

const BUILD_TIMEOUT_MS = 20 * 60_000;

/** Go's compiler; undefined where there is none. */
export const findGo = (env: Readonly<Record<string, string>>): string | undefined =>
  findProgram('go', [...programFolders(env['PATH']), '/usr/local/go/bin', '/usr/lib/go/bin']);

/**
 * Builds a program with Go.
 *
 * @param o.source what `go install` is given: package and version
 * @returns where it is, below `o.into`
 * @throws Error where there is no Go; LauncherFailure when it cannot be built
 */
export async function buildWithGo(o: {
  readonly name: string;
  readonly source: string;
  readonly into: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly report: Reporter;
  readonly signal?: AbortSignal | undefined;
}): Promise<string> {
  const go = findGo(o.env);
  if (go === undefined) throw new Error('Go is not installed, so it cannot be built either');
  o.report.info(`building ${o.name} with Go, once: some minutes on two cores`);
  await runCommand({
    what: `building ${o.name} with Go`,
    command: go,
    args: ['install', '-ldflags=-s -w', o.source],
    cwd: o.into,
    env: { ...o.env, GOBIN: o.into, GOFLAGS: '-modcacherw', GO111MODULE: 'on', GOWORK: 'off', CGO_ENABLED: '0' },
    timeoutMs: BUILD_TIMEOUT_MS,
    logFile: o.logFile,
    report: o.report,
    signal: o.signal,
  });
  return join(o.into, basename(o.source.replace(/@.*$/, '')));
}
