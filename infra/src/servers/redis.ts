import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { supervise } from '../processes/supervisor.js';
import { writePrivately } from '../stack/state.js';
import type { RunningServer, ServerContext } from './server.js';

const READY_TIMEOUT_MS = 30_000;
const PROBE_TIMEOUT_MS = 1_000;

/** Redis with its append-only file on the loopback address, behind a password. */
export async function startRedis(
  context: ServerContext,
  program: string,
): Promise<RunningServer<{ readonly redisUrl: string }>> {
  const dir = join(context.dir, 'redis');
  const port = await context.ports.take('redis');
  const password = context.state.secrets.redis;
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const configFile = join(dir, 'redis.conf');
  writePrivately(configFile, configuration({ dir, port, password, fsync: context.fsync }));

  const handle = supervise({
    spec: {
      name: 'redis',
      stage: 'server',
      command: program,
      args: [configFile],
      cwd: dir,
      env: context.env,
      logFile: join(context.logDir, 'redis.log'),
      pidDir: context.pidDir,
      stopSignal: 'SIGTERM',
      stopTimeoutMs: 10_000,
    },
    ready: () => probe(port, password),
    readyTimeoutMs: READY_TIMEOUT_MS,
    autoRestart: context.autoRestart,
    report: context.report,
  });
  await handle.start(context.signal);
  return { address: { redisUrl: `redis://:${password}@127.0.0.1:${port}` }, handle };
}

function configuration(o: { dir: string; port: number; password: string; fsync: boolean }): string {
  return [
    'bind 127.0.0.1',
    `port ${o.port}`,
    `dir "${o.dir}"`,
    `requirepass ${o.password}`,
    'daemonize no',
    'appendonly yes',
    `appendfsync ${o.fsync ? 'everysec' : 'no'}`,
    'save ""',
    // Inventory must never be evicted: a full Redis refuses writes instead.
    'maxmemory 2gb',
    'maxmemory-policy noeviction',
    '',
  ].join('\n');
}

/** Also fails while the append-only file is still being loaded. */
async function probe(port: number, password: string): Promise<void> {
  const redis = new Redis({
    port,
    host: '127.0.0.1',
    password,
    lazyConnect: true,
    retryStrategy: null,
    connectTimeout: PROBE_TIMEOUT_MS,
    commandTimeout: PROBE_TIMEOUT_MS,
  });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    await redis.ping();
  } finally {
    redis.disconnect();
  }
}
