import { checkSale, CountsWrong } from '../checking/sale.js';
import { readStatement } from '../checking/counts.js';
import type { LoadOutcome, LoadProfile, PurchaseLoad } from '../load/purchase-load.js';
import type { PurchaseTally } from '../load/purchase-tally.js';
import { readLag, readLagBuckets, type Lag } from '../measuring/lag.js';
import { cpuOf, difference, type Processes } from '../measuring/processes.js';
import type { BenchHarness } from '../bench-harness.js';

/** Longer than any step takes, with the wait for the last answers on a slow machine. */
const STEP_TIMEOUT_MS = 600_000;

/** CPU time in ms per purchase, by process, until the stores were quiescent. */
type CpuPerPurchase = Readonly<Record<string, number>>;

/** The figures of a sale other than latencies. */
export interface SaleDetails {
  readonly confirmed: number;
  readonly cpuMsPerPurchase: CpuPerPurchase;
  /** From the last answer until the stores were quiescent. */
  readonly quiescentAfterMs: number;
  readonly auditLag: Lag;
}

/**
 * Sells tickets, waits until the stores are quiescent, and checks every count in every store.
 *
 * @param processes whose CPU time is reported; those of the harness by default
 * @throws CountsWrong
 */
export async function measuredSale<T extends { readonly tally: PurchaseTally; readonly undecided?: readonly string[] }>(
  harness: BenchHarness,
  eventIds: readonly string[],
  sell: () => Promise<T>,
  processes: Processes = harness.processes,
): Promise<{ readonly result: T; readonly details: SaleDetails }> {
  const { paymentUrl } = harness.bench.stack.addresses;
  const consumerUrls = harness.bench.services.auditConsumer.map((consumer) => consumer.url);
  const statementBefore = await readStatement(paymentUrl);
  const lagBefore = await readLagBuckets(consumerUrls);
  const cpuBefore = cpuOf(processes);
  const result = await sell();
  const { tally, undecided = [] } = result;
  const checked = await checkSale({ ...harness, paymentUrl }, { eventIds, tally, undecided, statementBefore });
  const cpuMs = difference(cpuOf(processes), cpuBefore);
  const { confirmed, quiescentAfterMs } = checked;
  const cpuMsPerPurchase = Object.fromEntries(
    Object.entries(cpuMs).map(([name, ms]) => [name, ms / Math.max(1, confirmed)]),
  );
  const auditLag = await readLag(harness.pool, eventIds, consumerUrls, lagBefore);
  return { result, details: { confirmed, cpuMsPerPurchase, quiescentAfterMs, auditLag } };
}

/** A load of purchases. By default every payment is approved at once. */
export function purchaseLoad(
  harness: BenchHarness,
  o: { readonly eventIds: readonly string[]; readonly profile: LoadProfile; readonly methods?: readonly string[] },
): PurchaseLoad {
  return {
    urls: harness.gatewayUrls,
    jwtSecret: harness.jwtSecret,
    eventIds: o.eventIds,
    methods: o.methods ?? ['pm_approve'],
    profile: o.profile,
    counts: 201,
  };
}

export function generate(
  harness: BenchHarness,
  load: PurchaseLoad,
  onProgress?: (progress: unknown) => void,
): Promise<LoadOutcome> {
  return harness.generator.run(load, { timeoutMs: STEP_TIMEOUT_MS, ...(onProgress && { onProgress }) });
}

/** @throws CountsWrong if a request had no answer or nothing was sold */
export async function generateSale(
  harness: BenchHarness,
  load: PurchaseLoad,
  onProgress?: (progress: unknown) => void,
): Promise<LoadOutcome> {
  const outcome = await generate(harness, load, onProgress);
  const { error: unanswered = 0, 201: sold = 0 } = outcome.statuses;
  if (unanswered > 0) throw new CountsWrong([`${unanswered} requests were never answered`]);
  if (sold === 0)
    throw new CountsWrong([`nothing was sold: ${JSON.stringify(outcome.statuses)} ${outcome.oddAnswer ?? ''}`]);
  return outcome;
}

/** One event with more tickets than any step can sell. */
export async function largeEvent(harness: BenchHarness): Promise<string[]> {
  return harness.createEvents(1, 1_000_000);
}
