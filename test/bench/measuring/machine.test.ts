import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { busyMsOf, readMachine, othersShare } from './machine.js';

describe('busyMsOf', () => {
  it('counts what anybody used, neither idle time nor waiting for disks', () => {
    expect(busyMsOf('cpu  100 1 50 9000 700 2 3 4 0 0\ncpu0 50 0 25 4500 350 1 1 2 0 0\n')).toBe(1_600);
  });
});

describe('othersShare', () => {
  const look = (atMs: number, busyMs: number, oursMs: number) => ({ atMs, busyMs, oursMs });

  it('is what was used by neither this process nor its children', () => {
    const all = 1_000 * availableParallelism();
    expect(othersShare(look(0, 0, 0), look(1_000, all, all))).toBe(0);
    expect(othersShare(look(0, 0, 0), look(1_000, all, all / 4))).toBeCloseTo(0.75, 5);
  });

  it('takes the work of a child that has ended for ours', async () => {
    const before = readMachine();
    const child = spawn(process.execPath, ['-e', 'const until = Date.now() + 300; while (Date.now() < until);']);
    await new Promise((resolve) => child.once('exit', resolve));
    expect(readMachine().oursMs - before.oursMs).toBeGreaterThan(100);
  });
});
