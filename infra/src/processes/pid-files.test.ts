import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { identityFromStat, identityOf, isAlive } from './identity.js';
import { parsePidRecord, stopLeftovers, writePidRecord } from './pid-files.js';

let dir = '';
let child: ChildProcess;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'pids-'));
  child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000); console.log("up")'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  if (child.stdout) await once(child.stdout, 'data');
});
afterEach(() => {
  child.kill('SIGKILL');
  rmSync(dir, { recursive: true });
});

const record = { name: 'redis', stage: 'server', stopSignal: 'SIGTERM', stopTimeoutMs: 5_000 } as const;

describe('a recorded process', () => {
  it('is stopped by the next launcher, and its record goes', async () => {
    const pid = child.pid ?? 0;
    writePidRecord(dir, { ...record, pid });
    const ended = once(child, 'exit');
    expect(await stopLeftovers(dir)).toEqual(['redis']);
    await ended;
    expect(readdirSync(dir)).toEqual([]);
  });

  it('is left alone when another process bears its pid now', async () => {
    const pid = child.pid ?? 0;
    writeFileSync(join(dir, 'redis.pid.json'), JSON.stringify({ ...record, pid, identity: 'another-boot/1' }));
    expect(await stopLeftovers(dir)).toEqual([]);
    expect(identityOf(pid)).toBeDefined();
    expect(readdirSync(dir)).toEqual([]);
  });

  it('is killed when it does not stop politely in time', async () => {
    const pid = child.pid ?? 0;
    child.kill('SIGSTOP');
    writePidRecord(dir, { ...record, pid, stopTimeoutMs: 200 });
    expect(await stopLeftovers(dir)).toEqual(['redis']);
    expect(isAlive(pid, identityOf(pid) ?? '')).toBe(false);
  });

  it('is not looked for when its record is torn', () => {
    expect(parsePidRecord('{"name":"redis","pid":12')).toBeUndefined();
    expect(parsePidRecord('{"name":"redis","pid":1,"identity":"x"}')).toBeUndefined();
    expect(parsePidRecord('{"name":"redis","pid":-5,"identity":"x"}')).toBeUndefined();
  });
});

describe('an identity', () => {
  const fields = (state: string): string => `${state} ${Array.from({ length: 30 }, (_, i) => i + 1).join(' ')}`;

  it('is the tick of the start, also when the program has spaces and parentheses in its name', () => {
    expect(identityFromStat(`42 (a (b) c) ${fields('S')}`, 'boot')).toBe('boot/19');
  });

  it('is not given to what is left of a dead process', () => {
    expect(identityFromStat(`42 (node) ${fields('Z')}`, 'boot')).toBeUndefined();
  });
});
