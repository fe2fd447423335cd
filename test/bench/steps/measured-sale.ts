import { checkSale, CountsWrong } from '../checking/sale.js';
import { readBooks } from '../checking/counts.js';
import type { LoadOutcome, Pace, PurchaseLoad } from '../load/purchase-load.js';
import type { PurchaseTally } from '../load/purchase-tally.js';
import { readLag, readLagBuckets, type Lag } from '../measuring/lag.js';
import { cpuOf, difference, type Processes } from '../measuring/processes.js';
import type { Harness } from '../harness.js';

/** Longer than any step may take: its time, the wait for its last answers, and a slow machine. */
const STEP_TIMEOUT_MS = 600_000;

/** CPU time in ms per purchase, by process, until the stores were quiescent. */
type CpuPerPurchase = Readonly<Record<string, number>>;

/** What is known of a sale beside the latencies. */
export interface SaleFacts {
  readonly confirmed: number;
  readonly cpuMsPerPurchase: CpuPerPurchase;
  /** From the last answer until the stores were quiescent. */
  readonly restAfterMs: number;
  readonly auditLag: Lag;
}

/**
 * Has tickets sold, waits for rest and checks every count in every store.
 *
 * @param processes whose CPU time is reported; the harness's by default
 * @throws CountsWrong
 */
export async function measuredSale<T extends { readonly tally: PurchaseTally; readonly undecided?: readonly string[] }>(
  harness: Harness,
  eventIds: readonly string[],
  sell: () => Promise<T>,
  processes: Processes = harness.processes,
): Promise<{ readonly result: T; readonly facts: SaleFacts }> {
  const { paymentUrl } = harness.bench.stack.addresses;
  const consumerUrls = harness.bench.services.auditConsumer.map((consumer) => consumer.url);
  const booksBefore = await readBooks(paymentUrl);
  const lagBefore = await readLagBuckets(consumerUrls);
  const cpuBefore = cpuOf(processes);
  const result = await sell();
  const { tally, undecided = [] } = result;
  const checked = await checkSale({ ...harness, paymentUrl }, { eventIds, tally, undecided, booksBefore });
  const cpuMs = difference(cpuOf(processes), cpuBefore);
  const { confirmed, restAfterMs } = checked;
  const cpuMsPerPurchase = Object.fromEntries(
    Object.entries(cpuMs).map(([name, ms]) => [name, ms / Math.max(1, confirmed)]),
  );
  const auditLag = await readLag(harness.pool, eventIds, consumerUrls, lagBefore);
  return { result, facts: { confirmed, cpuMsPerPurchase, restAfterMs, auditLag } };
}

/** Purchases through the gateways with the payment provider answering at once, unless `methods` says otherwise. */
export function purchaseLoad(
  harness: Harness,
  o: { readonly eventIds: readonly string[]; readonly pace: Pace; readonly methods?: readonly string[] },
): PurchaseLoad {
  return {
    urls: harness.gatewayUrls,
    jwtSecret: harness.jwtSecret,
    eventIds: o.eventIds,
    methods: o.methods ?? ['pm_approve'],
    pace: o.pace,
    counts: 201,
  };
}

export function generate(harness: Harness, load: PurchaseLoad, onNews?: (news: unknown) => void): Promise<LoadOutcome> {
  return harness.generator.run(load, { timeoutMs: STEP_TIMEOUT_MS, ...(onNews && { onNews }) });
}

/** @throws CountsWrong when a request had no answer, or nothing was sold */
export async function generateSale(
  harness: Harness,
  load: PurchaseLoad,
  onNews?: (news: unknown) => void,
): Promise<LoadOutcome> {
  const outcome = await generate(harness, load, onNews);
  const { error: unanswered = 0, 201: sold = 0 } = outcome.statuses;
  if (unanswered > 0) throw new CountsWrong([`${unanswered} requests were never answered`]);
  if (sold === 0)
    throw new CountsWrong([`nothing was sold: ${JSON.stringify(outcome.statuses)} ${outcome.oddAnswer ?? ''}`]);
  return outcome;
}

/** One event with more tickets than any step can sell. */
export async function largeEvent(harness: Harness): Promise<string[]> {
  return harness.createEvents(1, 1_000_000);
}
