import type { OrderToStart, PurchaseStarter, StartReply, WorkflowStarter } from './purchase-starter.js';
import { createWaitingOrders } from './waiting-orders.js';

/** The limits of gathering. */
export interface GroupLimits {
  /** Groups in flight before the next one gathers for longer. */
  readonly slots: number;
  /** From one group to the next while something is in flight and a slot is free. */
  readonly shortGatherMs: number;
  /** From one group to the next while no slot is free: nobody waits longer for the purchases of others. */
  readonly longGatherMs: number;
  /** A group gives its slot back after this time at the latest. */
  readonly slotMs: number;
  /** Purchases under way at which the queue stands still. */
  readonly maxUnderWay: number;
  readonly maxQueued: number;
  /** Longest that an order may stand in the queue. */
  readonly maxQueuedMs: number;
}

export const DEFAULT_GROUP_LIMITS: GroupLimits = {
  slots: 3,
  shortGatherMs: 5,
  longGatherMs: 40,
  slotMs: 500,
  maxUnderWay: 2_000,
  maxQueued: 2_000,
  maxQueuedMs: 3_000,
};

/** When the queue stands still it is looked through this often for orders that have waited too long. */
const LOOK_THROUGH_MS = 100;
const RETRY_AFTER_S = 1;

interface Entry extends OrderToStart {
  readonly queuedAtMs: number;
  readonly reply: (reply: StartReply) => void;
  /** The group that it went with. */
  group?: Group;
  isOver: boolean;
}

interface Group {
  /** Its purchases that are not over. */
  underWay: number;
  hasSlot: boolean;
}

/**
 * Group commit. With nothing in flight an order is sent at once, in a workflow of its own; while groups are in flight new
 * orders gather, and the next group takes what has come together.
 *
 * An order is `queued` until a group takes it and `under way` until its purchase is over. It leaves the queue in one of
 * two ways: its group's start is sent, and repeated until its fate is known; or it is answered `not_started`, because the
 * queue is full, it stood there for `maxQueuedMs`, or the process ends.
 *
 * A group is in flight, and has a slot, until all of its purchases are over or `slotMs` have passed: who takes longer
 * waits for the payment provider and costs nothing meanwhile. The next group is taken
 *
 * - at once if nothing is in flight;
 * - `shortGatherMs` after the one before if a slot is free: who was answered together comes back together;
 * - `longGatherMs` after the one before if no slot is free;
 * - not while `maxUnderWay` purchases are under way.
 */
export function createGroupStarter(o: {
  workflows: WorkflowStarter;
  limits: GroupLimits;
  /** For the metrics: how many purchases go together. */
  observeGroup?: (size: number) => void;
}): PurchaseStarter {
  const { limits, workflows } = o;
  const queue = createWaitingOrders<Entry>(limits.maxQueued);
  const queued = new Map<string, { readonly fingerprint: string; readonly reply: Promise<StartReply> }>();
  let inFlight = 0;
  let underWay = 0;
  let lastTakenMs = 0;
  let scheduled = false;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const start: PurchaseStarter['start'] = (order, labels, over) => {
    if (closed) return Promise.resolve(notStarted('the gateway is closing'));
    const { purchaseId, fingerprint } = order;
    const twin = queued.get(purchaseId);
    // No group may have a purchase twice. Twins come only if Redis has lost the record of their key.
    if (twin !== undefined) {
      return twin.fingerprint === fingerprint ? twin.reply : Promise.resolve(notStarted('another body is queued'));
    }
    const reply = new Promise<StartReply>((resolve) => {
      const entry: Entry = { order, labels, queuedAtMs: performance.now(), reply: resolve, isOver: false };
      void over.then(() => leave(entry));
      const turnedAway = queue.add(entry);
      if (turnedAway !== null) refuse(turnedAway, 'the queue is full');
    });
    queued.set(purchaseId, { fingerprint, reply });
    void reply.then(() => queued.delete(purchaseId));
    schedule();
    return reply;
  };

  /** At the end of this turn of the event loop, so that those who come in one turn go together. */
  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    setImmediate(run);
  }

  function run(): void {
    scheduled = false;
    clearTimeout(timer);
    for (const late of queue.takeOlderThan(performance.now() - limits.maxQueuedMs))
      refuse(late, 'the queue stands still');
    while (queue.size() > 0) {
      const waitMs = beforeNextGroupMs();
      if (waitMs > 0) {
        timer = setTimeout(run, waitMs);
        return;
      }
      send(queue.takeGroup());
    }
  }

  function beforeNextGroupMs(): number {
    if (underWay >= limits.maxUnderWay) return LOOK_THROUGH_MS;
    if (inFlight === 0) return 0;
    const gatherMs = inFlight < limits.slots ? limits.shortGatherMs : limits.longGatherMs;
    return Math.ceil(lastTakenMs + gatherMs - performance.now());
  }

  function send(entries: readonly Entry[]): void {
    const group: Group = { underWay: 0, hasSlot: true };
    for (const entry of entries) {
      if (entry.isOver) continue;
      entry.group = group;
      group.underWay++;
    }
    underWay += group.underWay;
    lastTakenMs = performance.now();
    inFlight++;
    if (group.underWay === 0) release(group);
    else setTimeout(() => release(group), limits.slotMs).unref();
    o.observeGroup?.(entries.length);
    void workflows.start(entries).then((reply) => {
      for (const entry of entries) entry.reply(reply);
    });
  }

  function leave(entry: Entry): void {
    entry.isOver = true;
    if (entry.group === undefined) return;
    underWay--;
    entry.group.underWay--;
    if (entry.group.underWay === 0) release(entry.group);
  }

  function release(group: Group): void {
    if (!group.hasSlot) return;
    group.hasSlot = false;
    inFlight--;
    if (queue.size() > 0) schedule();
  }

  function refuse(entry: Entry, cause: string): void {
    entry.reply(notStarted(cause));
  }

  return {
    start,
    longestReplyMs: limits.maxQueuedMs + LOOK_THROUGH_MS + workflows.longestReplyMs,
    waiting: queue.size,
    close() {
      closed = true;
      clearTimeout(timer);
      for (const entry of queue.takeOlderThan(Infinity)) refuse(entry, 'the gateway is closing');
      workflows.close();
    },
  };
}

const notStarted = (cause: string): StartReply => ({ kind: 'not_started', cause, retryAfterS: RETRY_AFTER_S });
