import type { BenchOptions, Step } from './options.js';
import { readMachine, othersShare } from './measuring/machine.js';
import { memoryOf } from './measuring/processes.js';
import type { Harness } from './harness.js';
import { oneLine } from './reporting/lines.js';
import { at, capacityOf, type AtRate, type Results } from './results.js';
import { measureConstant } from './steps/constant-baselines.js';
import { measureDirect } from './steps/direct-baseline.js';
import { measureGrowth } from './steps/growth.js';
import { measureLua } from './steps/lua-baseline.js';
import { openNoopMeter } from './steps/noop-baseline.js';
import { runClosedLoop, runOpenLoop } from './steps/purchases.js';
import { measureSlowProvider } from './steps/slow-provider.js';
import { measureSoldOut } from './steps/sold-out.js';

/** Buyers at once in the steps that have one number of them. */
const BUYERS = 60;
/** Enough for every group to be full. */
const SATURATING_BUYERS = 200;
/** Direct calls are compared where a ratio is wanted. */
const DIRECT_FROM = 60;
const MANY_EVENTS = 1_000;

/**
 * Runs the steps that were asked for. What is compared with each other is measured one after the other, so that a
 * machine that gets slower meanwhile slows both.
 *
 * @param say receives one line at the end of each step
 * @param around runs a step, with a profile around it where one was asked for
 */
export async function runSteps(
  harness: Harness,
  o: BenchOptions,
  results: Results,
  say: (line: string) => void,
  around: <T>(name: string, run: () => Promise<T>) => Promise<T>,
): Promise<void> {
  const times = { warmUpMs: o.warmUpMs, measureMs: o.measureMs };
  const wants = (step: Step): boolean => o.steps.has(step);
  async function step<T extends object>(name: string, run: () => Promise<T>): Promise<T> {
    const before = readMachine();
    const result = await around(name, run);
    say(oneLine(name, result, othersShare(before, readMachine())));
    return result;
  }

  await step('warm-up', () =>
    runClosedLoop(harness, { buyers: BUYERS, warmUpMs: 0, measureMs: o.quick ? 6_000 : 15_000 }),
  );
  results.memory.start = memoryOf(harness.processes);

  const noop = wants('noop') ? await openNoopMeter(harness) : undefined;
  if (noop)
    await around('noop warm-up', () => noop.measure({ kind: 'sink', concurrency: 20, warmUpMs: 0, measureMs: 2_000 }));
  for (const buyers of o.buyers) {
    const loop = { ...times, concurrency: buyers };
    if (noop && o.baselineBuyers.includes(buyers)) {
      results.baselines.noop[at(buyers)] = await step(`noop ${buyers}`, () => noop.measure({ kind: 'sink', ...loop }));
    }
    if (wants('purchase')) {
      const result = await step(`purchase ${buyers}`, () => runClosedLoop(harness, { ...times, buyers }));
      results.purchase[at(buyers)] = result;
      results.cpu[at(buyers)] = result.cpuMsPerPurchase;
    }
    if (wants('direct') && o.baselineBuyers.includes(buyers) && buyers >= DIRECT_FROM) {
      results.baselines.direct[at(buyers)] = await step(`direct ${buyers}`, () => measureDirect(harness, loop));
    }
    if (noop && buyers === 1) {
      results.baselines.noopLocalActivity = await step('noop 1, local activity', () =>
        noop.measure({ kind: 'local activity', ...loop }),
      );
    }
  }

  const baseline = { ...times, concurrency: BUYERS };
  if (wants('lua')) results.baselines.lua = await step('lua', () => measureLua(harness, baseline));
  if (wants('hono'))
    results.baselines.hono = await step('hono', () => measureConstant(harness, { kind: 'hono', ...baseline }));

  const needsCapacity = wants('openLoop') || wants('soldOut');
  const capacity = needsCapacity ? await capacityFor(harness, o, results, step) : 0;
  if (wants('openLoop')) {
    const atShare = async (name: string, share: number): Promise<AtRate> => {
      const arrivalsPerSecond = capacity * share;
      const pace = { perSecond: arrivalsPerSecond, warmUpMs: o.warmUpMs, measureMs: o.openLoopMs };
      return { arrivalsPerSecond, ...(await step(name, () => runOpenLoop(harness, pace))) };
    };
    const half = await atShare('open loop, half', 0.5);
    const nineTenths = await atShare('open loop, nine tenths', 0.9);
    results.openLoop = { capacityPerSecond: capacity, half, nineTenths };
  }
  if (wants('slowProvider')) {
    results.slowProvider = await step('slow provider', () =>
      measureSlowProvider(harness, { ...times, buyers: BUYERS }),
    );
  }
  if (wants('middleware')) {
    results.baselines.middleware = await step('middleware', () =>
      measureConstant(harness, { kind: 'middleware', ...baseline }),
    );
  }
  if (wants('soldOut')) {
    const beside = { warmUpMs: o.warmUpMs, measureMs: o.openLoopMs };
    const sale = {
      soldOutBuyers: BUYERS,
      soldOutBuyersBeside: BUYERS,
      purchasesPerSecond: capacity / 2,
      alone: times,
      beside,
    };
    results.soldOut = await step('sold out', () => measureSoldOut(harness, sale));
  }
  if (wants('growth')) {
    const growth = { purchases: o.growthPurchases, buyers: SATURATING_BUYERS, limitMs: o.growthLimitMs };
    const oneEvent = await step('growth, one event', () => measureGrowth(harness, { ...growth, events: 1 }));
    const thousandEvents = await step('growth, 1,000 events', () =>
      measureGrowth(harness, { ...growth, events: MANY_EVENTS }),
    );
    results.growth = { oneEvent, thousandEvents };
  }
  results.memory.end = memoryOf(harness.processes);
}

async function capacityFor(
  harness: Harness,
  o: BenchOptions,
  results: Results,
  step: <T extends object>(name: string, run: () => Promise<T>) => Promise<T>,
): Promise<number> {
  if (o.capacityPerSecond !== undefined) return o.capacityPerSecond;
  const found = capacityOf(results.purchase);
  if (found > 0) return found;
  const { warmUpMs, measureMs } = o;
  const result = await step('capacity', () =>
    runClosedLoop(harness, { buyers: SATURATING_BUYERS, warmUpMs, measureMs }),
  );
  return result.perSecond;
}
