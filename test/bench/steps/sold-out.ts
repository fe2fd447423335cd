import { CountsWrong } from '../checking/sale.js';
import { countRecord } from '../checking/counts.js';
import type { LoadOutcome, Pace } from '../load/purchase-load.js';
import type { Measured } from '../load/recorder.js';
import { cpuOf, difference } from '../measuring/processes.js';
import type { Harness } from '../harness.js';
import { RETURNING_BUYERS } from './constant-baselines.js';
import { generateSale, measuredSale, purchaseLoad } from './measured-sale.js';
import { runOpenLoop, type PurchaseResult } from './purchases.js';

const TICKETS = 100;
const TIMEOUT_MS = 300_000;
/** The sold-out load outlasts the sale beside it by this. */
const MARGIN_MS = 1_000;

interface Times {
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface SoldOut extends Measured {
  readonly gatewayCpuMsPerAnswer: number;
  /** Real purchases of another event at half the capacity: alone, and beside requests for the sold-out one. */
  readonly beside: {
    readonly purchasesPerSecond: number;
    readonly alone: PurchaseResult;
    readonly withSoldOutLoad: PurchaseResult;
    readonly soldOutLoad: Measured;
  };
}

/**
 * "Sold out" to buyers who keep trying, each time with a new key; then the same beside real purchases.
 *
 * @param o.soldOutBuyers concurrent requests when nothing else runs
 * @param o.soldOutBuyersBeside concurrent requests beside real purchases
 * @param o.purchasesPerSecond of the sale beside
 */
export async function measureSoldOut(
  harness: Harness,
  o: {
    readonly soldOutBuyers: number;
    readonly soldOutBuyersBeside: number;
    readonly purchasesPerSecond: number;
    readonly alone: Times;
    readonly beside: Times;
  },
): Promise<SoldOut> {
  const eventIds = await harness.createEvents(1, TICKETS);
  const pace: Pace = { kind: 'counted', buyers: 10, total: TICKETS, markEvery: TICKETS, limitMs: TIMEOUT_MS };
  await measuredSale(harness, eventIds, () => generateSale(harness, purchaseLoad(harness, { eventIds, pace })));

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
  harness: Harness,
  eventIds: readonly string[],
  buyers: number,
  times: Times,
): Promise<LoadOutcome> {
  const load = purchaseLoad(harness, { eventIds, pace: { kind: 'closed', buyers, ...times } });
  const asked = { ...load, returning: RETURNING_BUYERS, counts: 409 };
  const outcome = await harness.secondGenerator.run(asked, { timeoutMs: TIMEOUT_MS });
  if (Object.keys(outcome.statuses).some((status) => status !== '409')) {
    throw new CountsWrong([
      `answers about a sold-out event: ${JSON.stringify(outcome.statuses)} ${outcome.oddAnswer ?? ''}`,
    ]);
  }
  return outcome;
}

/** No workflow was started for a request that came too late. */
async function checkNothingSold(harness: Harness, eventIds: readonly string[]): Promise<void> {
  const { confirmed, open, otherwiseEnded } = await countRecord(harness.pool, eventIds);
  if (confirmed !== TICKETS || open + otherwiseEnded > 0) {
    throw new CountsWrong([
      `the sold-out event has ${confirmed} confirmed, ${open} open and ${otherwiseEnded} refused purchases`,
    ]);
  }
}
