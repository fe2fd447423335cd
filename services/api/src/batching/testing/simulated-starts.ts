import type { PurchaseOrder } from '@box-office/contract';
import { createLogger } from '@box-office/platform';
import { vi } from 'vitest';
import { createBatchStarter, type BatchLimits } from '../batch-starter.js';
import type { StartReply } from '../purchase-starter.js';

export const STARTED: StartReply = { kind: 'started', already: false };
export const START_MS = 5;
export const limits: BatchLimits = {
  maxInFlight: 1,
  idleStarts: 2,
  lingerStarts: 6,
  maxLingerMs: 100,
  maxInFlightMs: 500,
  maxSlow: 3,
  maxOpenPurchases: 200,
  maxQueued: 100,
  maxQueuedMs: 3_000,
};
export const IDLE_MS = limits.idleStarts * START_MS;
export const LINGER_MS = limits.lingerStarts * START_MS;

/** A starter whose workflows are accepted `START_MS` after they were sent, unless a test says otherwise. */
export function open(
  o: { limits?: Partial<BatchLimits>; reply?: (batch: readonly string[]) => Promise<StartReply> } = {},
) {
  const sent: string[][] = [];
  const accept = (): Promise<StartReply> => new Promise((resolve) => setTimeout(() => resolve(STARTED), START_MS));
  const starter = createBatchStarter({
    workflows: {
      start(batch) {
        const ids = batch.map(({ order }) => order.purchaseId);
        sent.push(ids);
        return (o.reply ?? accept)(ids);
      },
      maxReplyMs: 1_000,
      close: () => undefined,
    },
    limits: { ...limits, ...o.limits },
    logger: createLogger({ service: 'test', level: 'silent' }),
  });
  const ends = new Map<string, () => void>();
  const buy = (purchaseId: string, more: Partial<PurchaseOrder> = {}): Promise<StartReply> => {
    const order: PurchaseOrder = {
      purchaseId,
      fingerprint: 'f',
      userId: 'ann',
      eventId: '1',
      paymentMethod: 'pm',
      requestId: 'r',
      items: [{ ticketType: 'Standard', quantity: 1 }],
      ...more,
    };
    const ended = new Promise<void>((resolve) => ends.set(purchaseId, resolve));
    return starter.start(order, { eventName: 'Concert' }, ended);
  };
  /** The outcomes of these purchases arrive. */
  const end = (...ids: readonly string[]): void => ids.forEach((id) => ends.get(id)?.());
  return { starter, sent, buy, end };
}

/** Lets so much time pass. */
export const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
export const numbered = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}${i}`);

/** The reply, without letting time pass. */
export const raced = async (reply: Promise<StartReply>): Promise<StartReply> => {
  await pass(0);
  return reply;
};

/** Until `vi.useRealTimers()`. */
export const useFakeTime = () =>
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate'] });
