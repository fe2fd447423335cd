import type { Measured } from '../load/recorder.js';
import type { BenchHarness } from '../bench-harness.js';
import { generateSale, measuredSale, purchaseLoad, largeEvent, type SaleDetails } from './measured-sale.js';

/** The result of one load of purchases, with answers other than 201 if there were any. */
export interface PurchaseResult extends Measured, SaleDetails {
  readonly otherAnswers?: Readonly<Record<string, number>>;
  readonly oddAnswer?: string;
}

/** A closed loop: each of the concurrent buyers is replaced by the next one after an answer. */
export function runClosedLoop(
  harness: BenchHarness,
  o: { readonly buyers: number; readonly warmUpMs: number; readonly measureMs: number; readonly methods?: string[] },
): Promise<PurchaseResult> {
  return buy(harness, { kind: 'closed', ...o }, o.methods);
}

/** An open loop: requests at a fixed rate. Latencies count from when each request was due. */
export function runOpenLoop(
  harness: BenchHarness,
  o: { readonly perSecond: number; readonly warmUpMs: number; readonly measureMs: number },
): Promise<PurchaseResult> {
  return buy(harness, { kind: 'open', ...o });
}

async function buy(
  harness: BenchHarness,
  profile: Parameters<typeof purchaseLoad>[1]['profile'],
  methods?: readonly string[],
): Promise<PurchaseResult> {
  const eventIds = await largeEvent(harness);
  const load = purchaseLoad(harness, { eventIds, profile, ...(methods && { methods }) });
  const { result, details } = await measuredSale(harness, eventIds, () => generateSale(harness, load));
  const { 201: _, ...others } = result.statuses;
  return {
    ...result.all,
    ...details,
    ...(Object.keys(others).length > 0 && { otherAnswers: others }),
    ...(result.oddAnswer !== undefined && { oddAnswer: result.oddAnswer }),
  };
}
