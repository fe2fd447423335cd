import { MAX_PURCHASES_PER_GROUP } from '@box-office/contract';
import { createGroupPace } from './group-pace.js';
import type { Flight, PaceLimits } from './group-pace.js';
import type { OrderToStart, PurchaseStarter, StartReply, WorkflowStarter } from './purchase-starter.js';
import { createWaitingOrders } from './waiting-orders.js';

/** The limits of gathering. */
export interface GroupLimits extends PaceLimits {
  /** Orders that may wait for a group. */
  readonly maxQueued: number;
  /** Longest that an order may wait for its group. */
  readonly maxQueuedMs: number;
}

/** Found by measurement: see docs/performance.md. */
export const DEFAULT_GROUP_LIMITS: GroupLimits = {
  slots: 1,
  quiet: 1.5,
  gather: 10,
  maxGatherMs: 200,
  slotMs: 500,
  maxUnderWay: 2_000,
  maxQueued: 2_000,
  maxQueuedMs: 3_000,
};

/** Longest between two looks for orders that have waited too long. */
const LOOK_THROUGH_MS = 100;
const RETRY_AFTER_S = 1;

interface Entry extends OrderToStart {
  readonly queuedAtMs: number;
  readonly reply: (reply: StartReply) => void;
  isOver: boolean;
  /** Of a purchase that is under way. */
  flight?: Flight;
}

/**
 * Group commit. With nothing in flight an order is sent at once, in a workflow of its own; while groups are in flight new
 * orders gather, and the next group takes what has come together.
 *
 * An order is queued until a group takes it. It leaves the queue in one of two ways: its group's start is sent, and
 * repeated until its fate is known; or it is answered `not_started`, because the queue is full, it stood there for
 * `maxQueuedMs`, or the process ends. There is no third.
 */
export function createGroupStarter(o: {
  workflows: WorkflowStarter;
  limits: GroupLimits;
  /** For the metrics: how many purchases went together, and how long their start took. */
  observeGroup?: (size: number, startMs: number) => void;
}): PurchaseStarter {
  const { limits, workflows } = o;
  const queue = createWaitingOrders<Entry>(limits.maxQueued);
  const queued = new Map<string, { readonly fingerprint: string; readonly reply: Promise<StartReply> }>();
  const pace = createGroupPace(limits, runSoon);
  let gatheringSinceMs = 0;
  let lastQueuedMs = 0;
  let scheduled = false;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const start: PurchaseStarter['start'] = (order, labels, over) => {
    if (closed) return Promise.resolve(notStarted('the gateway is closing'));
    const { purchaseId, fingerprint } = order;
    const twin = queued.get(purchaseId);
    // No group may have a purchase twice. Twins come only if Redis has lost the record of their key.
    if (twin !== undefined) {
      return twin.fingerprint === fingerprint ? twin.reply : Promise.resolve(notStarted('its key is queued'));
    }
    const reply = new Promise<StartReply>((resolve) => {
      const entry: Entry = { order, labels, queuedAtMs: performance.now(), reply: resolve, isOver: false };
      void over.then(() => {
        entry.isOver = true;
        entry.flight?.leave();
      });
      enqueue(entry);
    });
    queued.set(purchaseId, { fingerprint, reply });
    void reply.then(() => queued.delete(purchaseId));
    return reply;
  };

  function enqueue(entry: Entry): void {
    if (queue.size() === 0) gatheringSinceMs = entry.queuedAtMs;
    lastQueuedMs = entry.queuedAtMs;
    const turnedAway = queue.add(entry);
    if (turnedAway !== null) turnedAway.reply(notStarted('the queue is full'));
    runSoon();
  }

  /** At the end of this turn of the event loop, so that those who come in one turn go together. */
  function runSoon(): void {
    if (scheduled || queue.size() === 0) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      run();
    });
  }

  function run(): void {
    clearTimeout(timer);
    const nowMs = performance.now();
    for (const late of queue.takeOlderThan(nowMs - limits.maxQueuedMs))
      late.reply(notStarted('the queue stands still'));
    while (queue.size() > 0) {
      const isFull = queue.size() >= MAX_PURCHASES_PER_GROUP;
      const waitMs = pace.stillToWaitMs(nowMs - gatheringSinceMs, nowMs - lastQueuedMs, isFull);
      if (waitMs > 0) {
        timer = setTimeout(run, Math.min(Math.ceil(waitMs), LOOK_THROUGH_MS));
        return;
      }
      void send(queue.takeGroup());
      gatheringSinceMs = nowMs;
    }
  }

  async function send(group: readonly Entry[]): Promise<void> {
    const sentMs = performance.now();
    const underWay = group.filter((entry) => !entry.isOver);
    const flight = pace.depart(underWay.length);
    for (const entry of underWay) entry.flight = flight;
    const reply = await workflows.start(group).catch((error: unknown): StartReply => ({
      kind: 'unknown',
      cause: error instanceof Error ? error.message : String(error),
    }));
    const tookMs = performance.now() - sentMs;
    if (reply.kind === 'started') flight.accepted(tookMs);
    o.observeGroup?.(group.length, tookMs);
    for (const entry of group) entry.reply(reply);
  }

  return {
    start,
    longestReplyMs: limits.maxQueuedMs + LOOK_THROUGH_MS + workflows.longestReplyMs,
    waiting: queue.size,
    close() {
      closed = true;
      clearTimeout(timer);
      for (const entry of queue.takeOlderThan(Infinity)) entry.reply(notStarted('the gateway is closing'));
      workflows.close();
    },
  };
}

const notStarted = (cause: string): StartReply => ({ kind: 'not_started', cause, retryAfterS: RETRY_AFTER_S });
