import { setTimeout as sleep } from 'node:timers/promises';
import { isFinal } from './answers.js';
import type { Attempt } from './desk.js';

/** Something that a buyer wants, asked for until there is a final answer or the buyer gives up. */
export interface Task {
  /** For a report of those that never got an answer. */
  readonly name: string;
  /** The buyer does not give up. */
  readonly persistent: boolean;
  isAnswered(): boolean;
  ask(attempt: Attempt): Promise<void>;
}

export function taskOf(o: {
  readonly name: string;
  readonly persistent: boolean;
  readonly ask: (attempt: Attempt) => Promise<{ readonly kind: string }>;
}): Task {
  let answered = false;
  return {
    name: o.name,
    persistent: o.persistent,
    isAnswered: () => answered,
    async ask(attempt) {
      const answer = await o.ask(attempt);
      answered ||= isFinal(answer);
    },
  };
}

const MOST_ASKING = 20;
const SETTLE_PATIENCE_MS = 15_000;
const SETTLE_PAUSE_MS = 500;

/**
 * Has every persistent buyer who has no final answer yet ask until there is one.
 *
 * @returns the tasks that are still without an answer when the time is up
 */
export async function settle(tasks: readonly Task[], gateways: number, limitMs: number): Promise<Task[]> {
  const queue = tasks.filter((task) => task.persistent && !task.isAnswered());
  const deadline = Date.now() + limitMs;
  const unsettled: Task[] = [];
  async function keepAsking(): Promise<void> {
    for (let task = queue.shift(); task !== undefined; task = queue.shift()) {
      for (let i = 0; !task.isAnswered() && Date.now() < deadline; i++) {
        await task.ask({ gateway: i % gateways, patienceMs: SETTLE_PATIENCE_MS });
        if (!task.isAnswered()) await sleep(SETTLE_PAUSE_MS);
      }
      if (!task.isAnswered()) unsettled.push(task);
    }
  }
  await Promise.all(Array.from({ length: MOST_ASKING }, keepAsking));
  return unsettled;
}
