import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { importOption } from '../import-option.js';
import type { Processes } from './processes.js';

const REPORT_TIMEOUT_MS = 30_000;
const SERVICES = ['gateway', 'worker', 'auditConsumer'];
const BYTES_PER_MB = 1_048_576;

/** The Node option that makes a service report its heap. */
export const heapOption = (dir: string): string => importOption(new URL('./heap-preload.js', import.meta.url), dir);

/**
 * The live heap of each service, in MB: what is left after garbage collection. The process memory says less, because
 * Node allocates more than it needs.
 *
 * @param dir the directory given to `heapOption`
 */
export async function liveHeapOf(processes: Processes, dir: string): Promise<Record<string, number>> {
  const all = SERVICES.map(async (name): Promise<[string, number]> => {
    const each = await Promise.all((processes[name] ?? []).map((pid) => liveHeap(pid, dir)));
    return [name, each.reduce((sum, bytes) => sum + bytes, 0) / BYTES_PER_MB];
  });
  return Object.fromEntries(await Promise.all(all));
}

async function liveHeap(pid: number, dir: string): Promise<number> {
  const file = join(dir, `${pid}.heap`);
  rmSync(file, { force: true });
  process.kill(pid, 'SIGURG');
  for (const deadline = Date.now() + REPORT_TIMEOUT_MS; Date.now() < deadline; await sleep(50)) {
    if (existsSync(file)) return Number(readFileSync(file, 'utf8'));
  }
  throw new Error(`process ${pid} does not report its heap`);
}
