import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { GivenAddresses } from '../config.js';
import { LauncherFailure } from '../failure.js';
import { stopLeftovers } from '../processes/pid-files.js';
import { describePrograms, gatherPrograms } from '../programs/gather.js';
import type { Reporter } from '../reporting.js';
import { blockOf, createPorts, isPortFree, type Ports } from '../servers/ports.js';
import { lockStack, type LauncherLock } from './launcher-lock.js';
import { migrateStores, type Migration } from './migration.js';
import { removeStackData } from './removal.js';
import { repositoryRoot } from './repository.js';
import { startServers, type Addresses, type RunningServers } from './servers.js';
import type { ServiceTarget } from './services.js';
import { openState, saveState, writePrivately, type StackState } from './state.js';

export interface StackOptions {
  /** The stack's own directory; made if it is not there. One launcher at a time. */
  readonly dir: string;
  /** Start with empty stores, and remove them at the end. */
  readonly ephemeral: boolean;
  /** For tests, which clone databases for themselves. */
  readonly ownerCreatesDatabases: boolean;
  /** Start servers again when they die unasked. */
  readonly autoRestart: boolean;
  /** See `ServerContext`; on by default. */
  readonly fsync?: boolean;
  readonly given: GivenAddresses;
  /** The environment of servers and services. */
  readonly env: Readonly<Record<string, string>>;
  readonly cacheDir: string;
  readonly jwtSecret?: string | undefined;
  readonly report: Reporter;
  /** Told as each part of the start begins. */
  readonly onStage?: (stage: 'programs' | 'servers' | 'stores') => void;
  readonly signal?: AbortSignal | undefined;
}

export interface OpenStack extends ServiceTarget {
  readonly addresses: Addresses;
  readonly paymentUrl: string;
  readonly jwtSecret: string;
  readonly temporalCliPath: string | undefined;
  readonly servers: RunningServers['handles'];
  readonly ports: Ports;
  readonly migration: Migration;
  /** Keeps the ports that were taken since for the next start. */
  rememberPorts(): void;
  /** Stops the servers; services must have been stopped before. */
  stop(): Promise<void>;
}

/** Another launcher works in that directory. */
export class StackInUse extends LauncherFailure {
  constructor(
    dir: string,
    readonly heldBy: number,
  ) {
    super(`${dir} is in use by another launcher (process ${heldBy})`);
  }
}

/**
 * Brings up a stack's servers and prepares their stores. Whatever an earlier launcher left running in this directory
 * is stopped first, in order.
 *
 * @throws StackInUse, LauncherFailure
 */
export async function openStack(o: StackOptions): Promise<OpenStack> {
  const dir = resolve(o.dir);
  mkdirSync(dir, { recursive: true });
  const lock = await lockStack(join(dir, 'launcher.json'));
  if ('heldBy' in lock) throw new StackInUse(dir, lock.heldBy);
  try {
    return await openLocked(dir, lock, o);
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function openLocked(dir: string, lock: LauncherLock, o: StackOptions): Promise<OpenStack> {
  const pidDir = join(dir, 'pids');
  const logDir = join(dir, 'logs');
  const left = await stopLeftovers(pidDir);
  if (left.length > 0) o.report.warn(`stopped what an earlier start left running: ${left.join(', ')}`);
  if (o.ephemeral) removeStackData(dir);
  for (const folder of [pidDir, logDir]) mkdirSync(folder, { recursive: true });
  const state = openState(dir);
  const ports = createPorts({ firstPort: blockOf(dir), remembered: state.ports, isFree: isPortFree });

  o.onStage?.('programs');
  const gathering = { given: o.given, cacheDir: o.cacheDir, env: o.env, report: o.report, signal: o.signal };
  const programs = await gatherPrograms({ ...gathering, logFile: join(logDir, 'programs.log') });
  const described = describePrograms(programs);
  o.report.info(described === '' ? 'none needed: every server was given' : described);

  o.onStage?.('servers');
  const paymentUrl = o.given.paymentUrl ?? `http://127.0.0.1:${await ports.take('payment-simulator')}`;
  const { autoRestart, fsync = true, report, signal, env } = o;
  const context = { dir, logDir, pidDir, state, ports, env, autoRestart, fsync, report, signal };
  const servers = await startServers(context, programs, o.given, o.ownerCreatesDatabases);

  try {
    o.onStage?.('stores');
    const jwtSecret = o.jwtSecret ?? state.secrets.jwt;
    const serviceEnv = serviceEnvironment(dir, o, servers.addresses, { ...state.secrets, jwt: jwtSecret }, paymentUrl);
    const { databaseOwnerUrl } = servers.addresses;
    const migration = await migrateStores({ databaseOwnerUrl, env: serviceEnv });
    return {
      ...{ dir, addresses: servers.addresses, paymentUrl, jwtSecret, serviceEnv, ports, migration },
      temporalCliPath: programs.temporal?.path,
      servers: servers.handles,
      rememberPorts: () => rememberPorts(dir, state, ports),
      async stop() {
        await stopLeftovers(pidDir, ['service']);
        await servers.stop();
        if (o.ephemeral) removeStackData(dir);
        lock.release();
      },
    };
  } catch (error) {
    await servers.stop();
    throw error;
  }
}

function rememberPorts(dir: string, state: StackState, ports: Ports): void {
  saveState(dir, Object.assign(state, { ports: ports.remembered() }));
}

/** The organiser of the demo, for receipts, in mails and on the shop's pages. */
const DEMO_ORGANISER = {
  SELLER_NAME: 'Box Office Demo',
  SELLER_ADDRESS: 'Pier 7 | 1000 Harbour',
  SELLER_VAT_ID: 'DEMO000000',
  MAIL_IMPRINT: 'Box Office Demo | Pier 7, 1000 Harbour | VAT id DEMO000000',
  SHOP_TERMS: demoText('terms'),
  SHOP_PRIVACY: demoText('privacy'),
  SHOP_IMPRINT: demoText('imprint'),
};

/**
 * What services read. Variables that would contradict ours are blanked: a private Temporal server has no TLS or key,
 * and our tokens come from no other issuer and are for no other audience.
 */
function serviceEnvironment(
  dir: string,
  o: StackOptions,
  addresses: Addresses,
  secrets: StackState['secrets'],
  paymentUrl: string,
): Record<string, string> {
  const env: Record<string, string> = { ...o.env };
  delete env['DATABASE_OWNER_URL'];
  delete env['JWKS_URL'];
  for (const name of ['JWT_ISSUER', 'JWT_AUDIENCE', 'JWT_MAX_LIFETIME_S', 'TOKEN_ISSUERS']) delete env[name];
  for (const name of ['TLS_CERT_FILE', 'TLS_KEY_FILE']) delete env[name];
  for (const pages of ['SHOP', 'CONSOLE']) {
    for (const name of ['TOKEN_ISSUER', 'TOKEN_AUDIENCE', 'PUBLIC_URL']) delete env[`${pages}_${name}`];
  }
  // An identity provider leads buyers back to this address and no other.
  const hasProvider = Boolean(env['SHOP_OIDC_ISSUER']);
  if (hasProvider) env['SHOP_PUBLIC_URL'] = o.env['SHOP_PUBLIC_URL'] ?? '';
  if (o.given.temporalAddress === undefined) {
    for (const name of Object.keys(env)) if (name.startsWith('TEMPORAL_')) delete env[name];
    env['TEMPORAL_CONFIG_FILE'] = emptyProfile(dir);
  }
  return {
    PURCHASE_WORKER: 'on',
    WEBHOOK_ENCRYPTION_KEY: secrets.webhooks,
    WEBHOOK_ALLOW_LOOPBACK: 'on',
    ...DEMO_ORGANISER,
    ...env,
    DATABASE_URL: addresses.databaseUrl,
    REDIS_URL: addresses.redisUrl,
    AMQP_URL: addresses.amqpUrl,
    TEMPORAL_ADDRESS: addresses.temporalAddress,
    TEMPORAL_NAMESPACE: addresses.temporalNamespace,
    // With a key of Stripe, payments are made there unless an address is given.
    ...((env['STRIPE_SECRET_KEY'] === undefined || o.given.paymentUrl !== undefined) && { PAYMENT_URL: paymentUrl }),
    JWT_SECRET: secrets.jwt,
    // The demo's events are far away, and its doors are open.
    ENTRY_OPENS_BEFORE_S: env['ENTRY_OPENS_BEFORE_S'] ?? '315360000',
    TICKET_SIGNING_KEYS: secrets.ticketKey,
    SHOP_SESSION_SECRET: secrets.shopSession,
    SHOP_SIGNING_KEY: secrets.shopKey,
    CONSOLE_SESSION_SECRET: secrets.consoleSession,
    CONSOLE_SIGNING_KEY: secrets.consoleKey,
    CONSOLE_DEMO_SIGN_IN: 'true',
    ...(!hasProvider && { SHOP_DEMO_SIGN_IN: 'true' }),
    ...(env['STRIPE_PUBLISHABLE_KEY'] === undefined && { SHOP_TEST_PAYMENTS: 'true' }),
  };
}

/** Where its sample text of a page is, by language. */
function demoText(name: string): string {
  return join(repositoryRoot(), 'infra', 'demo', 'legal', `${name}.{language}.md`);
}

/** A Temporal client configuration that says nothing: Temporal's own loader fails on a file with no profile in it. */
function emptyProfile(dir: string): string {
  const file = join(dir, 'temporal-client.toml');
  writePrivately(file, '[profile.default]\n');
  return file;
}
