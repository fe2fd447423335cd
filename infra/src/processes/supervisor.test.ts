import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBackoff } from './backoff.js';
import { supervise, type Supervised, type Supervision } from './supervisor.js';
import { waitUntil } from './waiting.js';

let dir = '';
let handle: Supervised | undefined;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'supervisor-'));
});
afterEach(async () => {
  await handle?.stop();
  rmSync(dir, { recursive: true });
});

/** A program that writes the file `up` and then runs until it is stopped. */
const UP = `require('fs').writeFileSync('up', ''); setInterval(() => {}, 1000)`;

function supervised(script: string, over: Partial<Supervision> = {}): Supervised {
  handle = supervise({
    spec: {
      name: 'worker',
      stage: 'service',
      command: process.execPath,
      args: ['-e', script],
      cwd: dir,
      env: {},
      logFile: join(dir, 'worker.log'),
      pidDir: dir,
      stopSignal: 'SIGTERM',
      stopTimeoutMs: 300,
    },
    ready: async () => {
      if (!existsSync(join(dir, 'up'))) throw new Error('not up');
    },
    readyTimeoutMs: 10_000,
    autoRestart: false,
    attemptPauseMs: 10,
    ...over,
  });
  return handle;
}

describe('a supervised process', () => {
  it('is started again when it dies, with a line that says so', async () => {
    const lines: string[] = [];
    const report = { info: (line: string) => void lines.push(line), warn: (line: string) => void lines.push(line) };
    const worker = supervised(UP, { autoRestart: true, report });
    await worker.start();
    const first = worker.pid;
    process.kill(first ?? 0, 'SIGKILL');
    await waitUntil({ what: 'revival', timeoutMs: 10_000 }, () => {
      if (!lines.some((line) => line.startsWith('worker is back'))) throw new Error('not yet');
    });
    expect(worker.pid).not.toBe(first);
    expect(lines[0]).toMatch(/^worker died \(killed by SIGKILL\); starting it again in 0\.3 s \(log: .*worker\.log\)$/);
  });

  it('stays dead after a stop, and after a kill where nothing restarts it', async () => {
    const worker = supervised(UP, { autoRestart: true });
    await worker.start();
    await worker.stop();
    expect(worker.pid).toBeUndefined();
    const other = supervised(UP);
    await other.start();
    await other.kill();
    expect(other.pid).toBeUndefined();
    await other.restart();
    expect(other.pid).toBeDefined();
  });

  it('is killed when it ignores the request to stop', async () => {
    const worker = supervised(`process.on('SIGTERM', () => {}); ${UP}`);
    await worker.start();
    const startedAt = Date.now();
    await worker.stop();
    expect(worker.pid).toBeUndefined();
    expect(Date.now() - startedAt).toBeLessThan(5_000);
  });

  it('fails its start with the last words of its log when it ends too early', async () => {
    const worker = supervised(`console.log('the port is taken'); process.exit(3)`, { startAttempts: 2 });
    await expect(worker.start()).rejects.toThrow('worker ended while starting (exit code 3): the port is taken');
    expect(readFileSync(join(dir, 'worker.log'), 'utf8').trim().split('\n')).toHaveLength(2);
  });

  it('is not left running when it is not ready in time or its start is called off', async () => {
    const late = supervised('setInterval(() => {}, 1000)', { readyTimeoutMs: 200 });
    await expect(late.start()).rejects.toThrow('worker: not there within 0.2 s (not up)');
    expect(late.pid).toBeUndefined();
    const off = supervised('setInterval(() => {}, 1000)');
    await expect(off.start(AbortSignal.timeout(200))).rejects.toThrow();
    expect(off.pid).toBeUndefined();
    expect(readdirSync(dir).filter((name) => name.endsWith('.pid.json'))).toEqual([]);
  });
});

describe('the pauses between restarts', () => {
  it('grow to a limit while it keeps dying, and start again from the first one after a minute of health', () => {
    const backoff = createBackoff();
    const pauses = Array.from({ length: 9 }, () => backoff.pauseMs(1_000));
    expect(pauses.slice(0, 4)).toEqual([250, 500, 1_000, 2_000]);
    expect(pauses.at(-1)).toBe(15_000);
    expect(backoff.pauseMs(60_000)).toBe(250);
  });
});
