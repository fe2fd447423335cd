import { migrate } from '@box-office/database';
import { Connection, type ConnectionOptions } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
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
 * Idempotent; safe to run beside running services and from several places at once.
 *
 * @param env Temporal's own variables (address, namespace, TLS, key), as the services get them
 */
export async function migrateStores(o: {
  readonly databaseOwnerUrl: string;
  readonly env: Readonly<Record<string, string>>;
}): Promise<Migration> {
  const [database, temporal] = await Promise.all([migrate({ databaseUrl: o.databaseOwnerUrl }), withNamespace(o.env)]);
  return { database, temporal };
}

async function withNamespace(env: Readonly<Record<string, string>>): Promise<string[]> {
  const { connectionOptions, namespace } = loadClientConnectConfig({ overrideEnvVars: { ...env } });
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
