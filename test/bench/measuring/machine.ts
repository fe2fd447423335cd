import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { cpuOf, TICK_MS } from './processes.js';

/** A look at the whole machine. */
export interface MachineLook {
  readonly atMs: number;
  /** CPU time that anybody used since the machine was started, over all cores. */
  readonly busyMs: number;
  /** What of it was used by this process and everything that it started. */
  readonly oursMs: number;
}

export function readMachine(): MachineLook {
  const ours = cpuOf({ ours: [process.pid] });
  return { atMs: performance.now(), busyMs: busyMsOf(readFileSync('/proc/stat', 'utf8')), oursMs: ours['ours'] ?? 0 };
}

/** Busy time in the first line of /proc/stat, see proc(5): all but idle and waiting for disks. */
export function busyMsOf(stat: string): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0, steal = 0] = (/^cpu +(.*)$/m.exec(stat)?.[1] ?? '')
    .split(' ')
    .map(Number);
  return (user + nice + system + irq + softIrq + steal) * TICK_MS;
}

/** Share of the machine, 0 to 1, that others used between two looks: what a measurement had to do without. */
export function othersShare(before: MachineLook, after: MachineLook): number {
  const others = after.busyMs - before.busyMs - (after.oursMs - before.oursMs);
  const all = (after.atMs - before.atMs) * availableParallelism();
  return Math.max(0, others / all);
}
