import { withTimeout } from '@box-office/platform';
import { connect, type ChannelModel, type RecoveringChannelModel } from 'amqplib';
import { isWorthAWarning } from './backoff.js';
import type { MessagingLogger } from './logger.js';

/** A silent peer is noticed after two to three of these. */
const HEARTBEAT_S = 10;
/** Deadlines of the handshake, of declaring and subscribing, and of closing. */
const HANDSHAKE_TIMEOUT_MS = 10_000;
const SETUP_TIMEOUT_MS = 30_000;
const CLOSE_TIMEOUT_MS = 2_000;
/** Pause between attempts to connect: doubles from the first value up to the last, with jitter; there is no last attempt. */
const RECONNECT_DELAY_MS = { initial: 100, max: 2_000 };

export interface BrokerConnection {
  /** Connected, set up, and not blocked by the broker (which has no memory or disk to spare). */
  isUp(): boolean;
  /** Drops the current connection; another one is opened and set up. For a lost channel, for instance. */
  restart(reason: string): void;
  /** Permanently. Returns within `CLOSE_TIMEOUT_MS`, whether the broker answers or not. */
  close(): Promise<void>;
}

/**
 * A connection that comes back by itself until it is closed. `setUp` runs on each new one and builds everything that
 * lives on it: topology, channels, consumers. If it fails, the connection counts as failed.
 *
 * @param onChange called when `isUp()` may have changed
 * @throws if the address is not an AMQP URL
 */
export function connectBroker(o: {
  url: string;
  /** Shown in the broker's list of connections. */
  name: string;
  logger: MessagingLogger;
  setUp(model: ChannelModel): Promise<void>;
  onChange?(): void;
}): BrokerConnection {
  const url = addressOf(o.url);
  const log = { connection: o.name };
  let current: ChannelModel | undefined;
  let up = false;
  let blocked = false;
  let failures = 0;

  function change(state: { up?: boolean; blocked?: boolean }): void {
    up = state.up ?? up;
    blocked = state.blocked ?? blocked;
    o.onChange?.();
  }

  async function setUp(model: ChannelModel): Promise<void> {
    let lost = false;
    // Recovery does not listen yet while this runs, and an 'error' without a listener ends the process.
    // The error comes again as the cause of a lost or failed connection.
    model.on('error', (error) => o.logger.debug({ ...log, err: error }, 'broker connection failed'));
    model.on('handler-error', (error) => o.logger.error({ ...log, err: error }, 'a listener of the broker failed'));
    model.once('close', () => {
      lost = true;
      if (current === model) current = undefined;
    });
    model.on('blocked', (reason) => {
      if (current !== model) return;
      o.logger.warn({ ...log, reason }, 'the broker is short of resources and blocks publishers');
      change({ blocked: true });
    });
    model.on('unblocked', () => {
      if (current !== model) return;
      o.logger.info(log, 'the broker accepts messages again');
      change({ blocked: false });
    });
    current = model;
    try {
      await withTimeout(o.setUp(model), SETUP_TIMEOUT_MS, 'the broker did not finish the set-up');
      // Recovery notices a loss from here on only; an earlier one would go unnoticed.
      if (lost) throw new Error('the connection was lost while it was set up');
    } catch (error) {
      // Recovery closes the failed connection and waits without a deadline for the broker's close-ok before it tries
      // again. Closing here first makes its own attempt fail immediately.
      abandon(model);
      throw error;
    }
  }

  const opening = connect(url, {
    noDelay: true,
    keepAlive: true,
    keepAliveDelay: 10_000,
    timeout: HANDSHAKE_TIMEOUT_MS,
    clientProperties: { connection_name: o.name },
    recovery: {
      waitForConnect: false,
      initialDelay: RECONNECT_DELAY_MS.initial,
      maxDelay: RECONNECT_DELAY_MS.max,
      setup: setUp,
    },
  }).then((recovering) => listen(recovering));

  function listen(recovering: RecoveringChannelModel): RecoveringChannelModel {
    recovering.on('connect', () => {
      o.logger.info(log, 'connected to the broker');
      failures = 0;
      change({ up: true, blocked: false });
    });
    recovering.on('disconnect', (error) => {
      o.logger.warn({ ...log, err: error }, 'lost the broker connection');
      change({ up: false, blocked: false });
    });
    recovering.on('connect-failed', (error) => {
      const level = isWorthAWarning(failures) ? 'warn' : 'debug';
      failures += 1;
      o.logger[level]({ ...log, err: error, failures }, 'cannot connect to the broker');
    });
    // Logged where it came from, above; without a listener it would end the process.
    recovering.on('error', () => undefined);
    return recovering;
  }

  return {
    isUp: () => up && !blocked,
    restart(reason) {
      const model = current;
      // A connection that ends closes its channels first; then there is nothing to replace.
      queueMicrotask(() => {
        if (!model || current !== model) return;
        current = undefined;
        o.logger.warn({ ...log, reason }, 'replaces the broker connection');
        change({ up: false });
        abandon(model);
      });
    },
    async close() {
      change({ up: false });
      const closing = opening.then((recovering) => recovering.close());
      await withTimeout(closing, CLOSE_TIMEOUT_MS, 'the broker did not confirm the close').catch((error: unknown) =>
        o.logger.warn({ ...log, err: error }, 'closed the broker connection without its confirmation'),
      );
    },
  };
}

/** Starts closing; the outcome shows as the connection's 'close' event, at the latest when heartbeats are missed. */
function abandon(model: ChannelModel): void {
  model.close().catch(() => undefined);
}

function addressOf(url: string): string {
  const address = new URL(url);
  if (address.protocol !== 'amqp:' && address.protocol !== 'amqps:') {
    throw new Error('the address of RabbitMQ must begin with amqp:// or amqps://');
  }
  if (!address.searchParams.has('heartbeat')) address.searchParams.set('heartbeat', String(HEARTBEAT_S));
  return address.href;
}
