import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Harness } from '../harness.js';
import { preloaded } from '../preloaded.js';
import { openStatementTimes } from './statements.js';
import { summarise, type CpuProfile } from './summary.js';

const WRITE_TIMEOUT_MS = 30_000;
const PROFILED = ['gateway', 'worker', 'auditConsumer', 'paymentSimulator'];

export interface Profiler {
  /** Runs a step; with a folder to write to, it is profiled and the summaries end there. */
  around<T>(name: string, run: () => Promise<T>): Promise<T>;
}

/** @param dir nothing is profiled without it */
export async function openProfiler(harness: Harness, dir: string | undefined): Promise<Profiler> {
  if (dir === undefined) return { around: (_name, run) => run() };
  mkdirSync(dir, { recursive: true });
  const statements = await openStatementTimes(harness.bench.stack);
  const processes = PROFILED.flatMap((name) => (harness.processes[name] ?? []).map((pid, i) => ({ name, i, pid })));
  const toggle = (): void => processes.forEach(({ pid }) => process.kill(pid, 'SIGWINCH'));

  return {
    async around(name, run) {
      const beginning = name.replaceAll(/[^\w]+/g, '-');
      await statements.reset();
      toggle();
      try {
        return await run();
      } finally {
        writeFileSync(join(dir, `${beginning}.statements.txt`), await statements.report());
        toggle();
        for (const { name: title, i, pid } of processes) {
          await keep(join(dir, `${pid}.cpuprofile`), join(dir, `${beginning}.${title}${i === 0 ? '' : i + 1}`));
        }
      }
    },
  };
}

/** Node's option that makes a service write its profile there. */
export const profileOption = (dir: string): string => preloaded(new URL('./preload.js', import.meta.url), resolve(dir));

async function keep(written: string, kept: string): Promise<void> {
  const deadline = Date.now() + WRITE_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const text = existsSync(written) ? readFileSync(written, 'utf8') : '';
    if (text.endsWith('}')) {
      renameSync(written, `${kept}.cpuprofile`);
      writeFileSync(`${kept}.txt`, summarise(JSON.parse(text) as CpuProfile));
      return;
    }
    await sleep(100);
  }
  throw new Error(`no profile was written to ${written}`);
}
