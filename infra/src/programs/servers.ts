import { dirname, join } from 'node:path';
import { LauncherFailure } from '../failure.js';
import { outputOf } from '../processes/run-command.js';
import { findProgram, programFolders, versionedFolders } from './find.js';

/** The migrations use `unique nulls not distinct`. */
const OLDEST_POSTGRES = 15;
/** The services use `SET … NX GET`. */
const OLDEST_REDIS = 7;

export interface PostgresInstallation {
  readonly server: string;
  readonly initdb: string;
  readonly majorVersion: number;
}

export interface RabbitMqInstallation {
  readonly server: string;
  readonly epmd: string;
}

/** Where PostgreSQL may be: Debian keeps it out of PATH, one folder per major version. */
export const postgresFolders = (path: string | undefined): string[] => [
  ...versionedFolders('/usr/lib/postgresql', 'bin'),
  ...programFolders(path),
];

/**
 * The PostgreSQL to which the stack's data belongs, else the first one that is new enough.
 *
 * @param dataVersion major version of the data; undefined while there is none
 * @throws LauncherFailure if all that are installed are too old
 */
export async function findPostgres(
  folders: readonly string[],
  dataVersion: number | undefined,
): Promise<PostgresInstallation | undefined> {
  const found: PostgresInstallation[] = [];
  for (const folder of folders) {
    const server = findProgram('postgres', [folder]);
    const initdb = findProgram('initdb', [folder]);
    if (server === undefined || initdb === undefined) continue;
    found.push({ server, initdb, majorVersion: await majorVersionOf(server) });
  }
  const suitable = found.filter(({ majorVersion }) => majorVersion >= OLDEST_POSTGRES);
  const [tooOld] = found;
  if (suitable.length === 0 && tooOld) refuse('PostgreSQL', tooOld.majorVersion, OLDEST_POSTGRES);
  return suitable.find(({ majorVersion }) => majorVersion === dataVersion) ?? suitable[0];
}

/** @throws LauncherFailure if it is too old */
export async function findRedis(folders: readonly string[]): Promise<string | undefined> {
  const server = findProgram('redis-server', folders);
  if (server === undefined) return undefined;
  const majorVersion = await majorVersionOf(server);
  if (majorVersion < OLDEST_REDIS) refuse('Redis', majorVersion, OLDEST_REDIS);
  return server;
}

/** As the first number of `postgres (PostgreSQL) 15.4` and of `Redis server v=7.0.15`; 0 if it does not say. */
async function majorVersionOf(program: string): Promise<number> {
  const version = /(?:\s|v=)(\d+)(?:\.\d+)*/.exec((await outputOf(program, ['--version'])) ?? '')?.[1];
  return Number(version ?? 0);
}

function refuse(name: string, found: number, oldest: number): never {
  throw new LauncherFailure(
    `${name}: found ${found}, ${oldest} or later is needed. Debian 12 and Ubuntu 24.04 have it, and later ones`,
  );
}

/**
 * RabbitMQ's own start script and Erlang's port mapper. On Debian `/usr/sbin/rabbitmq-server` is a wrapper that
 * changes to the system's account and configuration; the script below its library folder is not.
 */
export function findRabbitMq(path: string | undefined): RabbitMqInstallation | undefined {
  const folders = programFolders(path);
  const server = findProgram('rabbitmq-server', [
    '/usr/lib/rabbitmq/bin',
    ...versionedFolders('/usr/lib/rabbitmq/lib', 'sbin'),
    ...folders.filter((folder) => folder !== '/usr/sbin' && folder !== '/sbin'),
  ]);
  const epmd = findProgram('epmd', folders) ?? findBundledEpmd(folders);
  return server !== undefined && epmd !== undefined ? { server, epmd } : undefined;
}

function findBundledEpmd(folders: readonly string[]): string | undefined {
  const erl = findProgram('erl', folders);
  const roots = ['/usr/lib/erlang', ...(erl === undefined ? [] : [join(dirname(erl), '..', 'lib', 'erlang')])];
  return findProgram(
    'epmd',
    roots.flatMap((root) => [join(root, 'bin'), ...versionedFolders(root, 'bin')]),
  );
}
