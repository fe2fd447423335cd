import { migrate } from '@box-office/database';
import pg from 'pg';
import { neutralEnvironment, readLauncherConfig } from './config.js';
import type { Supervised } from './processes/supervisor.js';
import { silent, type Reporter } from './reporting.js';
import { DATABASE } from './servers/database-roles.js';
import type { Addresses, ServerName } from './stack/servers.js';
import type { ServiceTarget } from './stack/services.js';
import { openStack } from './stack/stack.js';

/** A private stack for tests, bench and faults: all servers are ours, and each can be stopped, killed and started. */
export interface PrivateStack extends ServiceTarget {
  readonly name: string;
  readonly addresses: Addresses & { readonly paymentUrl: string; readonly temporalUiUrl: string };
  /** A migrated, empty database without connections: `create database x template <this>` as the owner. */
  readonly templateDatabase: string;
  readonly temporalCliPath: string;
  /** Secret of the tokens that its gateways accept. */
  readonly jwtSecret: string;
  readonly servers: Readonly<Record<ServerName, Supervised>>;
  /** Stops the servers, with services that still run, and, if it was ephemeral, removes the data. */
  stop(): Promise<void>;
}

/** Loads of tests, bench and faults come from one address, and some from one buyer; a test that wants limits sets its own. */
const UNLIMITED = {
  RATE_LIMIT_BUYER_PER_MINUTE: '0',
  RATE_LIMIT_OPERATOR_PER_MINUTE: '0',
  RATE_LIMIT_ADDRESS_PER_MINUTE: '0',
  RATE_LIMIT_GUEST_LINKS_PER_EMAIL_PER_HOUR: '0',
  RATE_LIMIT_GUEST_LINKS_PER_ADDRESS_PER_HOUR: '0',
  PURCHASES_AT_ONCE_PER_BUYER: '0',
  DECLINES_BEFORE_DELAY: '0',
};

/**
 * Starts a stack of private servers in `dir`, whatever addresses are exported: it can never touch precious data.
 * Servers that die stay dead until they are started again.
 *
 * @param o.ephemeral begin with empty stores and leave none
 * @param o.fsync whether servers wait for the disk; true by default
 */
export async function startStack(o: {
  name: string;
  dir: string;
  ephemeral: boolean;
  fsync?: boolean;
  logger?: Reporter;
  signal?: AbortSignal;
}): Promise<PrivateStack> {
  const config = readLauncherConfig();
  const stack = await openStack({
    dir: o.dir,
    ephemeral: o.ephemeral,
    ownerCreatesDatabases: true,
    autoRestart: false,
    fsync: o.fsync ?? true,
    given: {},
    env: { ...neutralEnvironment(config.inherited), ...UNLIMITED },
    cacheDir: config.cacheDir,
    report: o.logger ?? silent,
    signal: o.signal,
  });
  try {
    const { postgres, redis, rabbitmq, temporal } = stack.servers;
    const { temporalUiUrl } = stack.addresses;
    const { temporalCliPath } = stack;
    if (!postgres || !redis || !rabbitmq || !temporal || temporalCliPath === undefined || temporalUiUrl === undefined) {
      throw new Error('a private stack runs all of its servers');
    }
    return {
      name: o.name,
      dir: stack.dir,
      serviceEnv: stack.serviceEnv,
      addresses: { ...stack.addresses, paymentUrl: stack.paymentUrl, temporalUiUrl },
      templateDatabase: await makeTemplate(stack.addresses.databaseOwnerUrl),
      temporalCliPath,
      jwtSecret: stack.jwtSecret,
      servers: { postgres, redis, rabbitmq, temporal },
      stop: () => stack.stop(),
    };
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

/** Apart from the stack's own database, which gets connections and then cannot be copied. */
async function makeTemplate(ownerUrl: string): Promise<string> {
  const template = `${DATABASE}_template`;
  const client = new pg.Client({ connectionString: ownerUrl });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [template]);
    if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(template)}`);
  } finally {
    await client.end();
  }
  const url = new URL(ownerUrl);
  url.pathname = `/${template}`;
  await migrate({ databaseUrl: url.href });
  return template;
}
