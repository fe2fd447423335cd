import type { Measured } from '../load/recorder.js';
import type { BenchHarness } from '../bench-harness.js';
import { generateSale, measuredSale, purchaseLoad, largeEvent, type SaleDetails } from './measured-sale.js';
import { runClosedLoop, type PurchaseResult } from './purchases.js';

const DELAY_MS = 200;
/** Authorise, then capture. */
const CALLS_IN_SEQUENCE = 2;
const SLOW = `pm_slow_${DELAY_MS}+slow_capture_${DELAY_MS}`;
/** One payment in ten takes far longer; purchases in the same batch must not wait for it. */
const MUCH_SLOWER = 'pm_slow_2000';
const QUICK = 'pm_approve';

export interface SlowProvider extends PurchaseResult {
  readonly delayMs: number;
  readonly callsInSequence: number;
  /** One payment in ten takes two seconds, the others are approved at once. */
  readonly mixed: { readonly quick: Measured; readonly slow: Measured } & SaleDetails;
}

export async function measureSlowProvider(
  harness: BenchHarness,
  o: { readonly buyers: number; readonly warmUpMs: number; readonly measureMs: number },
): Promise<SlowProvider> {
  const evenly = await runClosedLoop(harness, { ...o, methods: [SLOW] });
  const eventIds = await largeEvent(harness);
  const methods = [MUCH_SLOWER, ...Array.from({ length: 9 }, () => QUICK)];
  const load = purchaseLoad(harness, { eventIds, profile: { kind: 'closed', ...o }, methods });
  const { result, details } = await measuredSale(harness, eventIds, () => generateSale(harness, load));
  const { [QUICK]: quick = result.all, [MUCH_SLOWER]: slow = result.all } = result.byKind;
  return { ...evenly, delayMs: DELAY_MS, callsInSequence: CALLS_IN_SEQUENCE, mixed: { quick, slow, ...details } };
}
