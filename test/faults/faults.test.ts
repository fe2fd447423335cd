import { expect, inject, it } from 'vitest';
import { kindsNamed } from './injection/kinds.js';
import { describeRun } from './report.js';
import { runFaults, type RunPlan } from './run.js';

/** Any seed must pass. A fixed one draws the same buyers and faults in every run. */
const SEED = 'every day';

const MIN_FAULTS = 5;
/** Short enough for every test run; `npm run test:faults` runs longer. The timeouts allow for a busy machine. */
const SHORT_RUN: RunPlan = {
  minFaults: MIN_FAULTS,
  perSecond: 6,
  maxConcurrent: 50,
  warmUpMs: 2_000,
  sequentialMs: 23_000,
  concurrentMs: 10_000,
  clientTimeoutsMs: [700, 4_000, 15_000],
  retryTimeoutMs: 300_000,
  quiescenceTimeoutMs: 300_000,
};

/** Kinds with a short recovery. A server that takes long to restart would use up most of the time. */
const KINDS = kindsNamed([
  'kill api',
  'kill worker',
  'kill audit',
  'kill simulator',
  'kill postgres',
  'wipe redis',
  'old redis',
  'cut network',
  'slow network',
  'messages',
  'reset',
  'webhooks',
]);

it(
  'every invariant holds while processes die, Redis loses data, connections break and messages are duplicated',
  { timeout: 1_200_000 },
  async ({ signal }) => {
    console.log(`faults drawn from the seed "${SEED}"`);
    const report = { info: () => undefined, warn: () => undefined };
    const run = await runFaults({
      seed: SEED,
      kinds: KINDS,
      plan: SHORT_RUN,
      report,
      signal,
      dir: `${inject('stack').dir}-faults`,
    });
    console.log(describeRun(run));
    expect(run.verdict.kind, describeRun(run)).toBe('holds');
    expect(run.faults.length).toBeGreaterThanOrEqual(MIN_FAULTS);
    expect(run.calls.some(({ action, answer }) => action === 'buy' && answer.kind === 'ok')).toBe(true);
  },
);
