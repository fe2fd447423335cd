import type { DirectJob, DirectResult } from '../floors/jobs.js';
import type { Measured } from '../load/recorder.js';
import type { Office } from '../office.js';
import type { Helper } from '../processes/helper.js';
import { measuredSale, roomyEvent, type SaleFacts } from './measured-sale.js';

const TIMEOUT_MS = 180_000;
/** What fits one group of the gateway's: 1.8 KB of purchase ids in one search attribute. */
const MOST_PER_GROUP = 46;

/** The steps of the purchase called directly, with each purchase for itself and with purchases gathered in lists. */
export interface DirectFloor {
  readonly single: Measured & SaleFacts;
  readonly gathered: Measured & SaleFacts;
}

export async function measureDirect(
  office: Office,
  o: { readonly concurrency: number; readonly warmUpMs: number; readonly measureMs: number },
): Promise<DirectFloor> {
  const caller = office.startHelper<DirectJob, DirectResult>('direct-caller');
  try {
    return {
      single: await sell(office, caller, { ...o, mostPerCall: 1 }),
      gathered: await sell(office, caller, { ...o, mostPerCall: MOST_PER_GROUP }),
    };
  } finally {
    await caller.stop();
  }
}

async function sell(
  office: Office,
  caller: Helper<DirectJob, DirectResult>,
  o: Pick<DirectJob, 'concurrency' | 'warmUpMs' | 'measureMs' | 'mostPerCall'>,
): Promise<Measured & SaleFacts> {
  const eventIds = await roomyEvent(office);
  const [eventId = ''] = eventIds;
  const { databaseUrl, redisUrl, amqpUrl, paymentUrl } = office.bench.stack.addresses;
  const job: DirectJob = { databaseUrl, redisUrl, amqpUrl, paymentUrl, eventId, ...o };
  const processes = { ...office.processes, directCaller: [caller.pid] };
  const sale = () => caller.run(job, { timeoutMs: TIMEOUT_MS });
  const { result, facts } = await measuredSale(office, eventIds, sale, processes);
  return { ...result.measured, ...facts };
}
