import { expect, inject, it } from 'vitest';
import { kindsNamed } from './injection/kinds.js';
import { describeRun } from './report.js';
import { runFaults, type Pace } from './run.js';

/** Any seed must do; a fixed one draws the same buyers and faults in every run. */
const SEED = 'every day';

/** Short enough for every test run; `npm run test:faults` takes its time. The limits are for a machine that is busy. */
const BRIEFLY: Pace = {
  perSecond: 6,
  calmMs: 2_000,
  oneByOneMs: 23_000,
  togetherMs: 10_000,
  patienceMs: [700, 4_000, 15_000],
  settleTimeoutMs: 120_000,
  restTimeoutMs: 180_000,
};
const FEWEST_FAULTS = 5;

/** Those that are over soon; a server that takes long to come back would take up most of the time. */
const KINDS = kindsNamed([
  ...['kill api', 'kill worker', 'kill audit', 'kill simulator', 'kill postgres'],
  ...['wipe redis', 'old redis', 'cut line', 'slow line', 'messages', 'reset'],
]);

it(
  'every invariant holds while processes die, Redis forgets, lines break and messages come twice',
  { timeout: 540_000 },
  async ({ signal }) => {
    console.log(`faults drawn from the seed "${SEED}"`);
    const report = { info: () => undefined, warn: () => undefined };
    const run = await runFaults({
      ...{ seed: SEED, kinds: KINDS, pace: BRIEFLY, report, signal },
      dir: `${inject('stack').dir}-faults`,
    });
    console.log(describeRun(run));
    expect(run.verdict.kind, describeRun(run)).toBe('holds');
    expect(run.faults.length).toBeGreaterThanOrEqual(FEWEST_FAULTS);
    expect(run.calls.some(({ act, answer }) => act === 'buy' && answer.kind === 'ok')).toBe(true);
  },
);
