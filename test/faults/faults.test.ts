import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { FAULT_KINDS, kindsNamed } from './injection/kinds.js';
import { describeRun } from './report.js';
import { runFaults, type Pace } from './run.js';

const DIR = fileURLToPath(new URL('../../.local/test-faults', import.meta.url));

/** Short enough for every test run; `npm run test:faults` takes its time. */
const BRIEFLY: Pace = {
  perSecond: 8,
  calmMs: 1_000,
  oneByOneMs: 14_000,
  togetherMs: 7_000,
  patienceMs: [700, 4_000],
  settleTimeoutMs: 45_000,
  restTimeoutMs: 45_000,
};

/** Those that are over soon; a server that takes long to come back would take up most of the time. */
const kinds = kindsNamed([
  'kill api',
  'kill worker',
  'kill audit',
  'kill postgres',
  'wipe redis',
  'old redis',
  'cut',
  'messages',
]);

it('keeps every invariant while processes die, Redis forgets, lines break and messages come twice', async () => {
  const report = { info: () => undefined, warn: () => undefined };
  const run = await runFaults({ seed: '4', dir: DIR, kinds, pace: BRIEFLY, report });
  console.log(describeRun(run));
  expect(run.verdict.kind, describeRun(run)).toBe('holds');
  expect(run.faults.length).toBeGreaterThanOrEqual(6);
}, 180_000);

it('knows the kinds of faults by their names', () => {
  expect(kindsNamed([])).toBe(FAULT_KINDS);
  expect(kindsNamed(['redis']).map(({ name }) => name)).toEqual([
    'stop redis',
    'kill redis',
    'wipe redis',
    'old redis',
  ]);
  expect(() => kindsNamed(['earthquake'])).toThrow('no kind of fault is called earthquake');
});
