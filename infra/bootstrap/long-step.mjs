import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { LOGS, ROOT } from './paths.mjs';

const STILL_RUNNING_EVERY_MS = 5_000;
const TAIL_LINES = 30;

/** Something that the user must read; printed without a stack trace. */
export class StepFailure extends Error {}

/**
 * Runs a Node program to its end with its output in a log of its own, and says every few seconds that it still runs.
 *
 * @param {{ what: string, log: string, args: string[], timeoutMs: number }} step `what` as in "installing npm packages"
 */
export async function longStep({ what, log, args, timeoutMs }) {
  mkdirSync(LOGS, { recursive: true });
  const file = join(LOGS, log);
  const shown = relative(process.cwd(), file);
  const output = openSync(file, 'w', 0o600);
  const startedAt = Date.now();
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', output, output] });
  closeSync(output);
  const passOn = (signal) => child.kill(signal);
  const limit = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  const ticker = setInterval(() => say(`${what} (${seconds(startedAt)} s, log: ${shown})`), STILL_RUNNING_EVERY_MS);
  process.on('SIGINT', passOn).on('SIGTERM', passOn);
  try {
    const problem = await new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, signal) => resolve(code === 0 ? undefined : (signal ?? `exit code ${code}`)));
    });
    if (problem === undefined) return;
    if (problem === 'SIGINT' || problem === 'SIGTERM') throw new StepFailure(`${what}: interrupted`);
    const late = Date.now() - startedAt >= timeoutMs ? `took longer than ${timeoutMs / 60_000} min` : problem;
    throw new StepFailure(`${tail(file)}\n${what}: ${late}. All of it: ${shown}`);
  } finally {
    clearTimeout(limit);
    clearInterval(ticker);
    process.off('SIGINT', passOn).off('SIGTERM', passOn);
  }
}

/** @param {string} line */
export const say = (line) => process.stderr.write(`${line}\n`);

/** @param {number} sinceMs */
export const seconds = (sinceMs) => ((Date.now() - sinceMs) / 1_000).toFixed(0);

/** @param {string} file */
const tail = (file) => readFileSync(file, 'utf8').trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
