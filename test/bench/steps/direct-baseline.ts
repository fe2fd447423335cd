import type { DirectJob, DirectResult } from '../baselines/jobs.js';
import type { Measured } from '../load/recorder.js';
import type { BenchHarness } from '../bench-harness.js';
import type { Helper } from '../processes/helper.js';
import { measuredSale, largeEvent, type SaleDetails } from './measured-sale.js';

const TIMEOUT_MS = 180_000;
/** The size of the gateway's full batches: 1.8 KB of purchase ids in one search attribute. */
const MAX_PER_BATCH = 46;

/** The steps of the purchase called directly, with one purchase per call and with batches. */
export interface DirectBaseline {
  readonly single: Measured & SaleDetails;
  readonly batched: Measured & SaleDetails;
}

export async function measureDirect(
  harness: BenchHarness,
  o: { readonly concurrency: number; readonly warmUpMs: number; readonly measureMs: number },
): Promise<DirectBaseline> {
  const caller = harness.startHelper<DirectJob, DirectResult>('direct-caller');
  try {
    return {
      single: await sell(harness, caller, { ...o, maxPerCall: 1 }),
      batched: await sell(harness, caller, { ...o, maxPerCall: MAX_PER_BATCH }),
    };
  } finally {
    await caller.stop();
  }
}

async function sell(
  harness: BenchHarness,
  caller: Helper<DirectJob, DirectResult>,
  o: Pick<DirectJob, 'concurrency' | 'warmUpMs' | 'measureMs' | 'maxPerCall'>,
): Promise<Measured & SaleDetails> {
  const eventIds = await largeEvent(harness);
  const [eventId = ''] = eventIds;
  const { databaseUrl, redisUrl, amqpUrl, paymentUrl } = harness.bench.stack.addresses;
  const job: DirectJob = { databaseUrl, redisUrl, amqpUrl, paymentUrl, eventId, ...o };
  const processes = { ...harness.processes, directCaller: [caller.pid] };
  const sale = () => caller.run(job, { timeoutMs: TIMEOUT_MS });
  const { result, details } = await measuredSale(harness, eventIds, sale, processes);
  return { ...result.measured, ...details };
}
