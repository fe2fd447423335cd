import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';

const MIGRATIONS = fileURLToPath(new URL('../migrations', import.meta.url));

/**
 * Brings the database to the newest schema. Safe to run from several processes at once (an advisory lock).
 *
 * @param databaseUrl the owner's address; the services' role `box_office` must exist, it is granted what it needs
 * @returns the names of the migrations that were applied now, oldest first
 */
export async function migrate(o: { databaseUrl: string; log?: (line: string) => void }): Promise<string[]> {
  const applied = await runner({
    databaseUrl: o.databaseUrl,
    dir: MIGRATIONS,
    direction: 'up',
    migrationsTable: 'schema_migrations',
    checkOrder: true,
    log: o.log ?? (() => undefined),
  });
  return applied.map((migration) => migration.name);
}
