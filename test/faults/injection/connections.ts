import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import pg from 'pg';
import type { FaultHarness } from '../harness/fault-harness.js';
import type { Random } from '../random.js';
import type { FaultKind } from './fault.js';

const CONNECT_TIMEOUT_MS = 2_000;
/**
 * A connection is cut again while it reconnects, so that cuts also hit its authentication, subscriptions and
 * declarations.
 */
const CUTS_IN_A_ROW = 7;
const PAUSE_IN_A_ROW_MS = 15;
/** Name of the suite's own clients, which are not cut. */
export const UNCUT_CLIENT = 'fault suite';

/** Cuts every connection of every process, at its server or in its proxy, several times in a row. */
export const connectionCuts: FaultKind = {
  name: 'cut connections',
  draw(random) {
    const durationMs = random.pick([4_000, 8_000]);
    const pauseMs = random.pick([20, 150, 600]);
    const order = random.fork(`connections ${random.int(0, 1_000_000)}`);
    return {
      what: `every connection cut ${CUTS_IN_A_ROW} times in a row, ${pauseMs} ms apart, for ${durationMs} ms`,
      uses: ['connections'],
      durationMs,
      async begin(harness) {
        const over = new AbortController();
        const cutting = keepCutting(harness, order, pauseMs, over.signal);
        return async () => {
          over.abort();
          await cutting;
        };
      },
    };
  },
};

async function keepCutting(harness: FaultHarness, random: Random, pauseMs: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    for (const cut of random.shuffled(cutsOf(harness))) {
      for (let i = 0; i < CUTS_IN_A_ROW && !signal.aborted; i++) {
        // The server may be down because of another fault.
        await cut().catch(() => undefined);
        await sleep(PAUSE_IN_A_ROW_MS);
      }
      if (signal.aborted) return;
      await sleep(pauseMs);
    }
  }
}

/** One function for each role of a connection, by its client name, and one for each proxy. */
function cutsOf({ stack, replicas }: FaultHarness): (() => Promise<void>)[] {
  const { databaseUrl, redisUrl } = stack.addresses;
  return [
    ...['api', 'api-outcomes', 'workflows', 'reconciliation'].map((name) => () => killClients(redisUrl, name)),
    () => killClients(redisUrl, null),
    ...['api', 'box-office workflows', 'audit-consumer', 'reconciliation'].map(
      (name) => () => terminateBackends(databaseUrl, name),
    ),
    () => terminateBackends(databaseUrl, null),
    ...replicas.flatMap((replica) => Object.values(replica.proxies).map((proxy) => async () => proxy.reset())),
  ];
}

/** @param name null for all of them */
async function killClients(redisUrl: string, name: string | null): Promise<void> {
  const redis = new Redis(redisUrl, {
    connectionName: UNCUT_CLIENT,
    lazyConnect: true,
    retryStrategy: null,
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: CONNECT_TIMEOUT_MS,
  });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    const clients = String(await redis.client('LIST')).split('\n');
    for (const client of clients) {
      const [, id, of] = /^id=(\d+) .*? name=(.*?) age=/.exec(client) ?? [];
      if (id !== undefined && of !== UNCUT_CLIENT && (name === null || of === name))
        await redis.client('KILL', 'ID', id);
    }
  } finally {
    redis.disconnect();
  }
}

/** @param name null for all of them */
async function terminateBackends(databaseUrl: string, name: string | null): Promise<void> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: UNCUT_CLIENT,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: CONNECT_TIMEOUT_MS,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where usename = current_user and application_name <> $1 and ($2::text is null or application_name = $2)`,
      [UNCUT_CLIENT, name],
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}
