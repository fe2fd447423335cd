import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { checkAtEnd } from './checking/at-end.js';
import { CountsWrong } from './checking/sale.js';
import { readMachine, othersShare } from './measuring/machine.js';
import { openBenchHarness } from './bench-harness.js';
import { readOptions, USAGE, type BenchOptions } from './options.js';
import { openProfiler } from './profiling/profiler.js';
import { medianRatios, ratiosOf } from './reporting/ratios.js';
import { report } from './reporting/report.js';
import { medianOf, type Results } from './results.js';
import { runSteps } from './run.js';
import { startBenchStack } from './stack.js';

const log = (line: string): void => void process.stderr.write(`${line}\n`);

/** @returns the exit code: 1 if a count is wrong, 2 for wrong options */
async function main(args: readonly string[]): Promise<number> {
  let options: BenchOptions;
  try {
    options = readOptions(args);
  } catch (error) {
    log(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    return 2;
  }
  if (options.median.length > 0) {
    const runs = options.median.map((file) => JSON.parse(readFileSync(file, 'utf8')) as Results);
    process.stdout.write(report(medianOf(runs), medianRatios(runs.map(ratiosOf))));
    return 0;
  }
  return bench(options);
}

async function bench(o: BenchOptions): Promise<number> {
  const before = readMachine();
  const results = emptyResults(o);
  const stopping = new AbortController();
  const onSignal = (): void => stopping.abort(new Error('interrupted'));
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const interrupted = new Promise<never>((_, reject) => {
    stopping.signal.addEventListener('abort', () => reject(new Error('interrupted')));
  });
  interrupted.catch(() => undefined);

  const stack = await startBenchStack(o, stopping.signal, log);
  const harness = openBenchHarness(stack);
  try {
    const profiler = await openProfiler(harness, o.profileDir);
    await Promise.race([runSteps(harness, o, results, log, profiler.profiled), interrupted]);
    await checkAtEnd(stack.stack.addresses);
    const after = readMachine();
    results.about.tookS = Math.round((after.atMs - before.atMs) / 1_000);
    results.about.othersShare = othersShare(before, after);
    const ratios = ratiosOf(results);
    process.stdout.write(report(results, ratios));
    if (o.jsonFile !== undefined) writeFileSync(o.jsonFile, `${JSON.stringify({ ...results, ratios }, null, 2)}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof CountsWrong)) throw error;
    log(`\nThe counts are wrong:\n${error.message}`);
    return 1;
  } finally {
    await harness.close();
    await stack.stop();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

function emptyResults(o: BenchOptions): Results {
  return {
    about: {
      startedAt: new Date().toISOString(),
      commit: commit(),
      node: process.versions.node,
      cores: availableParallelism(),
      quick: o.quick,
      processes: o.processes,
      tookS: 0,
      othersShare: 0,
    },
    baselines: { noop: {}, direct: {} },
    purchase: {},
    memory: { start: {}, end: {} },
    cpu: {},
  };
}

function commit(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  log(`\nBench: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  process.exitCode = 1;
}
