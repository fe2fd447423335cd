import type { Measured } from '../load/recorder.js';
import type { Office } from '../office.js';
import { generateSale, measuredSale, purchaseLoad, roomyEvent, type SaleFacts } from './measured-sale.js';

/** One load of purchases: what was measured, what else is known, and answers other than 201 if there were any. */
export interface PurchaseResult extends Measured, SaleFacts {
  readonly otherAnswers?: Readonly<Record<string, number>>;
  readonly oddAnswer?: string;
}

/** So many buyers at once, each of whom is replaced by the next when he has his answer. */
export function buyAtOnce(
  office: Office,
  o: { readonly buyers: number; readonly warmUpMs: number; readonly measureMs: number; readonly methods?: string[] },
): Promise<PurchaseResult> {
  return buy(office, { kind: 'closed', ...o }, o.methods);
}

/** Buyers who come at a fixed rate. Latencies count from when each was due. */
export function buyAtRate(
  office: Office,
  o: { readonly perSecond: number; readonly warmUpMs: number; readonly measureMs: number },
): Promise<PurchaseResult> {
  return buy(office, { kind: 'open', ...o });
}

async function buy(
  office: Office,
  pace: Parameters<typeof purchaseLoad>[1]['pace'],
  methods?: readonly string[],
): Promise<PurchaseResult> {
  const eventIds = await roomyEvent(office);
  const load = purchaseLoad(office, { eventIds, pace, ...(methods && { methods }) });
  const { result, facts } = await measuredSale(office, eventIds, () => generateSale(office, load));
  const { 201: _, ...others } = result.statuses;
  return {
    ...result.all,
    ...facts,
    ...(Object.keys(others).length > 0 && { otherAnswers: others }),
    ...(result.oddAnswer !== undefined && { oddAnswer: result.oddAnswer }),
  };
}
