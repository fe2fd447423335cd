import pg from 'pg';
import type { Logger } from './logger.js';

/** Longest a statement may wait for a row lock, longest that a transaction may be idle. */
const LOCK_TIMEOUT_MS = 4_000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000;
/** Longest to wait for a free or a new connection; it also bounds the pool's queue. */
const CONNECTION_TIMEOUT_MS = 5_000;
/** The client's own limit is so much later than the server's, which tells more: for a server or a network that is silent. */
const SILENCE_MS = 5_000;

/**
 * How the statements of a pool are planned.
 *
 * - `by_index`: statements that buyers or messages wait for. They are prepared and use one generic plan per connection. A
 *   generic plan that is made while a table is small would choose a sequential scan, a hash join or a merge join and keep it,
 *   so these are off.
 * - `by_size`: statements that read many rows, such as comparisons and counts. They are planned at each execution, for the
 *   tables as they are then, and may take a minute instead of ten seconds.
 *
 * None of them is long enough to be worth compiling.
 */
type Planning = 'by_index' | 'by_size';
const STATEMENT_TIMEOUT_MS: Readonly<Record<Planning, number>> = { by_index: 10_000, by_size: 60_000 };
const SETTINGS: Readonly<Record<Planning, string>> = {
  by_index: '-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off',
  by_size: '-c plan_cache_mode=force_custom_plan -c jit=off',
};

export interface PoolOptions {
  readonly url: string;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
  /** Most connections. */
  readonly max: number;
  /** `by_index` unless told otherwise. */
  readonly planning?: Planning;
  readonly logger: Logger;
}

/**
 * A pool whose every wait has an end. Connections are in pipeline mode: statements that are started without awaiting
 * the one before travel together and are answered in order. Each is still its own statement to the server: after
 * an error inside a transaction those behind it fail too (SQLSTATE 25P02); outside of one they run nevertheless.
 *
 * Server settings in the `options` of the URL come after our own, and win.
 *
 * A lost connection is logged and replaced at the next use; it never brings the process down.
 */
export function createPool(o: PoolOptions): pg.Pool {
  const url = new URL(o.url);
  const theirs = url.searchParams.get('options');
  url.searchParams.delete('options');
  const { planning = 'by_index' } = o;
  const ours = SETTINGS[planning];
  const pool = new pg.Pool({
    connectionString: url.href,
    application_name: o.applicationName,
    max: o.max,
    pipeline: true,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
    idleTimeoutMillis: 30_000,
    statement_timeout: STATEMENT_TIMEOUT_MS[planning],
    lock_timeout: LOCK_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    query_timeout: STATEMENT_TIMEOUT_MS[planning] + SILENCE_MS,
    options: theirs === null ? ours : `${ours} ${theirs}`,
  });
  // The pool listens to idle clients only; without a listener of its own a client that is checked out would throw.
  pool.on('connect', (client) => client.on('error', (error) => logLostConnection(o.logger, error)));
  pool.on('error', () => undefined);
  return pool;
}

function logLostConnection(logger: Logger, error: Error): void {
  logger.warn({ err: error }, 'lost a PostgreSQL connection');
}

/**
 * Runs `work` in one transaction on one connection: committed when it resolves, rolled back when it rejects.
 *
 * - BEGIN is awaited before `work` starts: if it were pipelined and then failed, the statements behind it would
 *   commit one by one.
 * - ROLLBACK queues behind whatever `work` left in flight, so the connection goes back to the pool silent.
 * - A transaction in which a statement failed cannot commit, even if `work` swallowed that error: PostgreSQL answers
 *   COMMIT with ROLLBACK, and this throws.
 * - If the connection is lost during COMMIT, the outcome is unknown to the caller: what `work` wrote must be
 *   idempotent, or be looked up.
 */
export function inTransaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  return withSession(pool, (session) => session.inTransaction(work));
}

/** One connection, for transactions one after the other without statements of other callers in between. */
export interface Session {
  readonly client: pg.PoolClient;
  /** As `inTransaction` of a pool. */
  inTransaction<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T>;
}

/** Calls `work` with a connection of its own, which goes back to the pool when it settles. */
export async function withSession<T>(pool: pg.Pool, work: (session: Session) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const session: Session = {
    client,
    async inTransaction(steps) {
      try {
        await client.query('begin');
        const result = await steps(client);
        const { command } = await client.query('commit');
        if (command !== 'COMMIT') throw new Error('the transaction was rolled back: one of its statements had failed');
        return result;
      } catch (error) {
        await client.query('rollback').catch((reason: unknown) => {
          broken = reason instanceof Error ? reason : new Error(String(reason));
        });
        throw error;
      }
    },
  };
  try {
    return await work(session);
  } finally {
    client.release(broken);
  }
}
