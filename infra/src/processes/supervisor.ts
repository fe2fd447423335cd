import { setTimeout as sleep } from 'node:timers/promises';
import { LauncherFailure, messageOf } from '../failure.js';
import { formatDuration, shownPath, silent, type Reporter } from '../reporting.js';
import { createBackoff } from './backoff.js';
import { tailOf } from './log-files.js';
import { describeExit, spawnLogged, type Exit, type ProcessSpec, type Spawned } from './spawned.js';
import { waitUntil } from './waiting.js';

export interface Supervision {
  readonly spec: ProcessSpec;
  /** Throws until the process does its work. */
  readonly ready: () => Promise<unknown>;
  readonly readyTimeoutMs: number;
  /** How often a process that ends before it is ready is tried in all, and the pause between two tries. */
  readonly startAttempts?: number;
  readonly attemptPauseMs?: number;
  /** Start it again when it dies unasked. Off where a test decides what lives. */
  readonly autoRestart: boolean;
  readonly report?: Reporter;
}

/** A process that may live several times. Calls on one handle come one after another, not at once. */
export interface Supervised {
  readonly name: string;
  readonly logFile: string;
  /** Undefined while it is dead. */
  readonly pid: number | undefined;
  /** Resolves when it is ready. Does nothing if it runs. */
  start(signal?: AbortSignal): Promise<void>;
  /** Politely, then by force. It stays stopped until `start`. */
  stop(): Promise<void>;
  /** Sends a signal (default SIGKILL, whole group) and, for SIGKILL, resolves when it is dead. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  restart(): Promise<void>;
}

export function supervise(o: Supervision): Supervised {
  const { spec } = o;
  const report = o.report ?? silent;
  const backoff = createBackoff();
  let life: Spawned | undefined;
  /** Aborted when the process is no longer wanted: ends every wait below. */
  let wanted: AbortController | undefined;
  /** The launch or revival under way, so that a stop never overtakes a spawn. */
  let underWay: Promise<unknown> = Promise.resolve();

  async function launch(signal: AbortSignal): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      signal.throwIfAborted();
      const born = await spawnLogged(spec);
      life = born;
      const exit = await readyOrDead(born, signal);
      if (exit === undefined) {
        void born.exited.then((end) => onExit(born, end, signal));
        return;
      }
      if (attempt >= (o.startAttempts ?? 3)) {
        const last = tailOf(spec.logFile, 1)[0];
        const why = last === undefined ? '' : `: ${last.trim().slice(0, 300)}`;
        throw new LauncherFailure(`${spec.name} ended while starting (${describeExit(exit)})${why}`, spec.logFile);
      }
      await sleep(o.attemptPauseMs ?? 250, undefined, { signal });
    }
  }

  /** @returns undefined once it is ready, else how it died */
  async function readyOrDead(born: Spawned, signal: AbortSignal): Promise<Exit | undefined> {
    const died = new AbortController();
    let exit: Exit | undefined;
    void born.exited.then((end) => {
      exit = end;
      died.abort();
    });
    try {
      await waitUntil(
        {
          what: spec.name,
          timeoutMs: o.readyTimeoutMs,
          logFile: spec.logFile,
          signal: AbortSignal.any([signal, died.signal]),
          report,
        },
        o.ready,
      );
      return exit;
    } catch (error) {
      if (exit !== undefined && !signal.aborted) return exit;
      await born.stop();
      throw error;
    }
  }

  function onExit(dead: Spawned, exit: Exit, signal: AbortSignal): void {
    if (signal.aborted || life !== dead || !o.autoRestart) return;
    underWay = revive(dead, exit, signal).catch(() => undefined);
  }

  async function revive(dead: Spawned, exit: Exit, signal: AbortSignal): Promise<void> {
    let upMs = Date.now() - dead.startedAtMs;
    let cause = `died (${describeExit(exit)})`;
    for (;;) {
      const pauseMs = backoff.pauseMs(upMs);
      report.warn(
        `${spec.name} ${cause}; starting it again in ${formatDuration(pauseMs)} (log: ${shownPath(spec.logFile)})`,
      );
      await sleep(pauseMs, undefined, { signal });
      try {
        await launch(signal);
        report.info(`${spec.name} is back (pid ${life?.pid ?? '?'})`);
        return;
      } catch (error) {
        signal.throwIfAborted();
        upMs = 0;
        cause = `did not come back (${messageOf(error)})`;
      }
    }
  }

  async function stop(): Promise<void> {
    wanted?.abort();
    await underWay.catch(() => undefined);
    await life?.stop();
  }

  async function start(signal?: AbortSignal): Promise<void> {
    if (wanted !== undefined && !wanted.signal.aborted && life?.isRunning() === true) return;
    wanted?.abort();
    await underWay.catch(() => undefined);
    const mine = new AbortController();
    wanted = mine;
    underWay = launch(signal ? AbortSignal.any([mine.signal, signal]) : mine.signal);
    await underWay;
  }

  return {
    name: spec.name,
    logFile: spec.logFile,
    get pid() {
      return life?.isRunning() === true ? life.pid : undefined;
    },
    start,
    stop,
    async kill(signal = 'SIGKILL') {
      const victim = life;
      victim?.kill(signal);
      if (signal === 'SIGKILL') await victim?.exited;
    },
    async restart() {
      await stop();
      await start();
    },
  };
}
