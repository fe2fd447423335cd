import type { BenchOptions } from './options.js';
import { readMachine, othersShare } from './measuring/machine.js';
import { memoryOf } from './measuring/processes.js';
import type { BenchHarness } from './bench-harness.js';
import { oneLine } from './reporting/lines.js';
import { at, capacityOf, type AtRate, type Results } from './results.js';
import { measureConstant } from './steps/constant-baselines.js';
import { measureDirect } from './steps/direct-baseline.js';
import { measureDoors } from './steps/doors.js';
import { measureGrowth } from './steps/growth.js';
import { measureLua } from './steps/lua-baseline.js';
import { openNoopMeter } from './steps/noop-baseline.js';
import { measurePages } from './steps/pages.js';
import { runClosedLoop, runOpenLoop } from './steps/purchases.js';
import { measureSlowProvider } from './steps/slow-provider.js';
import { measureSoldOut } from './steps/sold-out.js';

/** Concurrent buyers in the steps that use one number of them. */
const BUYERS = 60;
/** Enough to fill every batch. */
const SATURATING_BUYERS = 200;
/** Direct calls are measured only where a ratio needs them. */
const DIRECT_FROM = 60;
const MANY_EVENTS = 1_000;
/** Visits of one event's page, and scans at the doors. */
const PAGES_PER_SECOND = 200;
const SCANS_PER_SECOND = 50;
/** The open capacity: the rate rises from this share of the closed loops' by this factor until p99 is above a second. */
const OPEN_CAPACITY = { fromShare: 0.6, factor: 1.1, maxSteps: 8, maxP99Ms: 1_000 } as const;

/** What every step of a run uses. */
interface BenchRun {
  readonly harness: BenchHarness;
  readonly options: BenchOptions;
  readonly results: Results;
  /** Runs one step and logs its figures. */
  step<T extends object>(name: string, measure: () => Promise<T>): Promise<T>;
  /** Runs something with a profile, if profiles were requested. */
  profiled<T>(name: string, run: () => Promise<T>): Promise<T>;
}

/**
 * Runs the requested steps. Figures that are compared with each other are measured one after the other, so that a
 * machine that slows down affects both.
 *
 * @param log receives one line at the end of each step
 * @param profiled runs a step with a profile, if profiles were requested
 */
export async function runSteps(
  harness: BenchHarness,
  options: BenchOptions,
  results: Results,
  log: (line: string) => void,
  profiled: BenchRun['profiled'],
): Promise<void> {
  async function step<T extends object>(name: string, measure: () => Promise<T>): Promise<T> {
    const before = readMachine();
    const result = await profiled(name, measure);
    log(oneLine(name, result, othersShare(before, readMachine())));
    return result;
  }
  const run: BenchRun = { harness, options, results, step, profiled };

  await step('warm-up', () =>
    runClosedLoop(harness, { buyers: BUYERS, warmUpMs: 0, measureMs: options.quick ? 6_000 : 15_000 }),
  );
  results.memory.start = memoryOf(harness.processes);
  await runClosedLoops(run);
  await runFastBaselines(run);
  await runCapacitySteps(run);
  await runPagesAndDoors(run);
  if (options.steps.has('growth')) await runGrowth(run);
  results.memory.end = memoryOf(harness.processes);
}

/** Purchases and their baselines, at each number of buyers. */
async function runClosedLoops({ harness, options: o, results, step, profiled }: BenchRun): Promise<void> {
  const times = { warmUpMs: o.warmUpMs, measureMs: o.measureMs };
  const noop = o.steps.has('noop') ? await openNoopMeter(harness) : undefined;
  if (noop) {
    const warmUp = { kind: 'sink', concurrency: 20, warmUpMs: 0, measureMs: 2_000 } as const;
    await profiled('noop warm-up', () => noop.measure(warmUp));
  }
  for (const buyers of o.buyers) {
    const loop = { ...times, concurrency: buyers };
    if (noop && o.baselineBuyers.includes(buyers)) {
      results.baselines.noop[at(buyers)] = await step(`noop ${buyers}`, () => noop.measure({ kind: 'sink', ...loop }));
    }
    if (o.steps.has('purchase')) {
      const result = await step(`purchase ${buyers}`, () => runClosedLoop(harness, { ...times, buyers }));
      results.purchase[at(buyers)] = result;
      results.cpu[at(buyers)] = result.cpuMsPerPurchase;
    }
    if (o.steps.has('direct') && o.baselineBuyers.includes(buyers) && buyers >= DIRECT_FROM) {
      results.baselines.direct[at(buyers)] = await step(`direct ${buyers}`, () => measureDirect(harness, loop));
    }
    if (noop && buyers === 1) {
      results.baselines.noopLocalActivity = await step('noop 1, local activity', () =>
        noop.measure({ kind: 'local_activity', ...loop }),
      );
    }
  }
}

/** Baselines without a workflow: the reservation script and a bare HTTP server. */
async function runFastBaselines({ harness, options: o, results, step }: BenchRun): Promise<void> {
  const baseline = { warmUpMs: o.warmUpMs, measureMs: o.measureMs, concurrency: BUYERS };
  if (o.steps.has('lua')) results.baselines.lua = await step('lua', () => measureLua(harness, baseline));
  if (o.steps.has('hono')) {
    results.baselines.hono = await step('hono', () => measureConstant(harness, { kind: 'hono', ...baseline }));
  }
}

/** Open loops, the slow provider, and the sold-out event. */
async function runCapacitySteps(run: BenchRun): Promise<void> {
  const { harness, options: o, results, step } = run;
  const times = { warmUpMs: o.warmUpMs, measureMs: o.measureMs };
  const openLoopTimes = { warmUpMs: o.warmUpMs, measureMs: o.openLoopMs };
  const needsCapacity = o.steps.has('openLoop') || o.steps.has('soldOut');
  const capacity = needsCapacity ? await findCapacity(run) : 0;
  if (o.steps.has('openLoop')) {
    const atRate = async (name: string, perSecond: number, measureMs: number): Promise<AtRate> => {
      const profile = { perSecond, warmUpMs: o.warmUpMs, measureMs };
      const result = await step(`open loop, ${name}`, () => runOpenLoop(harness, profile));
      return { arrivalsPerSecond: perSecond, ...result };
    };
    const half = await atRate('half', capacity * 0.5, o.openLoopMs);
    let openCapacity = capacity * 0.5;
    for (let i = 0; i < OPEN_CAPACITY.maxSteps; i++) {
      const rate = capacity * OPEN_CAPACITY.fromShare * OPEN_CAPACITY.factor ** i;
      const { p99Ms } = await atRate(`${Math.round(rate)}/s`, rate, o.measureMs);
      if (p99Ms > OPEN_CAPACITY.maxP99Ms) break;
      openCapacity = rate;
    }
    const nineTenths = await atRate('nine tenths', openCapacity * 0.9, o.openLoopMs);
    results.openLoop = { capacityPerSecond: capacity, openCapacityPerSecond: openCapacity, half, nineTenths };
  }
  if (o.steps.has('slowProvider')) {
    results.slowProvider = await step('slow provider', () =>
      measureSlowProvider(harness, { ...times, buyers: BUYERS }),
    );
  }
  if (o.steps.has('middleware')) {
    results.baselines.middleware = await step('middleware', () =>
      measureConstant(harness, { kind: 'middleware', ...times, concurrency: BUYERS }),
    );
  }
  if (o.steps.has('soldOut')) {
    const sale = {
      soldOutBuyers: BUYERS,
      soldOutBuyersBeside: BUYERS,
      purchasesPerSecond: capacity / 2,
      alone: times,
      beside: openLoopTimes,
    };
    results.soldOut = await step('sold out', () => measureSoldOut(harness, sale));
  }
}

async function runPagesAndDoors({ harness, options: o, results, step }: BenchRun): Promise<void> {
  const times = { warmUpMs: o.warmUpMs, measureMs: o.measureMs };
  if (o.steps.has('pages')) {
    const pages = { ...times, perSecond: PAGES_PER_SECOND, buyers: BUYERS };
    results.pages = await step('pages', () => measurePages(harness, pages));
  }
  if (o.steps.has('doors')) {
    results.doors = await step('doors', () => measureDoors(harness, { ...times, perSecond: SCANS_PER_SECOND }));
  }
}

async function runGrowth({ harness, options: o, results, step }: BenchRun): Promise<void> {
  const growth = { purchases: o.growthPurchases, buyers: SATURATING_BUYERS, limitMs: o.growthLimitMs };
  const oneEvent = await step('growth, one event', () => measureGrowth(harness, { ...growth, events: 1 }));
  const thousandEvents = await step('growth, 1,000 events', () =>
    measureGrowth(harness, { ...growth, events: MANY_EVENTS }),
  );
  results.growth = { oneEvent, thousandEvents };
}

/** Purchases per second for the open loops: as given, as measured in the closed loops, or measured now. */
async function findCapacity({ harness, options: o, results, step }: BenchRun): Promise<number> {
  if (o.capacityPerSecond !== undefined) return o.capacityPerSecond;
  const measured = capacityOf(results.purchase);
  if (measured > 0) return measured;
  const { warmUpMs, measureMs } = o;
  const result = await step('capacity', () =>
    runClosedLoop(harness, { buyers: SATURATING_BUYERS, warmUpMs, measureMs }),
  );
  return result.perSecond;
}
