import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { cpuOf, difference, memoryOf, parseStat } from './processes.js';

describe('parseStat', () => {
  it('finds the fields after a program name with spaces and brackets', () => {
    const line = `42 (post gres) (x) S 7 42 42 0 -1 4194560 100 200 0 0 150 50 30 20 20 0 1 0 12345 1000 200`;
    expect(parseStat(line)).toEqual({ pid: 42, parentPid: 7, ownCpuMs: 2_000, endedChildrenCpuMs: 500 });
  });
});

describe('cpuOf', () => {
  it('counts a process together with its children, including ended ones', async () => {
    const own = { bench: [process.pid] };
    const before = cpuOf(own);
    const child = spawn(process.execPath, ['-e', 'while (process.cpuUsage().user < 400_000);']);
    await sleep(200);
    const alive = difference(cpuOf(own), before);
    await new Promise((resolve) => child.once('exit', resolve));
    const afterwards = difference(cpuOf(own), before);
    expect(alive['bench']).toBeGreaterThan(0);
    expect(afterwards['bench']).toBeGreaterThanOrEqual(alive['bench'] ?? 0);
    expect(afterwards['bench']).toBeGreaterThan(100);
  });

  it('is zero for a process that does not exist', () => {
    expect(cpuOf({ gone: [2 ** 30] })).toEqual({ gone: 0 });
    expect(memoryOf({ gone: [2 ** 30] })).toEqual({ gone: 0 });
  });
});

describe('memoryOf', () => {
  it('grows with the memory that a process allocates', () => {
    const before = memoryOf({ bench: [process.pid] })['bench'] ?? 0;
    const kept = Buffer.alloc(64 * 2 ** 20, 1);
    const after = memoryOf({ bench: [process.pid] })['bench'] ?? 0;
    expect(after - before).toBeGreaterThan(48);
    expect(kept.length).toBe(64 * 2 ** 20);
  });
});
