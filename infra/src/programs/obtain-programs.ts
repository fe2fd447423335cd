import type { GivenAddresses } from '../config.js';
import type { Account } from '../processes/spawned.js';
import type { Reporter } from '../reporting.js';
import { databaseAccount } from './accounts.js';
import { programFolders } from './find.js';
import { installPackages, type AptPackage } from './install.js';
import {
  findPostgres,
  findRabbitMq,
  findRedis,
  postgresFolders,
  type PostgresInstallation,
  type RabbitMqInstallation,
} from './servers.js';
import { obtainTemporal, type TemporalProgram } from './temporal-binary.js';

/** The programs of the servers that this machine is to run itself. */
export interface Programs {
  readonly postgres?: PostgresInstallation & { readonly account: Account | undefined };
  readonly redis?: string;
  readonly rabbitMq?: RabbitMqInstallation;
  readonly temporal?: TemporalProgram;
}

export interface ObtainOptions {
  readonly given: GivenAddresses;
  /** Major version of the PostgreSQL to which the stack's data belongs; undefined while there is none. */
  readonly dataVersion: number | undefined;
  readonly cacheDir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly report: Reporter;
  readonly signal?: AbortSignal | undefined;
}

/** Finds, and where need be installs, downloads or builds, the programs of all servers whose address was not given. */
export async function obtainPrograms(o: ObtainOptions): Promise<Programs> {
  const local = await findInstalled(o);
  const missing: AptPackage[] = [];
  if (o.given.databaseUrl === undefined && local.postgres === undefined) missing.push('postgresql');
  if (o.given.redisUrl === undefined && local.redis === undefined) missing.push('redis-server');
  if (o.given.amqpUrl === undefined && local.rabbitMq === undefined) missing.push('rabbitmq-server');
  let installed = local;
  if (missing.length > 0) {
    await installPackages({ ...o, packages: missing });
    installed = await findInstalled(o);
  }
  if (o.given.temporalAddress !== undefined) return installed;
  return { ...installed, temporal: await obtainTemporal(o) };
}

/** Short names with versions, for the reader. */
export function describePrograms(programs: Programs): string {
  return [
    programs.postgres && `PostgreSQL ${programs.postgres.majorVersion}`,
    programs.redis && 'Redis',
    programs.rabbitMq && 'RabbitMQ',
    programs.temporal && `Temporal server ${programs.temporal.serverVersion}`,
  ]
    .filter((name) => name !== undefined)
    .join(', ');
}

async function findInstalled(o: ObtainOptions): Promise<Omit<Programs, 'temporal'>> {
  const path = o.env['PATH'];
  const found: { -readonly [K in keyof Programs]: Programs[K] } = {};
  if (o.given.databaseUrl === undefined) {
    const postgres = await findPostgres(postgresFolders(path), o.dataVersion);
    if (postgres !== undefined) found.postgres = { ...postgres, account: await databaseAccount() };
  }
  if (o.given.redisUrl === undefined) {
    const redis = await findRedis(programFolders(path));
    if (redis !== undefined) found.redis = redis;
  }
  if (o.given.amqpUrl === undefined) {
    const rabbitMq = findRabbitMq(path);
    if (rabbitMq !== undefined) found.rabbitMq = rabbitMq;
  }
  return found;
}
