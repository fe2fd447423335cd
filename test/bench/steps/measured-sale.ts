import { checkSale, CountsWrong } from '../checking/sale.js';
import { readBooks } from '../checking/counts.js';
import type { LoadOutcome, Pace, PurchaseLoad } from '../load/purchase-load.js';
import type { Told } from '../load/told.js';
import { readLag, readLagBuckets, type Lag } from '../measuring/lag.js';
import { cpuOf, difference, type Processes } from '../measuring/processes.js';
import type { Office } from '../office.js';

/** Longer than any step may take: its time, the wait for its last answers, and a slow machine. */
const STEP_TIMEOUT_MS = 600_000;

/** CPU time in ms per purchase, by process, over everything until the stores were at rest. */
type CpuPerPurchase = Readonly<Record<string, number>>;

/** What is known of a sale beside the latencies. */
export interface SaleFacts {
  readonly confirmed: number;
  readonly cpuMsPerPurchase: CpuPerPurchase;
  /** From the last answer until the stores were at rest. */
  readonly restAfterMs: number;
  readonly auditLag: Lag;
}

/**
 * Has tickets sold, waits for rest and checks every count in every store.
 *
 * @param processes whose CPU time is told; the office's by default
 * @throws CountsWrong
 */
export async function measuredSale<T extends { readonly told: Told; readonly undecided?: readonly string[] }>(
  office: Office,
  eventIds: readonly string[],
  sell: () => Promise<T>,
  processes: Processes = office.processes,
): Promise<{ readonly result: T; readonly facts: SaleFacts }> {
  const { paymentUrl } = office.bench.stack.addresses;
  const consumerUrls = office.bench.services.auditConsumer.map((consumer) => consumer.url);
  const booksBefore = await readBooks(paymentUrl);
  const lagBefore = await readLagBuckets(consumerUrls);
  const cpuBefore = cpuOf(processes);
  const result = await sell();
  const { told, undecided = [] } = result;
  const checked = await checkSale({ ...office, paymentUrl }, { eventIds, told, undecided, booksBefore });
  const cpuMs = difference(cpuOf(processes), cpuBefore);
  const { confirmed, restAfterMs } = checked;
  const cpuMsPerPurchase = Object.fromEntries(
    Object.entries(cpuMs).map(([name, ms]) => [name, ms / Math.max(1, confirmed)]),
  );
  const auditLag = await readLag(office.pool, eventIds, consumerUrls, lagBefore);
  return { result, facts: { confirmed, cpuMsPerPurchase, restAfterMs, auditLag } };
}

/** Purchases through the gateways with the payment provider answering at once, unless told otherwise. */
export function purchaseLoad(
  office: Office,
  o: { readonly eventIds: readonly string[]; readonly pace: Pace; readonly methods?: readonly string[] },
): PurchaseLoad {
  return {
    urls: office.gatewayUrls,
    jwtSecret: office.jwtSecret,
    eventIds: o.eventIds,
    methods: o.methods ?? ['pm_approve'],
    pace: o.pace,
    counts: 201,
  };
}

export function generate(office: Office, load: PurchaseLoad, onNews?: (news: unknown) => void): Promise<LoadOutcome> {
  return office.generator.run(load, { timeoutMs: STEP_TIMEOUT_MS, ...(onNews && { onNews }) });
}

/** @throws CountsWrong when a buyer was left without any answer, or nobody could buy anything */
export async function generateSale(
  office: Office,
  load: PurchaseLoad,
  onNews?: (news: unknown) => void,
): Promise<LoadOutcome> {
  const outcome = await generate(office, load, onNews);
  const { error: unanswered = 0, 201: sold = 0 } = outcome.statuses;
  if (unanswered > 0) throw new CountsWrong([`${unanswered} requests were never answered`]);
  if (sold === 0)
    throw new CountsWrong([`nothing was sold: ${JSON.stringify(outcome.statuses)} ${outcome.oddAnswer ?? ''}`]);
  return outcome;
}

/** One event with more tickets than any step can sell. */
export async function roomyEvent(office: Office): Promise<string[]> {
  return office.createEvents(1, 1_000_000);
}
