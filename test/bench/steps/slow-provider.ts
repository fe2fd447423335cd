import type { Measured } from '../load/recorder.js';
import type { Harness } from '../harness.js';
import { generateSale, measuredSale, purchaseLoad, largeEvent, type SaleFacts } from './measured-sale.js';
import { runClosedLoop, type PurchaseResult } from './purchases.js';

const DELAY_MS = 200;
/** Authorise, then capture. */
const CALLS_IN_SEQUENCE = 2;
const SLOW = `pm_slow_${DELAY_MS}+slow_capture_${DELAY_MS}`;
/** One of ten payments takes far longer than the others; purchases that share its batch must not wait for it. */
const MUCH_SLOWER = 'pm_slow_2000';
const QUICK = 'pm_approve';

export interface SlowProvider extends PurchaseResult {
  readonly delayMs: number;
  readonly callsInSequence: number;
  /** One buyer in ten whose provider takes two seconds, among others whose provider answers at once. */
  readonly mixed: { readonly quick: Measured; readonly slow: Measured } & SaleFacts;
}

export async function measureSlowProvider(
  harness: Harness,
  o: { readonly buyers: number; readonly warmUpMs: number; readonly measureMs: number },
): Promise<SlowProvider> {
  const evenly = await runClosedLoop(harness, { ...o, methods: [SLOW] });
  const eventIds = await largeEvent(harness);
  const methods = [MUCH_SLOWER, ...Array.from({ length: 9 }, () => QUICK)];
  const load = purchaseLoad(harness, { eventIds, pace: { kind: 'closed', ...o }, methods });
  const { result, facts } = await measuredSale(harness, eventIds, () => generateSale(harness, load));
  const { [QUICK]: quick = result.all, [MUCH_SLOWER]: slow = result.all } = result.byKind;
  return { ...evenly, delayMs: DELAY_MS, callsInSequence: CALLS_IN_SEQUENCE, mixed: { quick, slow, ...facts } };
}
