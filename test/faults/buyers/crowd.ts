import { setTimeout as sleep } from 'node:timers/promises';
import { isSameRequest } from '../../checker/calls.js';
import { callsByPurchase } from '../../checker/invariants/outcomes.js';
import type { EventOnSale } from '../ground/events.js';
import type { Random } from '../random.js';
import { isFinal } from './answers.js';
import type { Desk } from './desk.js';
import { BUYER_ACTS, type Memory } from './acts.js';
import { probeOf, type Wish } from './wish.js';

/** Requests under way at once; while so many wait, nobody new comes. */
const MOST_AT_ONCE = 150;
const MOST_ASKING = 20;
const SETTLE_PATIENCE_MS = 15_000;
const SETTLE_PAUSE_MS = 500;

/** What the crowd did. */
export interface Crowd {
  /** Every wish that was asked for, the other wishes under their keys left out. */
  readonly wishes: readonly Wish[];
}

/** Buyers come at random moments, so many per second on average, whatever becomes of those before them. */
export async function letBuyersCome(o: {
  readonly desk: Desk;
  readonly random: Random;
  readonly events: readonly EventOnSale[];
  readonly gateways: number;
  readonly perSecond: number;
  readonly untilMs: number;
  /** How long buyers wait for an answer before they drop the connection: one of these. */
  readonly patienceMs: readonly number[];
}): Promise<Crowd> {
  const wishes: Wish[] = [];
  const { desk, random, events, gateways, patienceMs } = o;
  const memory: Memory = { wishes, random, events, gateways, desk, patienceMs };
  const underWay = new Set<Promise<void>>();
  let nextAtMs = Date.now();
  while (nextAtMs < o.untilMs) {
    await sleep(Math.max(0, nextAtMs - Date.now()));
    nextAtMs += random.gapMs(o.perSecond);
    if (underWay.size >= MOST_AT_ONCE) continue;
    const act = random.weighted(BUYER_ACTS).perform(memory);
    underWay.add(act);
    void act.finally(() => underWay.delete(act));
  }
  await Promise.all(underWay);
  return { wishes };
}

/**
 * Has every persistent buyer who has no final answer yet ask until there is one.
 *
 * @returns the wishes that are still without an answer when the time is up
 */
export async function settle(desk: Desk, wishes: readonly Wish[], gateways: number, limitMs: number): Promise<Wish[]> {
  const answers = callsByPurchase(desk.calls.filter(({ answer }) => isFinal(answer)));
  const isAnswered = (wish: Wish): boolean =>
    (answers.get(wish.purchaseId) ?? []).some((call) => isSameRequest(call, wish));
  const queue = wishes.filter((wish) => wish.persistent && !isAnswered(wish));
  const deadline = Date.now() + limitMs;
  const unsettled: Wish[] = [];
  async function keepAsking(): Promise<void> {
    for (let wish = queue.shift(); wish !== undefined; wish = queue.shift()) {
      if (!(await askUntilFinal(desk, wish, gateways, deadline))) unsettled.push(wish);
    }
  }
  await Promise.all(Array.from({ length: MOST_ASKING }, keepAsking));
  return unsettled;
}

/** Buys from each event with a buyer of its own: shows that it can be bought from again. Gives those that it could not. */
export function probe(desk: Desk, events: readonly EventOnSale[], name: string, limitMs: number): Promise<Wish[]> {
  const probes = events.map((event) => probeOf(event, name));
  return settle(desk, probes, 1, limitMs);
}

async function askUntilFinal(desk: Desk, wish: Wish, gateways: number, deadline: number): Promise<boolean> {
  for (let attempt = 0; Date.now() < deadline; attempt++) {
    if (isFinal(await desk.buy(wish, attempt % gateways, SETTLE_PATIENCE_MS))) return true;
    await sleep(SETTLE_PAUSE_MS);
  }
  return false;
}
