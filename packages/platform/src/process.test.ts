import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/** On the PATH wherever the local stack runs. */
const REDIS_SERVER = 'redis-server';
const PLATFORM = new URL('../dist/index.js', import.meta.url).href;

interface Ended {
  readonly status: number | null;
  readonly lines: readonly { level: string; msg: string }[];
}

/** Runs `start` (source of a function body) as a process; sends it the signals, one each time it says `now`. */
async function run(start: string, signals: readonly NodeJS.Signals[] = []): Promise<Ended> {
  const source = `
    import { ConfigError, createLogger, createRedis, runProcess } from '${PLATFORM}';
    const logger = createLogger({ service: 'child' });
    const forever = setInterval(() => undefined, 1_000);
    runProcess({ name: 'child', logger, shutdownDeadlineMs: 300, start: async () => { ${start} } });
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const waiting = [...signals];
  let output = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (chunk: string) => {
    output += chunk;
    for (const _ of chunk.matchAll(/"msg":"now"/g)) {
      const signal = waiting.shift();
      if (signal) child.kill(signal);
    }
  });
  const [status] = (await once(child, 'close')) as [number | null];
  const lines = output.trim().split('\n');
  return { status, lines: lines.map((line) => JSON.parse(line) as { level: string; msg: string }) };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

const sayNow = `setTimeout(() => logger.info('now'), 20);`;

describe.concurrent('runProcess', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('stops and exits 0 at %s', async (signal) => {
    const { status, lines } = await run(`${sayNow} return { stop: async () => logger.info('stopping') };`, [signal]);
    expect(status).toBe(0);
    expect(lines.map((line) => line.msg)).toEqual(expect.arrayContaining(['stopping', 'child stopped']));
  });

  it('stops once, however many signals come', async () => {
    const stop = `async () => { logger.info('now'); await new Promise((r) => setTimeout(r, 100)); logger.info('stopping'); }`;
    const { status, lines } = await run(`${sayNow} return { stop: ${stop} };`, ['SIGTERM', 'SIGINT']);
    expect(status).toBe(0);
    expect(lines.filter((line) => line.msg === 'stopping')).toHaveLength(1);
  });

  it('lets the start end before it stops', async () => {
    const start = `logger.info('now'); await new Promise((r) => setTimeout(r, 100)); logger.info('ready');`;
    const { status, lines } = await run(`${start} return { stop: async () => logger.info('stopping') };`, ['SIGTERM']);
    expect(status).toBe(0);
    const words = lines.map((line) => line.msg);
    expect(words.indexOf('ready')).toBeLessThan(words.indexOf('stopping'));
  });

  it('exits 1 when the stop takes longer than its deadline', async () => {
    const { status, lines } = await run(`${sayNow} return { stop: () => new Promise(() => undefined) };`, ['SIGTERM']);
    expect(status).toBe(1);
    expect(lines.at(-1)).toMatchObject({ level: 'fatal', msg: 'child: could not stop in time' });
  });

  it('says in one fatal line what is wrong with the configuration, and exits 1', async () => {
    const { status, lines } = await run(`throw new ConfigError('Configuration: API_PORT is not set');`);
    expect(status).toBe(1);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ level: 'fatal', msg: 'Configuration: API_PORT is not set' });
  });

  it('says in one fatal line that a Redis Cluster is not supported, and exits 1', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'cluster-'));
    const [port, busPort] = [await freePort(), await freePort()];
    const flags = { port, 'cluster-port': busPort, 'cluster-enabled': 'yes', bind: '127.0.0.1', dir, save: '' };
    const server = spawn(
      REDIS_SERVER,
      Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]),
      {
        stdio: 'ignore',
      },
    );
    try {
      const connect = `createRedis({ url: 'redis://127.0.0.1:${port}', name: 'child', logger })`;
      const giveUp = `setTimeout(() => process.exit(0), 15_000);`;
      const { status, lines } = await run(`${giveUp} ${connect}; return { stop: async () => {} };`);
      expect(status).toBe(1);
      expect(lines.filter((line) => line.level === 'fatal').map((line) => line.msg)).toEqual([
        'REDIS_URL is a node of a Redis Cluster, which is not supported: name a single Redis server',
      ]);
    } finally {
      server.kill();
      await once(server, 'exit');
      rmSync(dir, { recursive: true });
    }
  });

  it.each([
    ['a failed start', `throw new Error('no');`],
    ['an uncaught error', `setTimeout(() => { throw new Error('no'); }, 10); return { stop: async () => {} };`],
    ['an unhandled rejection', `void Promise.reject(new Error('no')); return { stop: async () => {} };`],
    [
      'a failed stop',
      `setTimeout(() => process.kill(process.pid, 'SIGTERM'), 10); return { stop: async () => { throw new Error('no'); } };`,
    ],
  ])('exits 1 with one fatal line after %s', async (_, start) => {
    const { status, lines } = await run(start);
    expect(status).toBe(1);
    expect(lines.filter((line) => line.level === 'fatal')).toHaveLength(1);
  });
});
