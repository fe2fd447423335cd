import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { GivenAddresses } from '../config.js';
import { LauncherFailure } from '../failure.js';
import { stopLeftovers } from '../processes/pid-files.js';
import { describePrograms, obtainPrograms } from '../programs/obtain-programs.js';
import type { Reporter } from '../reporting.js';
import { dataVersionIn } from '../servers/postgres-home.js';
import { blockOf, createPorts, isPortFree, type Ports } from '../servers/ports.js';
import { lockStack, type LauncherLock } from './launcher-lock.js';
import { migrateStores, type Migration } from './migration.js';
import { removeStackData } from './removal.js';
import { startServers, type Addresses, type RunningServers } from './servers.js';
import { serviceEnvironment } from './service-environment.js';
import type { ServiceTarget } from './services.js';
import { openState, saveState, type StackState } from './state.js';

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
  const dataVersion = state.databaseHome === undefined ? undefined : dataVersionIn(state.databaseHome);
  const options = { given: o.given, cacheDir: o.cacheDir, env: o.env, report: o.report, signal: o.signal };
  const programs = await obtainPrograms({ ...options, dataVersion, logFile: join(logDir, 'programs.log') });
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
    const serviceEnv = serviceEnvironment({
      dir,
      given: o.given,
      env,
      addresses: servers.addresses,
      paymentUrl,
      secrets: { ...state.secrets, jwt: jwtSecret },
    });
    const { databaseOwnerUrl } = servers.addresses;
    const migration = await migrateStores({ databaseOwnerUrl, env: serviceEnv });
    return {
      dir,
      addresses: servers.addresses,
      paymentUrl,
      jwtSecret,
      serviceEnv,
      ports,
      migration,
      temporalCliPath: programs.temporal?.path,
      servers: servers.handles,
      rememberPorts: () => rememberPorts(dir, state, ports),
      async stop() {
        try {
          await stopLeftovers(pidDir, ['service']);
        } finally {
          await servers.stop();
        }
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
