import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PrivateStack } from '@box-office/infra';
import { importOption } from '../import-option.js';
import type { Processes } from '../measuring/processes.js';
import { openStatementTimes } from './statements.js';
import { summarise, type CpuProfile } from './summary.js';

const WRITE_TIMEOUT_MS = 30_000;
const PROFILED = ['gateway', 'worker', 'auditConsumer', 'paymentSimulator'];

export interface Profiler {
  /** Runs a step. With a folder, it profiles the step and writes the summaries there. */
  profiled<T>(name: string, run: () => Promise<T>): Promise<T>;
}

/** The stack and the processes that are profiled. */
interface ProfiledHarness {
  readonly bench: { readonly stack: PrivateStack };
  readonly processes: Processes;
}

/** @param dir folder for the profiles; without it nothing is profiled */
export async function openProfiler(harness: ProfiledHarness, dir: string | undefined): Promise<Profiler> {
  if (dir === undefined) return { profiled: (_name, run) => run() };
  mkdirSync(dir, { recursive: true });
  const statements = await openStatementTimes(harness.bench.stack);
  const processes = PROFILED.flatMap((name) => (harness.processes[name] ?? []).map((pid, i) => ({ name, i, pid })));
  const toggle = (): void => processes.forEach(({ pid }) => process.kill(pid, 'SIGWINCH'));

  return {
    async profiled(name, run) {
      const prefix = name.replaceAll(/[^\w]+/g, '-');
      await statements.reset();
      toggle();
      try {
        return await run();
      } finally {
        writeFileSync(join(dir, `${prefix}.statements.txt`), await statements.report());
        toggle();
        for (const { name: title, i, pid } of processes) {
          await moveProfile(join(dir, `${pid}.cpuprofile`), join(dir, `${prefix}.${title}${i === 0 ? '' : i + 1}`));
        }
      }
    },
  };
}

/** The Node option that makes a service write its profile to `dir`. */
export const profileOption = (dir: string): string =>
  importOption(new URL('./preload.js', import.meta.url), resolve(dir));

/** Waits until a profile is complete, renames it, and writes its summary. */
async function moveProfile(written: string, target: string): Promise<void> {
  const deadline = Date.now() + WRITE_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const text = existsSync(written) ? readFileSync(written, 'utf8') : '';
    if (text.endsWith('}')) {
      renameSync(written, `${target}.cpuprofile`);
      writeFileSync(`${target}.txt`, summarise(JSON.parse(text) as CpuProfile));
      return;
    }
    await sleep(100);
  }
  throw new Error(`no profile was written to ${written}`);
}
