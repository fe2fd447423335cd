import { setTimeout as sleep } from 'node:timers/promises';
import type { EventOnSale } from '../ground/events.js';
import { BUYER_ACTS, type Memory } from './acts.js';
import type { Desk } from './desk.js';
import { settle, taskOf, type Task } from './task.js';
import { probeOf } from './wish.js';

/** Buyers who are at it at once; while there are so many, nobody new comes. */
const MOST_AT_ONCE = 150;

/**
 * Buyers come at random moments, so many per second on average, whatever becomes of those before them.
 *
 * @returns everything that was asked for, the answered and the unanswered
 */
export async function letBuyersCome(
  o: Omit<Memory, 'wishes' | 'tasks'> & {
    readonly perSecond: number;
    readonly untilMs: number;
    /** Nobody comes any more. */
    readonly signal: AbortSignal;
  },
): Promise<readonly Task[]> {
  const { random } = o;
  const memory: Memory = { ...o, wishes: [], tasks: [] };
  const underWay = new Set<Promise<void>>();
  let nextAtMs = Date.now();
  while (nextAtMs < o.untilMs && !o.signal.aborted) {
    await sleep(Math.max(0, nextAtMs - Date.now()));
    nextAtMs += random.gapMs(o.perSecond);
    if (underWay.size >= MOST_AT_ONCE) continue;
    const act = random.weighted(BUYER_ACTS).perform(memory);
    underWay.add(act);
    void act.finally(() => underWay.delete(act));
  }
  await Promise.all(underWay);
  return memory.tasks;
}

/**
 * Buys from each event with a buyer of its own, until there is an answer: shows that it can be bought from.
 *
 * @returns those that never got an answer
 */
export function probe(desk: Desk, events: readonly EventOnSale[], name: string, limitMs: number): Promise<Task[]> {
  const probes = events.map((event) => {
    const wish = probeOf(event, name);
    return taskOf({ name: `purchase from event ${event.eventId}`, persistent: true, ask: (at) => desk.buy(wish, at) });
  });
  return settle(probes, 1, limitMs);
}
