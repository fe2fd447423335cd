import type { Measured } from '../load/recorder.js';
import type { Harness } from '../harness.js';
import { generateSale, measuredSale, purchaseLoad, largeEvent, type SaleFacts } from './measured-sale.js';

/** One load of purchases: what was measured, what else is known, and answers other than 201 if there were any. */
export interface PurchaseResult extends Measured, SaleFacts {
  readonly otherAnswers?: Readonly<Record<string, number>>;
  readonly oddAnswer?: string;
}

/** So many buyers at once, each of whom is replaced by the next when he has his answer. */
export function runClosedLoop(
  harness: Harness,
  o: { readonly buyers: number; readonly warmUpMs: number; readonly measureMs: number; readonly methods?: string[] },
): Promise<PurchaseResult> {
  return buy(harness, { kind: 'closed', ...o }, o.methods);
}

/** Buyers who come at a fixed rate. Latencies count from when each was due. */
export function runOpenLoop(
  harness: Harness,
  o: { readonly perSecond: number; readonly warmUpMs: number; readonly measureMs: number },
): Promise<PurchaseResult> {
  return buy(harness, { kind: 'open', ...o });
}

async function buy(
  harness: Harness,
  pace: Parameters<typeof purchaseLoad>[1]['pace'],
  methods?: readonly string[],
): Promise<PurchaseResult> {
  const eventIds = await largeEvent(harness);
  const load = purchaseLoad(harness, { eventIds, pace, ...(methods && { methods }) });
  const { result, facts } = await measuredSale(harness, eventIds, () => generateSale(harness, load));
  const { 201: _, ...others } = result.statuses;
  return {
    ...result.all,
    ...facts,
    ...(Object.keys(others).length > 0 && { otherAnswers: others }),
    ...(result.oddAnswer !== undefined && { oddAnswer: result.oddAnswer }),
  };
}
