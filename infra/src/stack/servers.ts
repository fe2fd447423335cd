import type { GivenAddresses } from '../config.js';
import { LauncherFailure } from '../failure.js';
import type { Supervised } from '../processes/supervisor.js';
import type { Programs } from '../programs/obtain-programs.js';
import { prepareRoles } from '../servers/database-roles.js';
import { databaseHomeOf } from '../servers/postgres-home.js';
import { startPostgres } from '../servers/postgres.js';
import { startRabbitMq } from '../servers/rabbitmq.js';
import { startRedis } from '../servers/redis.js';
import type { RunningServer, ServerContext } from '../servers/server.js';
import { startTemporal } from '../servers/temporal.js';
import { formatDuration } from '../reporting.js';
import { saveState } from './state.js';

export type ServerName = 'postgres' | 'redis' | 'rabbitmq' | 'temporal';

/** Where everything is, ours or given. */
export interface Addresses {
  /** The services' role: data only. */
  readonly databaseUrl: string;
  /** The role that owns the schema and migrates. */
  readonly databaseOwnerUrl: string;
  readonly redisUrl: string;
  readonly amqpUrl: string;
  readonly temporalAddress: string;
  readonly temporalNamespace: string;
  readonly temporalUiUrl?: string;
}

export interface RunningServers {
  readonly addresses: Addresses;
  /** Ours only; a server whose address was given is not in it. */
  readonly handles: Partial<Record<ServerName, Supervised>>;
  stop(): Promise<void>;
}

/** Programs reach their namespace by this name when none was given. */
const DEFAULT_NAMESPACE = 'default';

/**
 * Starts all servers that were not given, at once. If one fails, those that came up are stopped again.
 *
 * @param ownerCreatesDatabases whether the owner role may create databases (for tests that clone a template)
 */
export async function startServers(
  context: ServerContext,
  programs: Programs,
  given: GivenAddresses,
  ownerCreatesDatabases: boolean,
): Promise<RunningServers> {
  const handles: Partial<Record<ServerName, Supervised>> = {};
  const stopAll = async (): Promise<void> => {
    await Promise.all(Object.values(handles).map((handle) => handle.stop()));
  };

  async function launch<A>(name: ServerName, start: () => Promise<RunningServer<A>>): Promise<A> {
    const startedAt = Date.now();
    const { address, handle } = await start();
    handles[name] = handle;
    context.report.info(`${name.padEnd(10)} up in ${formatDuration(Date.now() - startedAt)}`);
    return address;
  }

  const asGiven = (name: ServerName): void => context.report.info(`${name.padEnd(10)} as given`);

  async function database(): Promise<Pick<Addresses, 'databaseUrl' | 'databaseOwnerUrl'>> {
    const { databaseUrl, databaseOwnerUrl } = given;
    if (databaseUrl !== undefined) {
      asGiven('postgres');
      return { databaseUrl, databaseOwnerUrl: databaseOwnerUrl ?? databaseUrl };
    }
    const { postgres } = programs;
    if (postgres === undefined) throw new LauncherFailure('PostgreSQL is not installed');
    const home = context.state.databaseHome ?? databaseHomeOf(context.dir, context.state.id, postgres.account);
    if (context.state.databaseHome === undefined) {
      context.state.databaseHome = home;
      saveState(context.dir, context.state);
    }
    const server = await launch('postgres', () => startPostgres(context, postgres, home));
    return prepareRoles(server, context.state.secrets, ownerCreatesDatabases);
  }

  async function redis(): Promise<Pick<Addresses, 'redisUrl'>> {
    if (given.redisUrl !== undefined) {
      asGiven('redis');
      return { redisUrl: given.redisUrl };
    }
    const program = programs.redis;
    if (program === undefined) throw new LauncherFailure('Redis is not installed');
    return launch('redis', () => startRedis(context, program));
  }

  async function broker(): Promise<Pick<Addresses, 'amqpUrl'>> {
    if (given.amqpUrl !== undefined) {
      asGiven('rabbitmq');
      return { amqpUrl: given.amqpUrl };
    }
    const { rabbitMq } = programs;
    if (rabbitMq === undefined) throw new LauncherFailure('RabbitMQ is not installed');
    return launch('rabbitmq', () => startRabbitMq(context, rabbitMq));
  }

  async function temporal(): Promise<Pick<Addresses, 'temporalAddress' | 'temporalNamespace' | 'temporalUiUrl'>> {
    const temporalNamespace = given.temporalNamespace ?? DEFAULT_NAMESPACE;
    const ui = given.temporalUiUrl === undefined ? {} : { temporalUiUrl: given.temporalUiUrl };
    if (given.temporalAddress !== undefined) {
      asGiven('temporal');
      return { temporalAddress: given.temporalAddress, temporalNamespace, ...ui };
    }
    const program = programs.temporal;
    if (program === undefined) throw new LauncherFailure('there is no Temporal CLI');
    const address = await launch('temporal', () => startTemporal(context, program.path, temporalNamespace));
    return { ...address, temporalNamespace };
  }

  const parts = await Promise.allSettled([database(), redis(), broker(), temporal()]);
  // The ports are remembered even if something failed: what was started may still be there next time.
  saveState(context.dir, Object.assign(context.state, { ports: context.ports.remembered() }));
  const [a, b, c, d] = parts;
  if (a.status === 'rejected' || b.status === 'rejected' || c.status === 'rejected' || d.status === 'rejected') {
    await stopAll();
    context.signal?.throwIfAborted();
    throw parts.find((part) => part.status === 'rejected')?.reason as Error;
  }
  return { addresses: { ...a.value, ...b.value, ...c.value, ...d.value }, handles, stop: stopAll };
}
