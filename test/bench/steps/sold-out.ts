import { CountsWrong } from '../checking/sale.js';
import { countRecord } from '../checking/counts.js';
import type { LoadOutcome, Pace } from '../load/purchase-load.js';
import type { Measured } from '../load/recorder.js';
import { cpuOf, difference } from '../measuring/processes.js';
import type { Office } from '../office.js';
import { RETURNING_BUYERS } from './constant-floors.js';
import { generateSale, measuredSale, purchaseLoad } from './measured-sale.js';
import { buyAtRate, type PurchaseResult } from './purchases.js';

const TICKETS = 100;
const TIMEOUT_MS = 300_000;
/** The crowd's loop outlasts the sale beside it by this. */
const MARGIN_MS = 1_000;

interface Times {
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface SoldOut extends Measured {
  readonly gatewayCpuMsPerAnswer: number;
  /** Real purchases of another event at half the capacity: alone, and while the crowd asks for the sold-out one. */
  readonly beside: {
    readonly purchasesPerSecond: number;
    readonly alone: PurchaseResult;
    readonly withCrowd: PurchaseResult;
    readonly crowd: Measured;
  };
}

/**
 * "Sold out" to a crowd that keeps trying, each time with a new key; then the same beside real purchases.
 *
 * @param o.crowd how many ask at once when nothing else goes on
 * @param o.crowdBeside how many ask beside real purchases
 * @param o.purchasesPerSecond of the sale beside
 */
export async function measureSoldOut(
  office: Office,
  o: {
    readonly crowd: number;
    readonly crowdBeside: number;
    readonly purchasesPerSecond: number;
    readonly alone: Times;
    readonly beside: Times;
  },
): Promise<SoldOut> {
  const eventIds = await office.createEvents(1, TICKETS);
  const pace: Pace = { kind: 'counted', buyers: 10, total: TICKETS, markEvery: TICKETS, limitMs: TIMEOUT_MS };
  await measuredSale(office, eventIds, () => generateSale(office, purchaseLoad(office, { eventIds, pace })));

  const cpuBefore = cpuOf(office.processes);
  const crowd = await askInVain(office, eventIds, o.crowd, o.alone);
  const gatewayCpuMs = difference(cpuOf(office.processes), cpuBefore)['gateway'] ?? 0;

  const sale = { perSecond: o.purchasesPerSecond, ...o.beside };
  const alone = await buyAtRate(office, sale);
  const longer = { ...o.beside, measureMs: o.beside.measureMs + MARGIN_MS };
  const [withCrowd, crowdBeside] = await Promise.all([
    buyAtRate(office, sale),
    askInVain(office, eventIds, o.crowdBeside, longer),
  ]);
  await nothingMoved(office, eventIds);
  return {
    ...crowd.all,
    gatewayCpuMsPerAnswer: gatewayCpuMs / (crowd.statuses['409'] ?? 1),
    beside: { purchasesPerSecond: o.purchasesPerSecond, alone, withCrowd, crowd: crowdBeside.all },
  };
}

async function askInVain(
  office: Office,
  eventIds: readonly string[],
  buyers: number,
  times: Times,
): Promise<LoadOutcome> {
  const load = purchaseLoad(office, { eventIds, pace: { kind: 'closed', buyers, ...times } });
  const asked = { ...load, returning: RETURNING_BUYERS, counts: 409 };
  const outcome = await office.secondGenerator.run(asked, { timeoutMs: TIMEOUT_MS });
  if (Object.keys(outcome.statuses).some((status) => status !== '409')) {
    throw new CountsWrong([
      `answers about a sold-out event: ${JSON.stringify(outcome.statuses)} ${outcome.oddAnswer ?? ''}`,
    ]);
  }
  return outcome;
}

/** No workflow was started for anybody who came too late. */
async function nothingMoved(office: Office, eventIds: readonly string[]): Promise<void> {
  const { confirmed, open, otherwiseEnded } = await countRecord(office.pool, eventIds);
  if (confirmed !== TICKETS || open + otherwiseEnded > 0) {
    throw new CountsWrong([
      `the sold-out event has ${confirmed} confirmed, ${open} open and ${otherwiseEnded} refused purchases`,
    ]);
  }
}
