import { readdirSync, readFileSync } from 'node:fs';

/** USER_HZ: the unit of times in /proc, 10 ms on every Linux. */
export const TICK_MS = 10;

/** One process according to /proc. Times in ms. */
export interface ProcessStat {
  readonly pid: number;
  readonly parentPid: number;
  readonly ownCpuMs: number;
  /** CPU time of ended children that were waited for. */
  readonly endedChildrenCpuMs: number;
}

/** Parses /proc/<pid>/stat, see proc(5). The program name may contain spaces and brackets. */
export function parseStat(line: string): ProcessStat {
  const nameEnd = line.lastIndexOf(')');
  const fields = line.slice(nameEnd + 2).split(' ');
  const ticks = (index: number): number => Number(fields[index]) * TICK_MS;
  return {
    pid: Number.parseInt(line, 10),
    parentPid: Number(fields[1]),
    ownCpuMs: ticks(11) + ticks(12),
    endedChildrenCpuMs: ticks(13) + ticks(14),
  };
}

/** Process ids by name. Each includes its descendants, such as PostgreSQL's backends. */
export type Processes = Readonly<Record<string, readonly number[]>>;

/**
 * CPU time of each of these so far, in ms. Never decreases while a process lives, because it includes ended children.
 */
export function cpuOf(processes: Processes): Record<string, number> {
  const trees = allTrees();
  return mapValues(processes, (pids) =>
    sum(pids.flatMap((pid) => trees.below(pid).map((stat) => stat.ownCpuMs + stat.endedChildrenCpuMs))),
  );
}

/** Private memory of each of these (`RssAnon`), in MB: without program code and PostgreSQL's shared buffers. */
export function memoryOf(processes: Processes): Record<string, number> {
  const trees = allTrees();
  return mapValues(processes, (pids) =>
    sum(pids.flatMap((pid) => trees.below(pid).map((stat) => ownMemoryMb(stat.pid)))),
  );
}

export function difference(later: Record<string, number>, earlier: Record<string, number>): Record<string, number> {
  return mapValues(later, (value, name) => value - (earlier[name] ?? 0));
}

function ownMemoryMb(pid: number): number {
  const kilobytes = /^RssAnon:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1];
  return Number(kilobytes ?? 0) / 1_024;
}

function allTrees() {
  const stats = new Map<number, ProcessStat>();
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const line = read(`/proc/${name}/stat`);
    if (line === undefined) continue;
    const stat = parseStat(line);
    stats.set(stat.pid, stat);
    const siblings = children.get(stat.parentPid);
    if (siblings) siblings.push(stat.pid);
    else children.set(stat.parentPid, [stat.pid]);
  }
  function below(pid: number): ProcessStat[] {
    const stat = stats.get(pid);
    return stat ? [stat, ...(children.get(pid) ?? []).flatMap(below)] : [];
  }
  return { below };
}

/** Undefined if the process has ended. */
function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function mapValues<V, R>(record: Readonly<Record<string, V>>, change: (value: V, key: string) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}
