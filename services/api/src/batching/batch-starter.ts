import { MAX_PURCHASES_PER_BATCH, type PurchaseOrder } from '@box-office/contract';
import type { Logger } from '@box-office/platform';
import { createBatchPace, type BatchPace, type InFlightBatch, type PaceLimits } from './batch-pace.js';
import type {
  NotStartedCause,
  OrderLabels,
  OrderToStart,
  PurchaseStarter,
  StartReply,
  WorkflowStarter,
} from './purchase-starter.js';
import { createWaitingOrders, type WaitingOrders } from './waiting-orders.js';

export interface BatchLimits extends PaceLimits {
  /** Orders that may wait for a batch. */
  readonly maxQueued: number;
  /** Longest time that an order may wait for its batch. */
  readonly maxQueuedMs: number;
}

/** Found by measurement: see docs/decisions/0006-speed.md. */
export const DEFAULT_BATCH_LIMITS: BatchLimits = {
  maxInFlight: 1,
  idleStarts: 1.5,
  lingerStarts: 10,
  maxLingerMs: 200,
  maxInFlightMs: 500,
  maxSlow: 4,
  maxOpenPurchases: 2_000,
  maxQueued: 2_000,
  maxQueuedMs: 3_000,
};

/** Longest time between two checks for orders that have waited too long. */
const MAX_CHECK_GAP_MS = 100;
const RETRY_AFTER_S = 1;

interface Entry extends OrderToStart {
  readonly queuedAtMs: number;
  readonly reply: (reply: StartReply) => void;
  hasEnded: boolean;
  /** The batch in which it was dispatched. */
  batch?: InFlightBatch;
}

interface Deps {
  workflows: WorkflowStarter;
  limits: BatchLimits;
  logger: Pick<Logger, 'error'>;
  /** For the metrics: the size of a batch, and how long its start took. */
  observeBatch?: (size: number, startMs: number) => void;
}

/**
 * Group commit for workflow starts. With no batch in flight an order is sent at once, in a workflow of its own; while
 * batches are in flight, new orders queue, and the next batch takes the queued ones.
 *
 * An order leaves the queue in one of two ways: its batch's start is sent, and repeated until its result is known; or it
 * is answered `not_started`, because the queue is full, the order waited for `maxQueuedMs`, or the process shuts down.
 */
class BatchStarter implements PurchaseStarter {
  readonly maxReplyMs: number;
  private readonly queue: WaitingOrders<Entry>;
  private readonly queued = new Map<string, { readonly fingerprint: string; readonly reply: Promise<StartReply> }>();
  private readonly pace: BatchPace;
  private lingeringSinceMs = 0;
  private lastQueuedMs = 0;
  private scheduled = false;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(private readonly deps: Deps) {
    this.queue = createWaitingOrders<Entry>(deps.limits.maxQueued);
    this.pace = createBatchPace(deps.limits, () => this.scheduleRun());
    this.maxReplyMs = deps.limits.maxQueuedMs + MAX_CHECK_GAP_MS + deps.workflows.maxReplyMs;
  }

  start(order: PurchaseOrder, labels: OrderLabels, ended: Promise<unknown>): Promise<StartReply> {
    if (this.closed) return Promise.resolve(notStarted('shutting_down'));
    const { purchaseId, fingerprint } = order;
    const duplicate = this.queued.get(purchaseId);
    // No batch may contain a purchase twice. Duplicates come only if Redis has lost the record of their key.
    if (duplicate !== undefined) {
      const isSame = duplicate.fingerprint === fingerprint;
      return isSame ? duplicate.reply : Promise.resolve(notStarted('key_queued'));
    }
    const reply = new Promise<StartReply>((resolve) => {
      const entry: Entry = { order, labels, queuedAtMs: performance.now(), reply: resolve, hasEnded: false };
      void ended.then(() => {
        entry.hasEnded = true;
        entry.batch?.purchaseEnded();
      });
      this.enqueue(entry);
    });
    this.queued.set(purchaseId, { fingerprint, reply });
    void reply.then(() => this.queued.delete(purchaseId));
    return reply;
  }

  private enqueue(entry: Entry): void {
    if (this.queue.size() === 0) this.lingeringSinceMs = entry.queuedAtMs;
    this.lastQueuedMs = entry.queuedAtMs;
    this.queue.add(entry)?.reply(notStarted('queue_full'));
    this.scheduleRun();
  }

  /** At the end of this turn of the event loop, so that orders of one turn share a batch. */
  private scheduleRun(): void {
    if (this.scheduled || this.queue.size() === 0) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.run();
    });
  }

  private run(): void {
    clearTimeout(this.timer);
    const nowMs = performance.now();
    const late = this.queue.takeOlderThan(nowMs - this.deps.limits.maxQueuedMs);
    for (const entry of late) entry.reply(notStarted('queued_too_long'));
    while (this.queue.size() > 0) {
      const isFull = this.queue.size() >= MAX_PURCHASES_PER_BATCH;
      const waitMs = this.pace.remainingLingerMs(nowMs - this.lingeringSinceMs, nowMs - this.lastQueuedMs, isFull);
      if (waitMs > 0) {
        this.timer = setTimeout(() => this.run(), Math.min(Math.ceil(waitMs), MAX_CHECK_GAP_MS));
        return;
      }
      void this.send(this.queue.takeNextBatch());
      this.lingeringSinceMs = nowMs;
    }
  }

  private async send(entries: readonly Entry[]): Promise<void> {
    const sentMs = performance.now();
    const open = entries.filter((entry) => !entry.hasEnded);
    const batch = this.pace.dispatch(open.length);
    for (const entry of open) entry.batch = batch;
    const reply = await this.deps.workflows.start(entries).catch((error: unknown): StartReply => {
      this.deps.logger.error({ err: error, purchases: entries.length }, 'a batch could not be started');
      return { kind: 'unknown' };
    });
    const tookMs = performance.now() - sentMs;
    if (reply.kind === 'started') batch.accepted(tookMs);
    this.deps.observeBatch?.(entries.length, tookMs);
    for (const entry of entries) entry.reply(reply);
  }

  waiting(): number {
    return this.queue.size();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    for (const entry of this.queue.takeOlderThan(Infinity)) entry.reply(notStarted('shutting_down'));
    this.deps.workflows.close();
  }
}

export const createBatchStarter = (deps: Deps): PurchaseStarter => new BatchStarter(deps);

const notStarted = (cause: NotStartedCause): StartReply => ({ kind: 'not_started', cause, retryAfterS: RETRY_AFTER_S });
