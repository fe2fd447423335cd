import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { LauncherFailure } from '../failure.js';
import { formatDuration, shownPath, type Reporter } from '../reporting.js';
import { openLog, tailOf } from './log-files.js';
import { signalGroup } from './pid-files.js';
import type { Account } from './spawned.js';

const FIRST_REPORT_AFTER_MS = 5_000;
const MAX_INTERVAL_MS = 20_000;
/** Between the request to stop and the kill. */
const GRACE_MS = 10_000;
const MAX_OUTPUT_BYTES = 1024 * 1024;

export interface Command {
  /** What it does, as a person would say it; begins each line about it. */
  readonly what: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly account?: Account | undefined;
  readonly timeoutMs: number;
  readonly logFile: string;
  readonly report?: Reporter | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs a program to its end, its output in the log; says from time to time that it still runs. When its time is up, or
 * it is called off, it is stopped with everything that it started: politely, then by force.
 *
 * @throws LauncherFailure when it cannot be started, fails, or takes longer than it may
 */
export async function runCommand(c: Command): Promise<void> {
  c.signal?.throwIfAborted();
  const log = openLog(c.logFile);
  const startedAt = Date.now();
  const child = spawn(c.command, c.args, {
    cwd: c.cwd,
    env: c.env,
    stdio: ['ignore', log, log],
    detached: true,
    ...(c.account ? { uid: c.account.uid, gid: c.account.gid } : {}),
  });
  closeSync(log);
  const ended = new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => {
      if (code === 0) resolve(undefined);
      else resolve(signal === null ? `exit code ${code}` : `killed by ${signal}`);
    });
  });

  let late = false;
  let force: NodeJS.Timeout | undefined;
  const stop = (): void => {
    const { pid } = child;
    if (pid === undefined) return;
    signalGroup(pid, 'SIGTERM');
    force ??= setTimeout(() => signalGroup(pid, 'SIGKILL'), GRACE_MS);
  };
  const limit = setTimeout(() => {
    late = true;
    stop();
  }, c.timeoutMs);
  c.signal?.addEventListener('abort', stop, { once: true });
  const quiet = reportProgress(c, startedAt);
  try {
    const problem = await ended;
    c.signal?.throwIfAborted();
    if (problem === undefined) return;
    const last = tailOf(c.logFile, 1)[0];
    const why = late ? `took longer than ${formatDuration(c.timeoutMs)}` : problem;
    throw new LauncherFailure(`${c.what}: ${why}${last === undefined ? '' : ` (${last.trim()})`}`, c.logFile);
  } finally {
    quiet();
    clearTimeout(limit);
    clearTimeout(force);
    c.signal?.removeEventListener('abort', stop);
  }
}

/** @returns what ends the reports */
function reportProgress(c: Command, startedAt: number): () => void {
  let intervalMs = FIRST_REPORT_AFTER_MS;
  const report = (): void => {
    c.report?.info(`${c.what} (${formatDuration(Date.now() - startedAt)}, log: ${shownPath(c.logFile)})`);
    intervalMs = Math.min(MAX_INTERVAL_MS, intervalMs * 2);
    ticker = setTimeout(report, intervalMs);
  };
  let ticker = setTimeout(report, intervalMs);
  return () => clearTimeout(ticker);
}

/** The standard output of a short command, trimmed; undefined when it fails, is missing or takes too long. */
export async function outputOf(
  command: string,
  args: readonly string[],
  options: { timeoutMs?: number; env?: Readonly<Record<string, string>> } = {},
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: options.timeoutMs ?? 10_000,
      killSignal: 'SIGKILL',
      env: options.env,
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (output.length < MAX_OUTPUT_BYTES) output += text;
    });
    child.once('error', () => resolve(undefined));
    child.once('close', (code) => resolve(code === 0 ? output.trim() : undefined));
  });
}
