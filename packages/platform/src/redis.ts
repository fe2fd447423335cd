import { Redis } from 'ioredis';
import { ConfigError } from './config.js';
import type { Logger } from './logger.js';

const RECONNECT_MIN_MS = 50;
const RECONNECT_MAX_MS = 2_000;
const COMMAND_TIMEOUT_MS = 2_000;

/** Delay before the n-th attempt in a row (n counts from 1): doubles up to the maximum, without a limit. */
export function reconnectDelayMs(attempt: number): number {
  return Math.min(RECONNECT_MIN_MS * 2 ** Math.min(attempt - 1, 10), RECONNECT_MAX_MS);
}

/**
 * A connection that answers or fails at once and never repeats by itself: no queue while disconnected, no command
 * sent a second time after a reconnect (it may have taken effect), and a limit on each answer. What failed is
 * repeated by the caller, who knows whether that is safe. Reconnects without a limit. The commands of one turn of the
 * event loop are sent as one pipeline; one that fails rejects for its own caller only.
 *
 * Connecting has begun, but not ended, when this returns: see `redisReady`. A server that turns out to be a node of a
 * cluster ends the process with a ConfigError (see `runProcess`).
 */
export function createRedis(o: { url: string; name: string; logger: Logger; commandTimeoutMs?: number }): Redis {
  const redis = new Redis(o.url, {
    connectionName: o.name,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    // Its own subscribing again has no catch: a connection that is lost meanwhile would end the process. See `keepSubscribed`.
    autoResubscribe: false,
    maxRetriesPerRequest: 0,
    // Writing to a socket costs about the same for one command as for fifty.
    enableAutoPipelining: true,
    commandTimeout: o.commandTimeoutMs ?? COMMAND_TIMEOUT_MS,
    connectTimeout: 5_000,
    keepAlive: 10_000,
    retryStrategy: reconnectDelayMs,
  });
  let healthy = true;
  redis.on('error', (error: Error) => {
    // One line per outage, not one per attempt.
    if (healthy) o.logger.warn({ err: error }, 'lost Redis, reconnecting');
    healthy = false;
  });
  redis.on('ready', () => {
    if (!healthy) o.logger.info('Redis is back');
    healthy = true;
    void refuseCluster(redis);
  });
  return redis;
}

/** A node of a cluster refuses the keys of other nodes (MOVED), so no purchase could end there. */
async function refuseCluster(redis: Redis): Promise<void> {
  // It fails on a connection that is lost again, that has begun to subscribe, or that may not ask: another one asks.
  const info = await redis.info('server').catch(() => '');
  if (!/^redis_mode:cluster\b/m.test(info)) return;
  throw new ConfigError('REDIS_URL is a node of a Redis Cluster, which is not supported: name a single Redis server');
}

/**
 * Resolves once commands are accepted. For the start of a process; later a command simply fails while Redis is unavailable.
 *
 * @throws Error after `timeoutMs`; the client continues to connect.
 */
export function redisReady(redis: Redis, timeoutMs: number): Promise<void> {
  if (redis.status === 'ready') return Promise.resolve();
  return new Promise((resolve, reject) => {
    const onReady = (): void => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(() => {
      redis.off('ready', onReady);
      reject(new Error(`Redis was not ready within ${timeoutMs} ms`));
    }, timeoutMs);
    redis.once('ready', onReady);
  });
}

/** Pause before the next attempt to subscribe on a connection that stands but did not answer. */
const RESUBSCRIBE_MS = 500;

/**
 * Subscribes to a channel now and again after each reconnect, until it is stopped. An attempt that fails is logged and
 * repeated; messages that are published meanwhile are missed. A subscribed connection takes no other commands.
 *
 * @param onMessage must not throw: nothing above it could catch
 */
export function keepSubscribed(o: {
  redis: Redis;
  channel: string;
  onMessage: (message: string) => void;
  logger: Logger;
}): { stop(): void } {
  const { redis, channel } = o;
  let timer: NodeJS.Timeout | undefined;

  function subscribe(): void {
    clearTimeout(timer);
    redis.subscribe(channel).catch((error: unknown) => {
      o.logger.warn({ err: error, channel }, 'could not subscribe; trying again');
      // On a connection that was lost the next 'ready' tries.
      if (redis.status === 'ready') timer = setTimeout(subscribe, RESUBSCRIBE_MS).unref();
    });
  }
  const onMessage = (of: string, message: string): void => {
    if (of === channel) o.onMessage(message);
  };
  redis.on('ready', subscribe);
  redis.on('message', onMessage);
  if (redis.status === 'ready') subscribe();
  return {
    stop() {
      clearTimeout(timer);
      redis.off('ready', subscribe);
      redis.off('message', onMessage);
    },
  };
}
