import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import pg from 'pg';
import { migrationLoader } from './migration-files.js';
import { isDeadlock } from './retrying.js';

const MIGRATIONS = fileURLToPath(new URL('../migrations', import.meta.url));
const LOCK_NOT_AVAILABLE = '55P03';

/** Nothing of the file was kept, and those who had the lock have it no longer when the pause is over. */
const metALock = (error: unknown): boolean =>
  isDeadlock(error) || (error instanceof pg.DatabaseError && error.code === LOCK_NOT_AVAILABLE);

/** The runner found other migrations in the database than the first of those in the folder, and has changed nothing. */
const ORDER_FAULT = /^Not run migration (\S+) is preceding already run migration (\S+)$/;

/** The database was made by migrations that this code does not have, so it cannot follow. */
export class OtherMigrations extends Error {
  override readonly name = 'OtherMigrations';
}

/** How migrations are applied; everything but tests takes the defaults. */
interface MigrationSettings {
  readonly dir: string;
  /** While a migration waits for the lock of a table, everybody else who needs that table waits behind it. */
  readonly lockTimeoutMs: number;
  /** Pauses between tries, in which those who waited are served. */
  readonly retryAfterMs: readonly number[];
}

const DEFAULTS: MigrationSettings = {
  dir: MIGRATIONS,
  lockTimeoutMs: 3_000,
  retryAfterMs: [1_000, 2_000, 5_000, 10_000],
};

interface Target {
  /** Address for the owner of the schema. The services' role `box_office` must exist; it is granted what it needs. */
  readonly databaseUrl: string;
  readonly log?: (line: string) => void;
}

/**
 * Brings the database to the newest schema. Of several processes at once, one migrates and the others fail (an advisory
 * lock).
 *
 * A file that does not get a lock in time, or that PostgreSQL ends because of a deadlock, is rolled back and tried again a
 * few times. The files before it stay applied.
 *
 * @returns the names of the migrations that were applied now, oldest first
 * @throws OtherMigrations
 */
export async function migrate(target: Target, settings = DEFAULTS): Promise<string[]> {
  const applied: string[] = [];
  for (const retryAfterMs of [...settings.retryAfterMs, null]) {
    const started: string[] = [];
    try {
      await applyMigrations(target, settings, (name) => started.push(name));
      return [...applied, ...started];
    } catch (error) {
      if (!metALock(error) || retryAfterMs === null) throw error;
      applied.push(...started.slice(0, -1));
      target.log?.(`${started.at(-1)}: a lock was not available; next try in ${retryAfterMs} ms`);
      await delay(retryAfterMs);
    }
  }
  return applied;
}

async function applyMigrations(
  { databaseUrl, log = () => undefined }: Target,
  { dir, lockTimeoutMs }: MigrationSettings,
  onStart: (name: string) => void,
): Promise<void> {
  // The runner would not wait for the end of a connection of its own. If this one breaks, the next statement says so.
  const dbClient = new pg.Client({ connectionString: databaseUrl, lock_timeout: lockTimeoutMs });
  dbClient.on('error', () => undefined);
  await dbClient.connect();
  try {
    await runner({
      dbClient,
      dir,
      direction: 'up',
      migrationsTable: 'schema_migrations',
      checkOrder: true,
      migrationLoaderStrategies: [{ extensions: ['.sql'], loader: migrationLoader(onStart) }],
      log,
    });
  } catch (error) {
    const [, ours, theirs] = ORDER_FAULT.exec(error instanceof Error ? error.message : '') ?? [];
    if (ours === undefined) throw error;
    throw new OtherMigrations(
      `the database was made by other migrations: it has ${theirs} where this code has ${ours}. It is unchanged. ` +
        'If it is local, remove its data with "npm run reset" and start again.',
    );
  } finally {
    await dbClient.end();
  }
}
