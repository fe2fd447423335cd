import { migrate, OtherMigrations } from '@box-office/database';
import { Connection, type ConnectionOptions } from '@temporalio/client';
import { loadClientConnectConfig, type ClientConnectConfig } from '@temporalio/envconfig';
import { LauncherFailure } from '../failure.js';
import { prepareNamespace } from '../servers/temporal-namespace.js';

const CONNECT_TIMEOUT_MS = 15_000;

export interface Migration {
  /** Names of the migrations that were applied now. */
  readonly database: readonly string[];
  /** What was changed in Temporal, one phrase each. */
  readonly temporal: readonly string[];
}

/**
 * Brings the stores to what this version of the services expects: schema and rights, namespace and search attributes.
 * Idempotent; safe to run beside running services. Of several at once one migrates the database, and the others fail.
 *
 * @param env Temporal's own variables (address, namespace, TLS, key, profile), as the services get them
 * @throws LauncherFailure before anything is changed, if neither they nor a profile name Temporal's address; and if the
 *   database was made by other migrations
 */
export async function migrateStores(o: {
  readonly databaseOwnerUrl: string;
  readonly env: Readonly<Record<string, string>>;
}): Promise<Migration> {
  const config = loadClientConnectConfig({ overrideEnvVars: { ...o.env } });
  if (config.connectionOptions.address === undefined) throw new LauncherFailure('TEMPORAL_ADDRESS is not set');
  const [database, temporal] = await Promise.all([migrated(o.databaseOwnerUrl), withNamespace(config)]);
  return { database, temporal };
}

async function migrated(databaseUrl: string): Promise<string[]> {
  try {
    return await migrate({ databaseUrl });
  } catch (error) {
    throw error instanceof OtherMigrations ? new LauncherFailure(error.message) : error;
  }
}

async function withNamespace({ connectionOptions, namespace }: ClientConnectConfig): Promise<string[]> {
  const connection = await Connection.connect({
    ...(connectionOptions as ConnectionOptions),
    connectTimeout: CONNECT_TIMEOUT_MS,
  });
  try {
    return await prepareNamespace(connection, namespace ?? 'default');
  } finally {
    await connection.close();
  }
}
