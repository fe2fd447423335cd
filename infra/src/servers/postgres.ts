import { chmodSync, chownSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { LauncherFailure } from '../failure.js';
import { runCommand } from '../processes/run-command.js';
import type { Account } from '../processes/spawned.js';
import { supervise } from '../processes/supervisor.js';
import { writePrivately } from '../stack/state.js';
import { dataVersionIn } from './postgres-home.js';
import type { RunningServer, ServerContext } from './server.js';

const INITDB_TIMEOUT_MS = 120_000;
const READY_TIMEOUT_MS = 60_000;
const PROBE_TIMEOUT_MS = 2_000;
const SUPERUSER = 'box_office_admin';

export interface PostgresPrograms {
  readonly server: string;
  readonly initdb: string;
  readonly majorVersion: number;
  /** The account to run under; PostgreSQL refuses root. */
  readonly account: Account | undefined;
}

export interface PostgresAddress {
  /** The superuser's address, for roles and databases only; it is written nowhere. */
  readonly superuserUrl: string;
  readonly host: string;
}

/** A private PostgreSQL on the loopback address, in `home`, which its account can enter. */
export async function startPostgres(
  context: ServerContext,
  programs: PostgresPrograms,
  home: string,
): Promise<RunningServer<PostgresAddress>> {
  const port = await context.ports.take('postgres');
  const logFile = join(context.logDir, 'postgres.log');
  const password = context.state.secrets.databaseSuperuser;
  const dataDir = join(home, 'data');
  await createCluster({ context, programs, home, dataDir, password, logFile });

  const host = `127.0.0.1:${port}`;
  const superuserUrl = `postgres://${SUPERUSER}:${password}@${host}/postgres`;
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 200,
    shared_buffers: '256MB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Every statement here is short; compiling it would cost more than running it.
    jit: 'off',
    fsync: context.fsync ? 'on' : 'off',
  };
  const handle = supervise({
    spec: {
      name: 'postgres',
      stage: 'server',
      command: programs.server,
      args: ['-D', dataDir, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      cwd: home,
      env: context.env,
      logFile,
      pidDir: context.pidDir,
      account: programs.account,
      // "Fast": ends the sessions instead of waiting for them.
      stopSignal: 'SIGINT',
      stopTimeoutMs: 30_000,
    },
    ready: () => probe(superuserUrl),
    readyTimeoutMs: READY_TIMEOUT_MS,
    // After a kill -9 its backends live on for a moment, and a new server refuses to start beside them.
    startAttempts: 40,
    attemptPauseMs: 150,
    autoRestart: context.autoRestart,
    report: context.report,
  });
  await handle.start(context.signal);
  return { address: { superuserUrl, host }, handle };
}

/** Made under another name and renamed, so that an interrupted `initdb` leaves nothing that looks finished. */
async function createCluster(o: {
  context: ServerContext;
  programs: PostgresPrograms;
  home: string;
  dataDir: string;
  password: string;
  logFile: string;
}): Promise<void> {
  const { account } = o.programs;
  if (existsSync(o.dataDir)) {
    const made = dataVersionIn(o.home);
    if (made === o.programs.majorVersion) return;
    throw new LauncherFailure(
      `the data in ${o.dataDir} belongs to PostgreSQL ${made}, and the program found is version ` +
        `${o.programs.majorVersion}: install version ${made} again, or start over with npm run reset`,
    );
  }
  makeHome(o.home);
  if (account) chownSync(o.home, account.uid, account.gid);
  const unfinished = join(o.home, 'data.unfinished');
  rmSync(unfinished, { recursive: true, force: true });
  const passwordFile = join(o.home, 'password');
  writePrivately(passwordFile, `${o.password}\n`);
  if (account) chownSync(passwordFile, account.uid, account.gid);
  await runCommand({
    what: 'creating the PostgreSQL cluster',
    command: o.programs.initdb,
    args: [
      '-D',
      unfinished,
      '--username',
      SUPERUSER,
      '--pwfile',
      passwordFile,
      '--auth',
      'scram-sha-256',
      '--encoding',
      'UTF8',
      '--no-locale',
    ],
    cwd: o.home,
    env: o.context.env,
    account,
    timeoutMs: INITDB_TIMEOUT_MS,
    logFile: o.logFile,
    report: o.context.report,
    signal: o.context.signal,
  });
  rmSync(passwordFile);
  renameSync(unfinished, o.dataDir);
}

/** Its parent lets others pass, whatever the umask says: the database's account must get in. */
function makeHome(home: string): void {
  const parent = dirname(home);
  if (!existsSync(parent)) {
    mkdirSync(parent, { recursive: true });
    chmodSync(parent, 0o711);
  }
  mkdirSync(home, { recursive: true });
  chmodSync(home, 0o700);
}

async function probe(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: PROBE_TIMEOUT_MS });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
  } finally {
    await client.end().catch(() => undefined);
  }
}
