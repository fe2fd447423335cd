import { randomBytes, randomInt } from 'node:crypto';
import { createLogger, createPool } from '@box-office/platform';
import pg from 'pg';
import { BUILDER } from './inventory/generation.js';
import { createEvent, type NewEvent } from './events/create.js';
import { gala } from './events/testing/gala.js';

export { capacityUpdate, transactionRecord } from './audit/testing/messages.js';
export { inLockOrder } from './cancellations/testing/lock-queue.js';
export { gala };

/** The addresses of a test run's PostgreSQL that a fresh database needs. */
interface DatabaseServer {
  readonly databaseUrl: string;
  readonly databaseOwnerUrl: string;
  readonly templateDatabase: string;
}

/** A database of one test file, cloned from the migrated template. */
export interface FreshDatabase {
  /** Address for the services' role. */
  readonly databaseUrl: string;
  drop(): Promise<void>;
}

/** Clones the template so that tests of different files never see each other's rows. */
export async function freshDatabase(stack: DatabaseServer): Promise<FreshDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asOwner(stack.databaseOwnerUrl, `create database ${name} template ${stack.templateDatabase}`);
  const url = new URL(stack.databaseUrl);
  url.pathname = `/${name}`;
  return {
    databaseUrl: url.toString(),
    // Without `force`, which only a superuser may use while an autovacuum worker runs. A plain drop ends that worker,
    // and waits five seconds for connections that were just closed.
    drop: () => asOwner(stack.databaseOwnerUrl, `drop database if exists ${name}`),
  };
}

/** A fresh database with a pool of the services' role. */
export interface TestDatabase {
  readonly databaseUrl: string;
  readonly pool: pg.Pool;
  /** An event on sale: `gala` with these changes. Returns its id. */
  createEvent(changes?: Partial<NewEvent>): Promise<string>;
  close(): Promise<void>;
}

export async function openTestDatabase(stack: DatabaseServer, maxConnections = 8): Promise<TestDatabase> {
  const database = await freshDatabase(stack);
  const { databaseUrl } = database;
  const logger = createLogger({ service: 'test', level: 'silent' });
  const pool = createPool({ url: databaseUrl, applicationName: 'test', max: maxConnections, logger });
  return {
    databaseUrl,
    pool,
    createEvent: async (changes) => (await createEvent(pool, gala(changes))).id,
    async close() {
      await pool.end();
      await database.drop();
    },
  };
}

/** `events.capacity`: what remains after the ledger lines applied so far. Null if the event does not exist. */
export async function readCapacity(pool: pg.Pool, eventId: string): Promise<number | null> {
  const { rows } = await pool.query<{ capacity: number }>('select capacity from events where id = $1', [eventId]);
  return rows[0]?.capacity ?? null;
}

/** For tests that use Redis too: they share one, and the keys of an event depend on its id alone. */
export async function separateEventIds(databaseUrl: string, ownerUrl: string): Promise<void> {
  const url = new URL(ownerUrl);
  url.pathname = new URL(databaseUrl).pathname;
  await asOwner(url.href, `alter sequence event_ids restart with ${randomInt(1_000_000, 2 ** 31)}`);
}

/** Ends a lock of a test. */
type ReleaseLock = () => Promise<void>;

/** Locks the inventory's row of an event, until the function that it returns is called. */
export const lockInventory = (pool: pg.Pool, eventId: string): Promise<ReleaseLock> =>
  keepLock(pool, 'select from event_inventory where event_id = $1 for update', [eventId]);

/** Has the inventory of an event rebuilt by a process that does not end, until the function that it returns is called. */
export const blockRebuild = (pool: pg.Pool, eventId: string): Promise<ReleaseLock> =>
  keepLock(pool, `select pg_advisory_xact_lock(${BUILDER})`, [eventId]);

/** Keeps anybody from appending to the audit log, until the function that it returns is called. */
export const lockAuditLog = (pool: pg.Pool): Promise<ReleaseLock> =>
  keepLock(pool, 'lock table audit_logs in exclusive mode');

async function keepLock(pool: pg.Pool, sql: string, values: unknown[] = []): Promise<ReleaseLock> {
  const client = await pool.connect();
  await client.query('begin');
  await client.query(sql, values);
  return async () => {
    await client.query('rollback');
    client.release();
  };
}

async function asOwner(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
