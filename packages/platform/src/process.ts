import { ConfigError } from './config.js';
import type { Logger } from './logger.js';

const SHUTDOWN_DEADLINE_MS = 25_000;

export interface RunningProcess {
  /** Finishes what is under way and lets go of every resource. Called once. */
  stop(): Promise<void>;
}

/**
 * The life of a process. Starts it; at SIGTERM or SIGINT stops it once and exits 0. Whatever fails (the start, the stop,
 * a stop that takes longer than the deadline, an uncaught error) is one fatal line and exit status 1: the
 * supervisor starts it again, and what was under way is durable elsewhere. A signal during the start takes effect when
 * the start has ended; further signals change nothing.
 */
export function runProcess(o: {
  name: string;
  logger: Logger;
  shutdownDeadlineMs?: number;
  start(): Promise<RunningProcess>;
}): void {
  const deadlineMs = o.shutdownDeadlineMs ?? SHUTDOWN_DEADLINE_MS;
  let stopping = false;

  function die(error: unknown, what: string): never {
    // A wrong configuration needs no stack: its message says it all.
    if (error instanceof ConfigError) o.logger.fatal(error.message);
    else o.logger.fatal({ err: error }, `${o.name}: ${what}`);
    process.exit(1);
  }

  process.on('uncaughtException', (error) => die(error, 'an uncaught error'));
  process.on('unhandledRejection', (error) => die(error, 'an unhandled rejection'));

  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);

  const started = o.start();
  started.then(
    () => o.logger.info(`${o.name} started`),
    (error: unknown) => die(error, 'could not start'),
  );

  function onSignal(signal: NodeJS.Signals): void {
    if (stopping) return;
    stopping = true;
    o.logger.info({ signal }, `${o.name} stops`);
    setTimeout(() => die(new Error(`not done after ${deadlineMs} ms`), 'could not stop in time'), deadlineMs).unref();
    started
      .then((running) => running.stop())
      .then(
        () => {
          o.logger.info(`${o.name} stopped`);
          process.exit(0);
        },
        (error: unknown) => die(error, 'could not stop cleanly'),
      );
  }
}
