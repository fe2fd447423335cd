import { setTimeout as sleep } from 'node:timers/promises';
import type { HealthChecks, Logger } from '@box-office/platform';
import { Client, type ConnectionLike } from '@temporalio/client';

const RESTART_PAUSE_MS = 2_000;

/** A purchase worker in this process. */
export interface StartedWorker {
  readonly connection: ConnectionLike;
  readonly checks: HealthChecks;
  /** Ends when the worker does. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** Keeps a purchase worker in this process, on which workflows can be started eagerly. */
export interface LocalWorker {
  /** A client that shares its connection with the worker; undefined while no worker runs. */
  client(): Client | undefined;
  /** Whether it runs, and has the broker, on which nothing of the gateway itself depends. */
  readonly checks: HealthChecks;
  stop(): Promise<void>;
}

/**
 * Starts the worker in the background, and again when it could not be started or has ended: the gateway serves without it
 * meanwhile, and the other workers take up its workflows.
 */
export function keepLocalWorker(o: {
  readonly start: () => Promise<StartedWorker>;
  readonly namespace: string;
  readonly logger: Logger;
  /** Between two attempts to start it. */
  readonly pauseMs?: number;
}): LocalWorker {
  const stopping = new AbortController();
  const stopped = new Promise<void>((resolve) => stopping.signal.addEventListener('abort', () => resolve()));
  let client: Client | undefined;
  let checks: HealthChecks | undefined;

  async function runOnce(): Promise<void> {
    const worker = await o.start();
    try {
      client = new Client({ connection: worker.connection, namespace: o.namespace });
      checks = worker.checks;
      o.logger.info('the local purchase worker polls');
      await Promise.race([worker.ended, stopped]);
    } finally {
      client = checks = undefined;
      await worker.stop();
    }
  }

  async function keep(): Promise<void> {
    while (!stopping.signal.aborted) {
      await runOnce().catch((error: unknown) => {
        o.logger.error({ err: error }, 'the local purchase worker does not run');
      });
      await sleep(o.pauseMs ?? RESTART_PAUSE_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  const check = (name: string) => async (): Promise<void> => {
    if (checks === undefined) throw new Error('the local purchase worker does not run');
    await checks[name]?.();
  };
  const kept = keep();
  return {
    client: () => client,
    checks: { worker: check('worker'), broker: check('broker') },
    stop() {
      stopping.abort();
      return kept;
    },
  };
}
