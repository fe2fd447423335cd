import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { busyMsOf, readMachine, othersShare } from './machine.js';

describe('busyMsOf', () => {
  it('counts all CPU time except idle time and I/O wait', () => {
    expect(busyMsOf('cpu  100 1 50 9000 700 2 3 4 0 0\ncpu0 50 0 25 4500 350 1 1 2 0 0\n')).toBe(1_600);
  });
});

describe('othersShare', () => {
  const reading = (atMs: number, busyMs: number, oursMs: number) => ({ atMs, busyMs, oursMs });

  it('is the share used by neither this process nor its children', () => {
    const all = 1_000 * availableParallelism();
    expect(othersShare(reading(0, 0, 0), reading(1_000, all, all))).toBe(0);
    expect(othersShare(reading(0, 0, 0), reading(1_000, all, all / 4))).toBeCloseTo(0.75, 5);
  });

  it('counts the CPU time of an ended child as ours', async () => {
    const before = readMachine();
    const child = spawn(process.execPath, ['-e', 'while (process.cpuUsage().user < 300_000);']);
    await new Promise((resolve) => child.once('exit', resolve));
    expect(readMachine().oursMs - before.oursMs).toBeGreaterThan(100);
  });
});
