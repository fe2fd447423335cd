import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LauncherFailure, messageOf } from '../failure.js';

const PS_TIMEOUT_MS = 2_000;
/** The exit status of ps; env has others for a program that it cannot run. */
const NO_SUCH_PROCESS = 1;

/**
 * What tells a process from every other that ever had or will have its pid: the boot and the clock tick of its start.
 * Undefined when there is no such process, or only what is left of a dead one (a zombie).
 *
 * @throws LauncherFailure when it cannot be found out
 */
export function identityOf(pid: number): string | undefined {
  return process.platform === 'linux' ? linuxIdentity(pid) : psIdentity(pid);
}

/** True while the very process that was recorded is alive; false for another one that was given its pid since. */
export const isAlive = (pid: number, identity: string): boolean => identityOf(pid) === identity;

export function linuxIdentity(pid: number, proc = '/proc'): string | undefined {
  try {
    return identityFromStat(
      readFileSync(join(proc, String(pid), 'stat'), 'utf8'),
      readFileSync(join(proc, 'sys/kernel/random/boot_id'), 'utf8').trim(),
    );
  } catch (error) {
    // There is no such process, or it ended meanwhile. After any other error, as of too many open files, it may well run.
    if (['ENOENT', 'ESRCH'].includes(String((error as NodeJS.ErrnoException).code))) return undefined;
    throw cannotTell(pid, error);
  }
}

const cannotTell = (pid: number, error: unknown): LauncherFailure =>
  new LauncherFailure(`it cannot be found out whether process ${pid} runs: ${messageOf(error)}`);

/** proc(5): the command stands in parentheses and may hold any character, so the fields count from the last one. */
export function identityFromStat(stat: string, bootId: string): string | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const state = fields[0];
  const startTicks = fields[19];
  if (startTicks === undefined || state === 'Z' || state === 'X') return undefined;
  return `${bootId}/${startTicks}`;
}

/** The time of the start, in words of one zone and language: the next launcher may have others. */
export function psIdentity(pid: number): string | undefined {
  try {
    const line = execFileSync('/usr/bin/env', ['LC_ALL=C', 'TZ=UTC', 'ps', '-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      timeout: PS_TIMEOUT_MS,
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    const [state = 'Z', ...started] = line.split(/\s+/);
    return state.startsWith('Z') ? undefined : started.join(' ');
  } catch (error) {
    if ((error as { status?: number | null }).status === NO_SUCH_PROCESS) return undefined;
    throw cannotTell(pid, error);
  }
}
