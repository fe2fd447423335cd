import { MAX_PURCHASES_PER_GROUP, MAX_SEARCH_ATTRIBUTE_BYTES } from '@box-office/contract';
import type { PurchaseOrder } from '@box-office/contract';

/** What the queue needs to know of an element. */
export interface Queued {
  readonly order: Pick<PurchaseOrder, 'purchaseId' | 'eventId' | 'userId'>;
  /** When it was queued, on the clock of `performance.now()`. */
  readonly queuedAtMs: number;
}

/** Orders that wait for a group, first come first served within an event and fair between events. */
export interface WaitingOrders<T extends Queued> {
  readonly size: () => number;
  /** @returns null, or the order that had to give way because the queue is full; it may be the very one that came */
  add(waiting: T): T | null;
  /** The next group: in turn one order of each event, as many as one workflow may have. Empty if nothing waits. */
  takeGroup(): T[];
  /** Takes out what was queued before that time. */
  takeOlderThan(ms: number): T[];
}

/**
 * The queue in front of the groups. When it is full, an order is not simply turned away: the event with the most orders
 * waiting loses its last one, so that the rush for one event leaves room for the buyers of another.
 */
export function createWaitingOrders<T extends Queued>(maxWaiting: number): WaitingOrders<T> {
  /** Never holds an empty list. The order of its keys is whose turn it is. */
  const byEvent = new Map<string, T[]>();
  let size = 0;

  function push(waiting: T): void {
    const { eventId } = waiting.order;
    const ofEvent = byEvent.get(eventId);
    if (ofEvent === undefined) byEvent.set(eventId, [waiting]);
    else ofEvent.push(waiting);
    size++;
  }

  function longest(): T[] | undefined {
    let found: T[] | undefined;
    for (const ofEvent of byEvent.values()) if (found === undefined || ofEvent.length > found.length) found = ofEvent;
    return found;
  }

  function add(waiting: T): T | null {
    if (size < maxWaiting) {
      push(waiting);
      return null;
    }
    const mostWanted = longest();
    const own = byEvent.get(waiting.order.eventId)?.length ?? 0;
    if (mostWanted === undefined || mostWanted.length <= own + 1) return waiting;
    const last = mostWanted.pop() ?? null;
    size--;
    push(waiting);
    return last;
  }

  function takeGroup(): T[] {
    const group: T[] = [];
    const attributes = createAttributeBounds();
    while (group.length < MAX_PURCHASES_PER_GROUP) {
      const [turn] = byEvent;
      if (turn === undefined) break;
      const [eventId, ofEvent] = turn;
      const [first] = ofEvent;
      if (first === undefined || !attributes.admit(first.order)) break;
      group.push(first);
      ofEvent.shift();
      size--;
      byEvent.delete(eventId);
      // To the end of the turns.
      if (ofEvent.length > 0) byEvent.set(eventId, ofEvent);
    }
    return group;
  }

  function takeOlderThan(ms: number): T[] {
    const old: T[] = [];
    for (const [eventId, ofEvent] of byEvent) {
      const young = ofEvent.findIndex(({ queuedAtMs }) => queuedAtMs >= ms);
      const taken = ofEvent.splice(0, young < 0 ? ofEvent.length : young);
      old.push(...taken);
      if (ofEvent.length === 0) byEvent.delete(eventId);
    }
    size -= old.length;
    return old;
  }

  return { size: () => size, add, takeGroup, takeOlderThan };
}

/**
 * Counts what a group's search attributes take: lists of distinct texts, escaped as JSON has it. The quotes and commas are
 * not counted: with MAX_PURCHASES_PER_GROUP elements they add 151 bytes, and the server takes 2,048.
 */
function createAttributeBounds() {
  const purchaseIds = createList();
  const eventIds = createList();
  const userIds = createList();
  return {
    /** Counts one more order if there is room for it; the first always has. */
    admit({ purchaseId, eventId, userId }: Queued['order']): boolean {
      const fits = purchaseIds.fits(purchaseId) && eventIds.fits(eventId) && userIds.fits(userId);
      if (!fits) return false;
      purchaseIds.add(purchaseId);
      eventIds.add(eventId);
      userIds.add(userId);
      return true;
    },
  };
}

function createList() {
  const values = new Set<string>();
  let bytes = 0;
  return {
    fits: (value: string): boolean =>
      values.size === 0 || values.has(value) || bytes + escapedBytes(value) <= MAX_SEARCH_ATTRIBUTE_BYTES,
    add(value: string): void {
      if (values.has(value)) return;
      values.add(value);
      bytes += escapedBytes(value);
    },
  };
}

const QUOTES = 2;
const escapedBytes = (value: string): number => Buffer.byteLength(JSON.stringify(value)) - QUOTES;
