import { randomInt } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { FAULT_KINDS, kindsNamed } from './injection/kinds.js';
import { OptionError } from '../support/option-error.js';
import { describeRun, describeRuns } from './report.js';
import { runFaults, type RunPlan, type RunResult } from './run.js';

const LOCAL = fileURLToPath(new URL('../../../.local/', import.meta.url));

const USAGE = `npm run test:faults -- [--seed N]… [--minutes M] [--rate R] [--faults kind,kind…]

  --seed     seed of the run; give several for several runs (default: a random one, which is printed)
  --minutes  duration of the sales in one run (default 3)
  --rate     actions of buyers per second (default 10)
  --faults   only the kinds whose names contain one of these texts: ${FAULT_KINDS.map(({ name }) => name).join(', ')}`;

/** Share of the time with faults in which they are injected one after the other; afterwards concurrently. */
const SEQUENTIAL_SHARE = 0.7;
const WARM_UP_MS = 5_000;

// The replays at the end of a run are workers.
Runtime.install({ logger: new DefaultLogger('ERROR') });

const stop = new AbortController();
// The second signal ends the process at once; the next run in the same directory removes what is left.
process.once('SIGINT', () => stop.abort()).once('SIGTERM', () => stop.abort());
try {
  process.exitCode = await main(stop.signal);
} catch (error) {
  if (!stop.signal.aborted) throw error;
  process.exitCode = 130;
}

async function main(signal: AbortSignal): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', multiple: true },
      minutes: { type: 'string', default: '3' },
      rate: { type: 'string', default: '10' },
      faults: { type: 'string', default: '' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const [minutes, perSecond] = [positive('--minutes', values.minutes), positive('--rate', values.rate)];
  const kinds = kindsNamed(values.faults.split(',').filter((text) => text !== ''));
  const seeds = values.seed ?? [String(randomInt(1_000_000))];
  const runs: RunResult[] = [];
  for (const seed of seeds) {
    console.log(`seed ${seed}: ${minutes} min of sales`);
    const run = await runFaults({
      seed,
      kinds,
      report: console,
      signal,
      dir: `${LOCAL}faults-${seed.replaceAll(/\W/g, '_')}`,
      plan: planOf(minutes * 60_000, perSecond),
    });
    console.log(`\n${describeRun(run)}\n`);
    runs.push(run);
  }
  const held = runs.filter(({ verdict }) => verdict.kind === 'holds').length;
  if (runs.length > 1) console.log(`all runs\n${describeRuns(runs)}\n`);
  console.log(`${held} of ${runs.length} runs held`);
  return held === runs.length ? 0 : 1;
}

function planOf(totalMs: number, perSecond: number): RunPlan {
  const withFaultsMs = Math.max(0, totalMs - WARM_UP_MS);
  return {
    perSecond,
    maxConcurrent: 150,
    warmUpMs: WARM_UP_MS,
    sequentialMs: withFaultsMs * SEQUENTIAL_SHARE,
    minFaults: 0,
    concurrentMs: withFaultsMs * (1 - SEQUENTIAL_SHARE),
    clientTimeoutsMs: [700, 3_000, 12_000, 12_000],
    retryTimeoutMs: 120_000,
    quiescenceTimeoutMs: 240_000,
  };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new OptionError(`${name} must be a number above 0`);
  return value;
}
