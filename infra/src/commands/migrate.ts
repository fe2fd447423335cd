import { readLauncherConfig } from '../config.js';
import { LauncherFailure } from '../failure.js';
import { migrateStores } from '../stack/migration.js';
import { switches } from './arguments.js';

/**
 * Prepares the stores of a deployment and ends: schema and rights through `DATABASE_OWNER_URL`, namespace and search
 * attributes through Temporal's variables. The role `box_office` must exist; it is granted what the services need.
 */
export async function migrateCommand(args: readonly string[]): Promise<number> {
  switches(args, []);
  const config = readLauncherConfig();
  const databaseOwnerUrl = config.given.databaseOwnerUrl ?? config.given.databaseUrl;
  if (databaseOwnerUrl === undefined) throw new LauncherFailure('DATABASE_OWNER_URL is not set');
  const done = await migrateStores({ databaseOwnerUrl, env: config.inherited });
  console.log(`PostgreSQL: ${listed(done.database)}`);
  console.log(`Temporal: ${listed(done.temporal)}`);
  return 0;
}

const listed = (changes: readonly string[]): string => (changes.length === 0 ? 'up to date' : changes.join(', '));
