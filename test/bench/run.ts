import type { BenchOptions, Step } from './options.js';
import { lookAtMachine, othersShare } from './measuring/machine.js';
import { memoryOf } from './measuring/processes.js';
import type { Office } from './office.js';
import { oneLine } from './reporting/lines.js';
import { at, capacityOf, type AtRate, type Results } from './results.js';
import { measureConstant } from './steps/constant-floors.js';
import { measureDirect } from './steps/direct-floor.js';
import { measureGrowth } from './steps/growth.js';
import { measureLua } from './steps/lua-floor.js';
import { openNoopMeter } from './steps/noop-floor.js';
import { buyAtOnce, buyAtRate } from './steps/purchases.js';
import { measureSlowProvider } from './steps/slow-provider.js';
import { measureSoldOut } from './steps/sold-out.js';

/** Buyers at once in the steps that have one number of them. */
const BUYERS = 60;
/** Enough for every group to be full. */
const CROWD = 200;
/** Direct calls are compared where a ratio is wanted. */
const DIRECT_FROM = 60;
const MANY_EVENTS = 1_000;

/**
 * Runs the steps that were asked for. What is compared with each other is measured one after the other, so that a
 * machine that gets slower meanwhile slows both.
 *
 * @param say gets a line as each step ends
 * @param around is told as each step begins, and runs it
 */
export async function runSteps(
  office: Office,
  o: BenchOptions,
  results: Results,
  say: (line: string) => void,
  around: <T>(name: string, run: () => Promise<T>) => Promise<T>,
): Promise<void> {
  const times = { warmUpMs: o.warmUpMs, measureMs: o.measureMs };
  const wants = (step: Step): boolean => o.steps.has(step);
  async function step<T extends object>(name: string, run: () => Promise<T>): Promise<T> {
    const before = lookAtMachine();
    const result = await around(name, run);
    say(oneLine(name, result, othersShare(before, lookAtMachine())));
    return result;
  }

  await step('warm-up', () => buyAtOnce(office, { buyers: BUYERS, warmUpMs: 0, measureMs: o.quick ? 6_000 : 15_000 }));
  results.memory.start = memoryOf(office.processes);

  const noop = wants('noop') ? await openNoopMeter(office) : undefined;
  if (noop)
    await around('noop warm-up', () => noop.measure({ kind: 'sink', concurrency: 20, warmUpMs: 0, measureMs: 2_000 }));
  for (const buyers of o.buyers) {
    const loop = { ...times, concurrency: buyers };
    if (noop && o.floorBuyers.includes(buyers)) {
      results.floors.noop[at(buyers)] = await step(`noop ${buyers}`, () => noop.measure({ kind: 'sink', ...loop }));
    }
    if (wants('purchase')) {
      const result = await step(`purchase ${buyers}`, () => buyAtOnce(office, { ...times, buyers }));
      results.purchase[at(buyers)] = result;
      results.cpu[at(buyers)] = result.cpuMsPerPurchase;
    }
    if (wants('direct') && o.floorBuyers.includes(buyers) && buyers >= DIRECT_FROM) {
      results.floors.direct[at(buyers)] = await step(`direct ${buyers}`, () => measureDirect(office, loop));
    }
    if (noop && buyers === 1) {
      results.floors.noopLocalActivity = await step('noop 1, local activity', () =>
        noop.measure({ kind: 'local activity', ...loop }),
      );
    }
  }

  const floor = { ...times, concurrency: BUYERS };
  if (wants('lua')) results.floors.lua = await step('lua', () => measureLua(office, floor));
  if (wants('hono'))
    results.floors.hono = await step('hono', () => measureConstant(office, { kind: 'hono', ...floor }));

  const needsCapacity = wants('openLoop') || wants('soldOut');
  const capacity = needsCapacity ? await capacityFor(office, o, results, step) : 0;
  if (wants('openLoop')) {
    const atShare = async (name: string, share: number): Promise<AtRate> => {
      const arrivalsPerSecond = capacity * share;
      const pace = { perSecond: arrivalsPerSecond, warmUpMs: o.warmUpMs, measureMs: o.openLoopMs };
      return { arrivalsPerSecond, ...(await step(name, () => buyAtRate(office, pace))) };
    };
    const half = await atShare('open loop, half', 0.5);
    const nineTenths = await atShare('open loop, nine tenths', 0.9);
    results.openLoop = { capacityPerSecond: capacity, half, nineTenths };
  }
  if (wants('slowProvider')) {
    results.slowProvider = await step('slow provider', () => measureSlowProvider(office, { ...times, buyers: BUYERS }));
  }
  if (wants('middleware')) {
    results.floors.middleware = await step('middleware', () =>
      measureConstant(office, { kind: 'middleware', ...floor }),
    );
  }
  if (wants('soldOut')) {
    const beside = { warmUpMs: o.warmUpMs, measureMs: o.openLoopMs };
    const sale = { crowd: BUYERS, crowdBeside: BUYERS, purchasesPerSecond: capacity / 2, alone: times, beside };
    results.soldOut = await step('sold out', () => measureSoldOut(office, sale));
  }
  if (wants('growth')) {
    const growth = { purchases: o.growthPurchases, buyers: CROWD, limitMs: o.growthLimitMs };
    const oneEvent = await step('growth, one event', () => measureGrowth(office, { ...growth, events: 1 }));
    const thousandEvents = await step('growth, 1,000 events', () =>
      measureGrowth(office, { ...growth, events: MANY_EVENTS }),
    );
    results.growth = { oneEvent, thousandEvents };
  }
  results.memory.end = memoryOf(office.processes);
}

async function capacityFor(
  office: Office,
  o: BenchOptions,
  results: Results,
  step: <T extends object>(name: string, run: () => Promise<T>) => Promise<T>,
): Promise<number> {
  if (o.capacityPerSecond !== undefined) return o.capacityPerSecond;
  const found = capacityOf(results.purchase);
  if (found > 0) return found;
  const { warmUpMs, measureMs } = o;
  const result = await step('capacity', () => buyAtOnce(office, { buyers: CROWD, warmUpMs, measureMs }));
  return result.perSecond;
}
