import { setTimeout as sleep } from 'node:timers/promises';
import { callsTo } from '../../checker/calls.js';
import type { EventOnSale } from '../ground/events.js';
import type { Random } from '../random.js';
import type { Attempt, Desk } from './desk.js';
import { taskOf, type Task } from './task.js';
import { drawHold, drawWish, otherWish, wishWithHold, type Wish } from './wish.js';

/** Times that a persistent buyer asks again at once, and the pause before each. */
const MOST_REPEATS = 3;
const REPEAT_PAUSE_MS = [50, 1_500] as const;
/** Old wishes are repeated too, but most repeats come soon. */
const RECENT = 50;
/** From a hold to what its buyer does next: within its time, or after. */
const MAKING_UP_ONES_MIND_MS = [0, 8_000] as const;

/** What the acts of buyers draw on; `wishes` and `tasks` grow. */
export interface Memory {
  readonly wishes: Wish[];
  readonly tasks: Task[];
  readonly random: Random;
  readonly events: readonly EventOnSale[];
  readonly gateways: number;
  readonly desk: Desk;
  /** How long buyers wait for an answer before they drop the connection: one of these. */
  readonly patienceMs: readonly number[];
}

/** Something that a buyer may do. A new kind of request becomes a new act here. */
export interface BuyerAct {
  readonly name: string;
  readonly weight: number;
  perform(memory: Memory): Promise<void>;
}

export const BUYER_ACTS: readonly BuyerAct[] = [
  { name: 'buy', weight: 60, perform: buy },
  { name: 'buy with a double click', weight: 6, perform: doubleClick },
  { name: 'repeat', weight: 12, perform: repeat },
  { name: 'reuse a key', weight: 4, perform: reuseKey },
  { name: 'look', weight: 5, perform: look },
  { name: 'cancel', weight: 10, perform: cancel },
  { name: 'cancel at once', weight: 3, perform: buyAndCancel },
  { name: 'hold', weight: 12, perform: hold },
];

async function buy(memory: Memory): Promise<void> {
  const wish = drawWish(memory.random, memory.events);
  await pursue(memory, buying(memory, wish));
}

/** The same request at two gateways at the same time. */
async function doubleClick(memory: Memory): Promise<void> {
  const task = buying(memory, drawWish(memory.random, memory.events));
  await Promise.all([task.ask(attempt(memory)), task.ask(attempt(memory))]);
}

async function repeat(memory: Memory): Promise<void> {
  const wish = earlier(memory);
  if (wish) await memory.desk.buy(wish, attempt(memory));
}

async function reuseKey(memory: Memory): Promise<void> {
  const wish = earlier(memory);
  if (wish) await memory.desk.buy(otherWish(memory.random, wish), attempt(memory));
}

async function look(memory: Memory): Promise<void> {
  const wish = earlier(memory);
  if (wish) await memory.desk.look(wish, attempt(memory));
}

/** Cancels a purchase that was bought, or some of its tickets; or one of which nothing is known. */
async function cancel(memory: Memory): Promise<void> {
  const wish = earlier(memory);
  if (!wish) return;
  const { random, desk } = memory;
  const bought = callsTo(desk.calls, 'buy').find(
    (call) => call.purchaseId === wish.purchaseId && call.answer.kind === 'ok',
  );
  const tickets = bought?.answer.kind === 'ok' ? bought.answer.tickets.map(({ ticketId }) => ticketId) : [];
  const some = random.shuffled(tickets).slice(0, random.int(1, Math.max(1, tickets.length)));
  await pursue(memory, cancelling(memory, wish, tickets.length > 0 && random.chance(0.5) ? some : null));
}

/** Buys, and cancels while the purchase is on its way. */
async function buyAndCancel(memory: Memory): Promise<void> {
  const wish = drawWish(memory.random, memory.events);
  const [task, pauseMs] = [buying(memory, wish), memory.random.int(0, 600)];
  const cancellation = cancelling(memory, wish, null);
  await Promise.all([pursue(memory, task), sleep(pauseMs).then(() => pursue(memory, cancellation))]);
}

/** Holds tickets, and then buys them, gives them back, or never comes back. */
async function hold(memory: Memory): Promise<void> {
  const { random, desk, tasks } = memory;
  const wish = drawHold(random, memory.events);
  const mindMs = random.int(...MAKING_UP_ONES_MIND_MS);
  const next = random.weighted([
    { weight: 6, act: 'buy' },
    { weight: 2, act: 'buy_twice' },
    { weight: 2, act: 'release' },
    { weight: 2, act: 'leave' },
  ]);
  const [purchase, another] = [wishWithHold(random, wish), wishWithHold(random, wish)];
  const holding = taskOf({
    name: `hold ${wish.holdId}`,
    persistent: true,
    ask: (at) => desk.hold(wish, at),
  });
  tasks.push(holding);
  await pursue(memory, holding);
  const isHeld = callsTo(desk.calls, 'hold').some((call) => call.holdId === wish.holdId && call.answer.kind === 'ok');
  if (!isHeld || next.act === 'leave') return;
  await sleep(mindMs);
  if (next.act === 'buy') return pursue(memory, buying(memory, purchase));
  if (next.act === 'buy_twice') {
    // Of two purchases with one hold at most one has tickets; each key has one outcome all the same.
    await Promise.all([purchase, another].map((one) => pursue(memory, buying(memory, one))));
    return;
  }
  const releasing = taskOf({
    name: `release of hold ${wish.holdId}`,
    persistent: true,
    ask: (at) => desk.release(wish, at),
  });
  tasks.push(releasing);
  await pursue(memory, releasing);
}

function buying({ wishes, tasks, desk }: Memory, wish: Wish): Task {
  const { purchaseId, persistent } = wish;
  const task = taskOf({ name: `purchase ${purchaseId}`, persistent, ask: (at) => desk.buy(wish, at) });
  wishes.push(wish);
  tasks.push(task);
  return task;
}

function cancelling({ tasks, desk }: Memory, wish: Wish, tickets: readonly string[] | null): Task {
  const name = `cancellation of ${tickets === null ? '' : 'a part of '}purchase ${wish.purchaseId}`;
  const task = taskOf({ name, persistent: true, ask: (at) => desk.cancel(wish, tickets, at) });
  tasks.push(task);
  return task;
}

/** Asks, and if the buyer is persistent, asks a few times more; what is then still open is settled in the end. */
async function pursue(memory: Memory, task: Task): Promise<void> {
  // Drawn now, so that the draws do not depend on when answers come.
  const plan = Array.from({ length: 1 + MOST_REPEATS }, () => ({
    at: attempt(memory),
    pauseMs: memory.random.int(...REPEAT_PAUSE_MS),
  }));
  for (const { at, pauseMs } of plan) {
    await task.ask(at);
    if (task.isAnswered() || !task.persistent) return;
    await sleep(pauseMs);
  }
}

function attempt({ random, gateways, patienceMs }: Memory): Attempt {
  return { gateway: random.int(0, gateways - 1), patienceMs: random.pick(patienceMs) };
}

function earlier({ random, wishes }: Memory): Wish | undefined {
  if (wishes.length === 0) return undefined;
  return random.pick(random.chance(0.7) ? wishes.slice(-RECENT) : wishes);
}
