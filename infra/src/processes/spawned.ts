import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { LauncherFailure } from '../failure.js';
import { openLog } from './log-files.js';
import { removePidRecord, signalGroup, writePidRecord } from './pid-files.js';

/** The account that a process runs under, when it is not the launcher's own. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

export interface ProcessSpec {
  /** Unique within its stack; names the log and the pid file. */
  readonly name: string;
  readonly stage: 'service' | 'server';
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly pidDir: string;
  readonly account?: Account | undefined;
  /** The polite way to stop it, and how long that may take before it is killed. */
  readonly stopSignal: NodeJS.Signals;
  readonly stopTimeoutMs: number;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One life of a process. */
export interface Spawned {
  readonly pid: number;
  readonly startedAtMs: number;
  /** Resolves when it is dead; never rejects. */
  readonly exited: Promise<Exit>;
  isRunning(): boolean;
  /** Signals the process alone; SIGKILL goes to its whole group. */
  kill(signal: NodeJS.Signals): void;
  /** Politely, then by force; resolves when it is dead. */
  stop(): Promise<void>;
}

export const describeExit = (exit: Exit): string =>
  exit.signal === null ? `exit code ${exit.code ?? 'unknown'}` : `killed by ${exit.signal}`;

/**
 * Starts a process in a session of its own, so that Ctrl-C in the terminal reaches the launcher alone and the
 * launcher decides the order in which things stop.
 *
 * @throws LauncherFailure when the program cannot be started at all, or not be recorded
 */
export async function spawnLogged(spec: ProcessSpec): Promise<Spawned> {
  const log = openLog(spec.logFile);
  const child = spawn(spec.command, spec.args, {
    cwd: spec.cwd,
    env: spec.env,
    detached: true,
    stdio: ['ignore', log, log],
    ...(spec.account ? { uid: spec.account.uid, gid: spec.account.gid } : {}),
  });
  closeSync(log);
  const { pid } = child;
  if (pid === undefined) {
    const cause = await new Promise<Error>((resolve) => child.once('error', resolve));
    throw new LauncherFailure(`${spec.name}: ${spec.command} cannot be started (${cause.message})`);
  }
  try {
    writePidRecord(spec.pidDir, { ...pick(spec), pid });
  } catch (error) {
    // No later launcher would find it.
    signalGroup(pid, 'SIGKILL');
    throw error;
  }

  let running = true;
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => {
      running = false;
      removePidRecord(spec.pidDir, spec.name);
      resolve({ code, signal });
    });
  });
  const kill = (signal: NodeJS.Signals): void => {
    if (!running) return;
    if (signal === 'SIGKILL') signalGroup(pid, signal);
    else child.kill(signal);
  };
  return {
    pid,
    startedAtMs: Date.now(),
    exited,
    isRunning: () => running,
    kill,
    async stop() {
      kill(spec.stopSignal);
      // A process that was paused (SIGSTOP) would never see the request to stop.
      kill('SIGCONT');
      const force = setTimeout(() => kill('SIGKILL'), spec.stopTimeoutMs);
      await exited;
      clearTimeout(force);
    },
  };
}

function pick(spec: ProcessSpec): Pick<ProcessSpec, 'name' | 'stage' | 'stopSignal' | 'stopTimeoutMs'> {
  const { name, stage, stopSignal, stopTimeoutMs } = spec;
  return { name, stage, stopSignal, stopTimeoutMs };
}
