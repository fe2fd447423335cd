import { setTimeout as sleep } from 'node:timers/promises';
import type { EventOnSale } from '../ground/events.js';
import type { Random } from '../random.js';
import { isFinal } from './answers.js';
import type { Desk } from './desk.js';
import { drawWish, otherWish, type Wish } from './wish.js';

/** Times that a persistent buyer asks again at once, and the pause before each. */
const MOST_REPEATS = 3;
const REPEAT_PAUSE_MS = [50, 1_500] as const;
/** Old wishes are repeated too, but most repeats come soon. */
const RECENT = 50;

/** What the acts of buyers draw on; `wishes` grows. */
export interface Memory {
  readonly wishes: Wish[];
  readonly random: Random;
  readonly events: readonly EventOnSale[];
  readonly gateways: number;
  readonly desk: Desk;
  readonly patienceMs: readonly number[];
}

/** Something that a buyer may do. A new kind of request becomes a new act here. */
export interface BuyerAct {
  readonly name: string;
  readonly weight: number;
  perform(memory: Memory): Promise<void>;
}

export const BUYER_ACTS: readonly BuyerAct[] = [
  { name: 'buy', weight: 70, perform: buy },
  { name: 'buy with a double click', weight: 6, perform: doubleClick },
  { name: 'repeat', weight: 14, perform: repeat },
  { name: 'reuse a key', weight: 4, perform: reuseKey },
  { name: 'look', weight: 6, perform: look },
];

async function buy(memory: Memory): Promise<void> {
  const { random, desk } = memory;
  const wish = drawWish(random, memory.events);
  memory.wishes.push(wish);
  // Drawn now, so that the draws do not depend on when answers come.
  const plan = Array.from({ length: 1 + MOST_REPEATS }, () => attempt(memory));
  for (const { gateway, patienceMs, pauseMs } of plan) {
    if (isFinal(await desk.buy(wish, gateway, patienceMs)) || !wish.persistent) return;
    await sleep(pauseMs);
  }
}

/** The same request at two gateways at the same time. */
async function doubleClick(memory: Memory): Promise<void> {
  const wish = drawWish(memory.random, memory.events);
  memory.wishes.push(wish);
  const clicks = [attempt(memory), attempt(memory)];
  await Promise.all(clicks.map(({ gateway, patienceMs }) => memory.desk.buy(wish, gateway, patienceMs)));
}

async function repeat(memory: Memory): Promise<void> {
  const wish = earlier(memory);
  const { gateway, patienceMs } = attempt(memory);
  if (wish) await memory.desk.buy(wish, gateway, patienceMs);
}

async function reuseKey(memory: Memory): Promise<void> {
  const wish = earlier(memory);
  const { gateway, patienceMs } = attempt(memory);
  if (wish) await memory.desk.buy(otherWish(memory.random, wish), gateway, patienceMs);
}

async function look(memory: Memory): Promise<void> {
  const wish = earlier(memory);
  const { gateway, patienceMs } = attempt(memory);
  if (wish) await memory.desk.look(wish, gateway, patienceMs);
}

function attempt({ random, gateways, patienceMs }: Memory) {
  return {
    gateway: random.int(0, gateways - 1),
    patienceMs: random.pick(patienceMs),
    pauseMs: random.int(...REPEAT_PAUSE_MS),
  };
}

function earlier({ random, wishes }: Memory): Wish | undefined {
  if (wishes.length === 0) return undefined;
  return random.pick(random.chance(0.7) ? wishes.slice(-RECENT) : wishes);
}
