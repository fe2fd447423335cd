import { dirname, join } from 'node:path';
import { outputOf } from '../processes/run-command.js';
import { findProgram, programFolders, versionedFolders } from './find.js';

const OLDEST_POSTGRES = 14;

export interface PostgresInstallation {
  readonly server: string;
  readonly initdb: string;
  readonly majorVersion: number;
}

export interface RabbitMqInstallation {
  readonly server: string;
  readonly epmd: string;
}

/** The newest PostgreSQL that is new enough; Debian keeps it out of PATH, one folder per major version. */
export async function findPostgres(path: string | undefined): Promise<PostgresInstallation | undefined> {
  for (const folder of [...versionedFolders('/usr/lib/postgresql', 'bin'), ...programFolders(path)]) {
    const server = findProgram('postgres', [folder]);
    const initdb = findProgram('initdb', [folder]);
    if (server === undefined || initdb === undefined) continue;
    const version = /\b(\d+)(?:\.\d+)?/.exec((await outputOf(server, ['--version'])) ?? '')?.[1];
    const majorVersion = Number(version ?? 0);
    if (majorVersion >= OLDEST_POSTGRES) return { server, initdb, majorVersion };
  }
  return undefined;
}

export const findRedis = (path: string | undefined): string | undefined =>
  findProgram('redis-server', programFolders(path));

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
