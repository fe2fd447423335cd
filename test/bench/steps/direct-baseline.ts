import type { DirectJob, DirectResult } from '../baselines/jobs.js';
import type { Measured } from '../load/recorder.js';
import type { Harness } from '../harness.js';
import type { Helper } from '../processes/helper.js';
import { measuredSale, largeEvent, type SaleFacts } from './measured-sale.js';

const TIMEOUT_MS = 180_000;
/** What fits one group of the gateway's: 1.8 KB of purchase ids in one search attribute. */
const MAX_PER_GROUP = 46;

/** The steps of the purchase called directly, with each purchase for itself and with purchases batched in lists. */
export interface DirectBaseline {
  readonly single: Measured & SaleFacts;
  readonly batched: Measured & SaleFacts;
}

export async function measureDirect(
  harness: Harness,
  o: { readonly concurrency: number; readonly warmUpMs: number; readonly measureMs: number },
): Promise<DirectBaseline> {
  const caller = harness.startHelper<DirectJob, DirectResult>('direct-caller');
  try {
    return {
      single: await sell(harness, caller, { ...o, maxPerCall: 1 }),
      batched: await sell(harness, caller, { ...o, maxPerCall: MAX_PER_GROUP }),
    };
  } finally {
    await caller.stop();
  }
}

async function sell(
  harness: Harness,
  caller: Helper<DirectJob, DirectResult>,
  o: Pick<DirectJob, 'concurrency' | 'warmUpMs' | 'measureMs' | 'maxPerCall'>,
): Promise<Measured & SaleFacts> {
  const eventIds = await largeEvent(harness);
  const [eventId = ''] = eventIds;
  const { databaseUrl, redisUrl, amqpUrl, paymentUrl } = harness.bench.stack.addresses;
  const job: DirectJob = { databaseUrl, redisUrl, amqpUrl, paymentUrl, eventId, ...o };
  const processes = { ...harness.processes, directCaller: [caller.pid] };
  const sale = () => caller.run(job, { timeoutMs: TIMEOUT_MS });
  const { result, facts } = await measuredSale(harness, eventIds, sale, processes);
  return { ...result.measured, ...facts };
}
