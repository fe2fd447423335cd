import { CountsWrong } from '../checking/sale.js';
import { countRecord } from '../checking/counts.js';
import type { LoadOutcome, LoadProfile } from '../load/purchase-load.js';
import type { Measured } from '../load/recorder.js';
import { cpuOf, difference } from '../measuring/processes.js';
import type { BenchHarness } from '../bench-harness.js';
import { RETURNING_BUYERS } from './constant-baselines.js';
import { generateSale, measuredSale, purchaseLoad } from './measured-sale.js';
import { runOpenLoop, type PurchaseResult } from './purchases.js';

const TICKETS = 100;
const TIMEOUT_MS = 300_000;
/** The sold-out load lasts longer than the concurrent sale by this time. */
const MARGIN_MS = 1_000;

interface Times {
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface SoldOut extends Measured {
  readonly gatewayCpuMsPerAnswer: number;
  /** Purchases of another event at half the capacity: alone, and during requests for the sold-out event. */
  readonly beside: {
    readonly purchasesPerSecond: number;
    readonly alone: PurchaseResult;
    readonly withSoldOutLoad: PurchaseResult;
    readonly soldOutLoad: Measured;
  };
}

/**
 * Measures "sold out" answers to buyers who retry with new keys, first alone and then during purchases of another
 * event.
 *
 * @param o.soldOutBuyers concurrent requests when nothing else runs
 * @param o.soldOutBuyersBeside concurrent requests during the purchases
 * @param o.purchasesPerSecond rate of the purchases
 */
export async function measureSoldOut(
  harness: BenchHarness,
  o: {
    readonly soldOutBuyers: number;
    readonly soldOutBuyersBeside: number;
    readonly purchasesPerSecond: number;
    readonly alone: Times;
    readonly beside: Times;
  },
): Promise<SoldOut> {
  const eventIds = await harness.createEvents(1, TICKETS);
  const profile: LoadProfile = { kind: 'counted', buyers: 10, total: TICKETS, markEvery: TICKETS, limitMs: TIMEOUT_MS };
  await measuredSale(harness, eventIds, () => generateSale(harness, purchaseLoad(harness, { eventIds, profile })));

  const cpuBefore = cpuOf(harness.processes);
  const soldOut = await requestSoldOut(harness, eventIds, o.soldOutBuyers, o.alone);
  const gatewayCpuMs = difference(cpuOf(harness.processes), cpuBefore)['gateway'] ?? 0;

  const sale = { perSecond: o.purchasesPerSecond, ...o.beside };
  const alone = await runOpenLoop(harness, sale);
  const longer = { ...o.beside, measureMs: o.beside.measureMs + MARGIN_MS };
  const [withSoldOutLoad, soldOutBeside] = await Promise.all([
    runOpenLoop(harness, sale),
    requestSoldOut(harness, eventIds, o.soldOutBuyersBeside, longer),
  ]);
  await checkNothingSold(harness, eventIds);
  return {
    ...soldOut.all,
    gatewayCpuMsPerAnswer: gatewayCpuMs / (soldOut.statuses['409'] ?? 1),
    beside: { purchasesPerSecond: o.purchasesPerSecond, alone, withSoldOutLoad, soldOutLoad: soldOutBeside.all },
  };
}

async function requestSoldOut(
  harness: BenchHarness,
  eventIds: readonly string[],
  buyers: number,
  times: Times,
): Promise<LoadOutcome> {
  const load = purchaseLoad(harness, { eventIds, profile: { kind: 'closed', buyers, ...times } });
  const soldOutLoad = { ...load, returning: RETURNING_BUYERS, counts: 409 };
  const outcome = await harness.secondGenerator.run(soldOutLoad, { timeoutMs: TIMEOUT_MS });
  if (Object.keys(outcome.statuses).some((status) => status !== '409')) {
    throw new CountsWrong([
      `answers about a sold-out event: ${JSON.stringify(outcome.statuses)} ${outcome.oddAnswer ?? ''}`,
    ]);
  }
  return outcome;
}

/** Checks that no workflow was started for a request after the event was sold out. */
async function checkNothingSold(harness: BenchHarness, eventIds: readonly string[]): Promise<void> {
  const { confirmed, open, otherwiseEnded } = await countRecord(harness.pool, eventIds);
  if (confirmed !== TICKETS || open + otherwiseEnded > 0) {
    throw new CountsWrong([
      `the sold-out event has ${confirmed} confirmed, ${open} open and ${otherwiseEnded} refused purchases`,
    ]);
  }
}
