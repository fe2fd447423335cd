import { MAX_PURCHASES_PER_BATCH, type PurchaseOrder } from '@box-office/contract';
import { createSearchAttributeBounds } from './search-attribute-bounds.js';

/** What the queue needs to know of an element. */
export interface Queued {
  readonly order: Pick<PurchaseOrder, 'purchaseId' | 'eventId' | 'userId'>;
  /** When it was queued, on the clock of `performance.now()`. */
  readonly queuedAtMs: number;
}

/** Orders that wait for a batch: fair between events, fair between the buyers of an event, first in first out for a buyer. */
export interface WaitingOrders<T extends Queued> {
  readonly size: () => number;
  /** @returns null, or the order that was dropped because the queue is full; it may be the new one */
  add(waiting: T): T | null;
  /** The next batch: one order of each event and its buyers in turn, as many as one workflow may have. Empty if nothing waits. */
  takeNextBatch(): T[];
  /** Removes and returns what was queued before that time. */
  takeOlderThan(ms: number): T[];
}

/** The orders of one event. Neither it nor a list in it is ever empty. */
interface EventQueue<T> {
  size: number;
  /** The order of its keys is the order of turns. */
  readonly byBuyer: Map<string, T[]>;
}

/**
 * The queue in front of the batches. When it is full, the event with the most waiting orders loses one, the last one of the
 * buyer with the most. So many orders for one event leave room for the buyers of another, and many orders of one buyer
 * leave room for other buyers.
 */
export function createWaitingOrders<T extends Queued>(maxWaiting: number): WaitingOrders<T> {
  /** The order of its keys is the order of turns. */
  const byEvent = new Map<string, EventQueue<T>>();
  let size = 0;

  function push(waiting: T): void {
    const { eventId, userId } = waiting.order;
    const queue = byEvent.get(eventId) ?? { size: 0, byBuyer: new Map<string, T[]>() };
    byEvent.set(eventId, queue);
    const ofBuyer = queue.byBuyer.get(userId);
    if (ofBuyer === undefined) queue.byBuyer.set(userId, [waiting]);
    else ofBuyer.push(waiting);
    queue.size++;
    size++;
  }

  /** Removes and returns the first orders of a buyer, or the last one with `-1`. */
  function take(eventId: string, queue: EventQueue<T>, userId: string, count: number): T[] {
    const ofBuyer = queue.byBuyer.get(userId) ?? [];
    const taken = count < 0 ? ofBuyer.splice(count) : ofBuyer.splice(0, count);
    size -= taken.length;
    queue.size -= taken.length;
    if (ofBuyer.length === 0) queue.byBuyer.delete(userId);
    if (queue.size === 0) byEvent.delete(eventId);
    return taken;
  }

  function add(waiting: T): T | null {
    if (size < maxWaiting) {
      push(waiting);
      return null;
    }
    const { eventId, userId } = waiting.order;
    const own = byEvent.get(eventId);
    const [largest, queue] = largestOf(byEvent, (one) => one.size) ?? [];
    const isOther = queue !== undefined && queue.size > (own?.size ?? 0) + 1;
    const from = isOther ? queue : own;
    const [buyer, most] = from === undefined ? [] : (largestOf(from.byBuyer, (list) => list.length) ?? []);
    if (from === undefined || buyer === undefined || most === undefined) return waiting;
    const ownOfBuyer = own?.byBuyer.get(userId)?.length ?? 0;
    if (!isOther && most.length <= ownOfBuyer + 1) return waiting;
    const [last = null] = take(isOther ? (largest ?? eventId) : eventId, from, buyer, -1);
    push(waiting);
    return last;
  }

  function takeNextBatch(): T[] {
    const batch: T[] = [];
    const attributes = createSearchAttributeBounds();
    while (batch.length < MAX_PURCHASES_PER_BATCH) {
      const [turn] = byEvent;
      if (turn === undefined) break;
      const [eventId, queue] = turn;
      const [[userId, ofBuyer] = []] = queue.byBuyer;
      const first = ofBuyer?.[0];
      if (userId === undefined || ofBuyer === undefined || first === undefined || !attributes.admit(first.order)) break;
      batch.push(...take(eventId, queue, userId, 1));
      toEnd(queue.byBuyer, userId);
      toEnd(byEvent, eventId);
    }
    return batch;
  }

  function takeOlderThan(ms: number): T[] {
    const old: T[] = [];
    for (const [eventId, queue] of byEvent) {
      for (const [userId, ofBuyer] of queue.byBuyer) {
        const young = ofBuyer.findIndex(({ queuedAtMs }) => queuedAtMs >= ms);
        old.push(...take(eventId, queue, userId, young < 0 ? ofBuyer.length : young));
      }
    }
    return old;
  }

  return { size: () => size, add, takeNextBatch, takeOlderThan };
}

/** Moves a key to the end of the turns, if it is still there. */
function toEnd<V>(turns: Map<string, V>, key: string): void {
  const value = turns.get(key);
  if (value === undefined) return;
  turns.delete(key);
  turns.set(key, value);
}

/** The entry of the greatest size, the first one of several. */
function largestOf<V>(entries: ReadonlyMap<string, V>, sizeOf: (value: V) => number): [string, V] | undefined {
  let found: [string, V] | undefined;
  for (const entry of entries) if (found === undefined || sizeOf(entry[1]) > sizeOf(found[1])) found = entry;
  return found;
}
