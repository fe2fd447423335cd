import { CAPACITY_UPDATES_QUEUE, TRANSACTIONS_QUEUE } from '@box-office/contract';
import type { DeadLetter, DeadLetterAdmin } from '@box-office/messaging';
import { type Command, Option } from 'commander';
import type { JsonOption } from './command.js';
import type { Output } from './output/output.js';

/** As the operator may say it. */
const QUEUES = { capacity: CAPACITY_UPDATES_QUEUE, transactions: TRANSACTIONS_QUEUE } as const;
/** Most that are looked through. */
export const MAX_LETTERS = 2_000;

/** Which dead letters are meant. */
export interface Selection extends JsonOption {
  readonly queue?: keyof typeof QUEUES;
  readonly cause?: string;
}

export const withSelection = (command: Command): Command =>
  command
    .addOption(new Option('--queue <queue>', 'only of this queue').choices(Object.keys(QUEUES)))
    .option('--cause <cause>', 'only those with this cause, as `list` tells it');

export const queuesOf = ({ queue }: Selection): readonly string[] =>
  queue === undefined ? Object.values(QUEUES) : [QUEUES[queue]];

/** Those that are meant, oldest first, so many of each queue. */
export async function findLetters(admin: DeadLetterAdmin, selection: Selection, limit: number): Promise<DeadLetter[]> {
  const { cause: wanted } = selection;
  const found: DeadLetter[] = [];
  for (const queue of queuesOf(selection)) {
    const letters = await admin.list({ queue, limit: wanted === undefined ? limit : MAX_LETTERS });
    const meant = letters.filter(({ cause }) => wanted === undefined || cause.reason === wanted);
    found.push(...meant.slice(0, limit));
  }
  return found;
}

/** Dead letters by their queue. */
export type Counts = ReadonlyMap<string, number>;

export const countDeadLetters = async (admin: DeadLetterAdmin): Promise<Counts> =>
  new Map((await admin.count()).map(({ queue, dead }) => [queue, dead]));

/** Says so if a queue has more dead letters than so many, which were looked through. */
export function noteUnread(output: Output, selection: Selection, dead: Counts, lookedThrough: number): void {
  if (!queuesOf(selection).some((queue) => (dead.get(queue) ?? 0) > lookedThrough)) return;
  output.note(`Only the oldest ${lookedThrough} of a queue are looked through; there are more.`);
}
