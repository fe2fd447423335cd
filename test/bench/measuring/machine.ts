import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { cpuOf, TICK_MS } from './processes.js';

/** CPU times of the machine at one time. */
export interface MachineReading {
  readonly atMs: number;
  /** CPU time used since boot, over all cores. */
  readonly busyMs: number;
  /** The part used by this process and its descendants. */
  readonly oursMs: number;
}

export function readMachine(): MachineReading {
  const ours = cpuOf({ ours: [process.pid] });
  return { atMs: performance.now(), busyMs: busyMsOf(readFileSync('/proc/stat', 'utf8')), oursMs: ours['ours'] ?? 0 };
}

/** Busy time from the first line of /proc/stat, see proc(5): all except idle time and I/O wait. */
export function busyMsOf(stat: string): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0, steal = 0] = (/^cpu +(.*)$/m.exec(stat)?.[1] ?? '')
    .split(' ')
    .map(Number);
  return (user + nice + system + irq + softIrq + steal) * TICK_MS;
}

/** Share of the machine (0 to 1) that other processes used between two readings. */
export function othersShare(before: MachineReading, after: MachineReading): number {
  const others = after.busyMs - before.busyMs - (after.oursMs - before.oursMs);
  const all = (after.atMs - before.atMs) * availableParallelism();
  return Math.max(0, others / all);
}
