import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identityOf, isAlive } from './identity.js';

/** One started process, written down so that a later launcher can find it after this one was killed. */
export interface PidRecord {
  readonly name: string;
  readonly pid: number;
  readonly identity: string;
  /** Services stop before the servers that they use. */
  readonly stage: 'service' | 'server';
  readonly stopSignal: NodeJS.Signals;
  readonly stopTimeoutMs: number;
}

const SUFFIX = '.pid.json';
const KILL_TIMEOUT_MS = 5_000;
const POLL_MS = 50;

const pidFile = (dir: string, name: string): string => join(dir, `${name}${SUFFIX}`);

/** Written whole or not at all. Nothing is written for a process that is already dead. */
export function writePidRecord(dir: string, record: Omit<PidRecord, 'identity'>): void {
  const identity = identityOf(record.pid);
  if (identity === undefined) return;
  const file = pidFile(dir, record.name);
  writeFileSync(`${file}.new`, `${JSON.stringify({ ...record, identity })}\n`);
  renameSync(`${file}.new`, file);
}

export function removePidRecord(dir: string, name: string): void {
  rmSync(pidFile(dir, name), { force: true });
}

export function parsePidRecord(text: string): PidRecord | undefined {
  let value: Partial<Record<keyof PidRecord, unknown>>;
  try {
    value = JSON.parse(text) as typeof value;
  } catch {
    return undefined;
  }
  const { name, pid, identity, stage, stopSignal, stopTimeoutMs } = value;
  if (typeof name !== 'string' || typeof pid !== 'number' || typeof identity !== 'string') return undefined;
  if (!Number.isSafeInteger(pid) || pid <= 1 || identity === '') return undefined;
  return {
    name,
    pid,
    identity,
    stage: stage === 'service' ? 'service' : 'server',
    stopSignal: stopSignal === 'SIGINT' ? 'SIGINT' : 'SIGTERM',
    stopTimeoutMs: typeof stopTimeoutMs === 'number' ? Math.min(stopTimeoutMs, 60_000) : 10_000,
  };
}

/**
 * Stops what an earlier launcher left running: services first, each stage together, politely and then by force.
 * A process is touched only if it is the very one that was recorded; a pid that another process bears now is not.
 *
 * @param stages services alone where their servers are stopped by the process that started them
 * @returns the names of what was stopped
 */
export async function stopLeftovers(
  dir: string,
  stages: readonly PidRecord['stage'][] = ['service', 'server'],
): Promise<string[]> {
  const records = readRecords(dir).filter(({ stage }) => stages.includes(stage));
  const stopped: string[] = [];
  for (const stage of stages) {
    const alive = records.filter((record) => record.stage === stage && isAlive(record.pid, record.identity));
    await Promise.all(alive.map(stopRecorded));
    stopped.push(...alive.map((record) => record.name));
  }
  for (const record of records) removePidRecord(dir, record.name);
  return stopped;
}

function readRecords(dir: string): PidRecord[] {
  let names: string[];
  try {
    names = readdirSync(dir).filter((name) => name.endsWith(SUFFIX));
  } catch {
    return [];
  }
  return names.map((name) => parsePidRecord(readFileSync(join(dir, name), 'utf8'))).filter((r) => r !== undefined);
}

async function stopRecorded(record: PidRecord): Promise<void> {
  signal(record.pid, record.stopSignal);
  if (await isGone(record, record.stopTimeoutMs)) return;
  signalGroup(record.pid, 'SIGKILL');
  if (!(await isGone(record, KILL_TIMEOUT_MS))) {
    throw new Error(`process ${record.pid} (${record.name}) of an earlier start cannot be stopped`);
  }
}

async function isGone(record: PidRecord, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (isAlive(record.pid, record.identity)) {
    if (Date.now() >= deadline) return false;
    await sleep(POLL_MS);
  }
  return true;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Every process is started as the leader of a group of its own, so that its helpers go with it. */
export function signalGroup(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(-pid, name);
  } catch {
    signal(pid, name);
  }
}
