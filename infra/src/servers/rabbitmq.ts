import { mkdirSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { connect } from 'amqplib';
import { supervise } from '../processes/supervisor.js';
import { outputOf } from '../processes/run-command.js';
import { writePrivately } from '../stack/state.js';
import type { RunningServer, ServerContext } from './server.js';

const READY_TIMEOUT_MS = 90_000;
const PROBE_TIMEOUT_MS = 2_000;
const USER = 'box_office';

export interface RabbitMqPrograms {
  /** The server's own script, not the system's wrapper, which changes the account and reads /etc/rabbitmq. */
  readonly server: string;
  readonly epmd: string;
}

/**
 * A private RabbitMQ node: own name, data, cookie and port mapper, all on the loopback address. The port mapper (epmd)
 * runs as a process of its own under supervision; left to itself Erlang starts one in the background that outlives
 * everything.
 */
export async function startRabbitMq(
  context: ServerContext,
  programs: RabbitMqPrograms,
): Promise<RunningServer<{ readonly amqpUrl: string }>> {
  const home = join(context.dir, 'rabbitmq');
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const port = await context.ports.take('rabbitmq');
  const distributionPort = await context.ports.take('rabbitmq distribution');
  const mapperPort = await context.ports.take('rabbitmq port mapper');
  const password = context.state.secrets.amqp;
  writePrivately(join(home, 'rabbitmq.conf'), configuration({ port, password }));
  writeFileSync(join(home, 'enabled_plugins'), '[].\n');

  const mapperEnv = { ...context.env, ERL_EPMD_PORT: String(mapperPort), ERL_EPMD_ADDRESS: '127.0.0.1', HOME: home };
  const common = { stage: 'server', cwd: home, pidDir: context.pidDir, stopSignal: 'SIGTERM' } as const;
  const mapper = supervise({
    spec: {
      ...common,
      name: 'rabbitmq-epmd',
      command: programs.epmd,
      args: ['-port', String(mapperPort), '-address', '127.0.0.1'],
      env: mapperEnv,
      logFile: join(context.logDir, 'rabbitmq-epmd.log'),
      stopTimeoutMs: 2_000,
    },
    ready: () => canConnect(mapperPort),
    readyTimeoutMs: 10_000,
    autoRestart: context.autoRestart,
    report: context.report,
  });
  const node = supervise({
    spec: {
      ...common,
      name: 'rabbitmq',
      command: programs.server,
      args: [],
      env: { ...mapperEnv, ...nodeEnv(home, context.state.id, distributionPort) },
      logFile: join(context.logDir, 'rabbitmq.log'),
      stopTimeoutMs: 30_000,
    },
    ready: () => probe(amqpUrl),
    readyTimeoutMs: READY_TIMEOUT_MS,
    autoRestart: context.autoRestart,
    report: context.report,
  });
  const amqpUrl = `amqp://${USER}:${password}@127.0.0.1:${port}`;

  async function start(signal?: AbortSignal): Promise<void> {
    await mapper.start(signal);
    await node.start(signal);
  }
  async function stop(): Promise<void> {
    await node.stop();
    await mapper.stop();
    // Should the node have found no port mapper for a moment, it has started one itself.
    await outputOf(programs.epmd, ['-port', String(mapperPort), '-kill'], { timeoutMs: 2_000, env: mapperEnv });
  }
  const handle = {
    ...node,
    get pid() {
      return node.pid;
    },
    start,
    stop,
    async restart() {
      await stop();
      await start();
    },
  };
  try {
    await start(context.signal);
  } catch (error) {
    await stop();
    throw error;
  }
  return { address: { amqpUrl }, handle };
}

/** The node's settings. `home` keeps its configuration, data and logs. */
function nodeEnv(home: string, id: string, distributionPort: number): Record<string, string> {
  return {
    RABBITMQ_NODENAME: `box_office_${id}@localhost`,
    RABBITMQ_CONFIG_FILE: join(home, 'rabbitmq.conf'),
    RABBITMQ_ADVANCED_CONFIG_FILE: join(home, 'advanced.config'),
    RABBITMQ_CONF_ENV_FILE: join(home, 'rabbitmq-env.conf'),
    RABBITMQ_MNESIA_BASE: join(home, 'mnesia'),
    RABBITMQ_LOG_BASE: home,
    RABBITMQ_LOGS: '-',
    RABBITMQ_ENABLED_PLUGINS_FILE: join(home, 'enabled_plugins'),
    RABBITMQ_DIST_PORT: String(distributionPort),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    // The script then becomes the node itself instead of standing between it and our signals.
    RUNNING_UNDER_SYSTEMD: 'true',
  };
}

function configuration(o: { port: number; password: string }): string {
  return [
    `listeners.tcp.local = 127.0.0.1:${o.port}`,
    `default_user = ${USER}`,
    `default_pass = ${o.password}`,
    'log.console = true',
    'log.console.level = info',
    'log.file = false',
    'disk_free_limit.absolute = 100MB',
    '',
  ].join('\n');
}

async function probe(url: string): Promise<void> {
  const connection = await connect(url, { timeout: PROBE_TIMEOUT_MS });
  connection.on('error', () => undefined);
  await connection.close();
}

function canConnect(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ port, host: '127.0.0.1', timeout: PROBE_TIMEOUT_MS });
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('timeout', () => socket.destroy(new Error('no answer')));
    socket.once('error', reject);
  });
}
