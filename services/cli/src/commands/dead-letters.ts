import { CAPACITY_UPDATES_QUEUE, TRANSACTIONS_QUEUE } from '@box-office/contract';
import {
  type DeadLetter,
  type DeadLetterDesk,
  type DeadLetterSelection,
  deadLetterQueueOf,
} from '@box-office/messaging';
import { appendAuditLines } from '@box-office/records';
import { type Command, Option } from 'commander';
import { addCommand, addGroup, type JsonOption, wholeNumber } from '../command.js';
import type { Counter } from '../counter.js';
import { auditLineOf } from '../dead-letters-on-record.js';
import { answeredNo, away, misused, wordsOf } from '../failure.js';
import { countOf, instantOf, short, table } from '../output/table.js';

/** As the operator may say it. */
const QUEUES = { capacity: CAPACITY_UPDATES_QUEUE, transactions: TRANSACTIONS_QUEUE } as const;
/** Most that are looked through. */
const MOST_LETTERS = 2_000;
/** Most that are put on record and dealt with at a time. */
const BATCH = 500;

interface Selection extends JsonOption {
  readonly queue?: keyof typeof QUEUES;
  readonly cause?: string;
}
interface ListOptions extends Selection {
  readonly limit: number;
}
interface ActOptions extends Selection {
  readonly all?: true;
  readonly reason: string;
  readonly operator?: string;
}

export function addDeadLetters(program: Command, counter: Counter): void {
  const group = addGroup(program, 'dead-letters', 'list, replay or drop messages that could not be handled');
  withSelection(
    addCommand(group, {
      name: 'list',
      summary: 'list the messages that were laid aside, and why',
      more: 'Oldest first. --json tells their content too.',
      examples: ['dead-letters list', 'dead-letters list --queue capacity --cause unknown_event --json'],
    }),
  )
    .option('--limit <n>', `most to list of each queue (1 to ${MOST_LETTERS})`, wholeNumber(MOST_LETTERS), 100)
    .action((options: ListOptions) => list(counter, options));
  addAct(group, counter, 'replay', {
    summary: 'put messages back into their queue, once what they failed at is mended',
    more: 'Each goes back as it was, under its message id: what was applied before is not applied again.',
  });
  addAct(group, counter, 'drop', {
    summary: 'give messages up for good',
    more: 'Their content is kept in the audit log.',
  });
}

function addAct(
  group: Command,
  counter: Counter,
  action: 'replay' | 'drop',
  { summary, more }: { readonly summary: string; readonly more: string },
): void {
  const examples = [
    `dead-letters ${action} --cause unknown_event --reason 'the event is there now'`,
    `dead-letters ${action} --all --queue capacity --reason 'as agreed with ann'`,
    `dead-letters ${action} 9d2c5c0e-1b7e-5a55-9c1e-7b8f6f0a4a11 --reason 'looked at it'`,
  ];
  const note = 'Who, what and why is put on record in the audit log first, so DATABASE_URL is needed.';
  withSelection(addCommand(group, { name: action, summary, more: `${more} ${note}`, examples }))
    .argument('[ids...]', 'ids as `list` tells them')
    .option('--all', 'all of them')
    .requiredOption('--reason <text>', 'why; kept in the audit log')
    .option('--operator <name>', 'who decided; the subject of OPERATOR_TOKEN without it')
    .action((ids: string[], options: ActOptions) => act(counter, action, ids, options));
}

const withSelection = (command: Command): Command =>
  command
    .addOption(new Option('--queue <queue>', 'only of this queue').choices(Object.keys(QUEUES)))
    .option('--cause <cause>', 'only those with this cause, as `list` tells it');

const queuesOf = ({ queue }: Selection): readonly string[] =>
  queue === undefined ? Object.values(QUEUES) : [QUEUES[queue]];

async function list(counter: Counter, options: ListOptions): Promise<void> {
  const { output } = counter;
  const letters = await counter.withDeadLetters((desk) => find(desk, options, options.limit));
  if (options.json) return output.json({ deadLetters: letters });
  if (letters.length === 0) return output.line('There are no dead letters.');
  const rows = letters.map(({ id, queue, cause, content }) => [
    ...[instantOf(cause.at), queue, id, cause.reason],
    ...[short(cause.detail), short(content)],
  ]);
  for (const line of table(['SINCE', 'QUEUE', 'ID', 'CAUSE', 'DETAIL', 'CONTENT'], rows)) output.line(line);
}

async function find(desk: DeadLetterDesk, selection: Selection, limit: number): Promise<DeadLetter[]> {
  const found: DeadLetter[] = [];
  for (const queue of queuesOf(selection)) {
    const among = selection.cause === undefined ? limit : MOST_LETTERS;
    const letters = await desk.list({ queue, limit: among });
    const meant = letters.filter(({ cause }) => selection.cause === undefined || cause.reason === selection.cause);
    found.push(...meant.slice(0, limit));
  }
  return found;
}

async function act(
  counter: Counter,
  action: 'replay' | 'drop',
  ids: readonly string[],
  options: ActOptions,
): Promise<void> {
  const isChosen = ids.length > 0 || options.cause !== undefined;
  if (isChosen === (options.all === true)) throw misused('name ids or a --cause, or --all');
  const operator = counter.operator(options.operator);
  const done = await counter.withRecord((pool) =>
    counter.withDeadLetters(async (desk) => {
      const before = async (letters: readonly DeadLetter[]): Promise<void> => {
        const lines = letters.map((letter) => auditLineOf(letter, { action, operator, reason: options.reason }));
        await appendAuditLines(pool, lines).catch((error: unknown) => {
          throw away(`nothing was done: it cannot be put on record: ${wordsOf(error)}`);
        });
      };
      const wanted = ids.length > 0 || options.cause !== undefined ? await wantedOf(desk, ids, options) : undefined;
      const all: DeadLetter[] = [];
      for (const queue of queuesOf(options)) {
        all.push(...(await inBatches(desk, queue, wanted, (selection) => desk[action](selection, before))));
      }
      return all;
    }),
  );
  tell(counter, action, done, options);
  const missing = ids.filter((id) => !done.some((letter) => letter.id === id));
  if (missing.length > 0) throw answeredNo(`no such dead letter: ${missing.join(', ')}`);
}

/** Ids of the letters that are meant: those that were named, as far as they have the cause that was named. */
async function wantedOf(desk: DeadLetterDesk, ids: readonly string[], options: Selection): Promise<Set<string>> {
  if (options.cause === undefined) return new Set(ids);
  const withCause = (await find(desk, options, MOST_LETTERS)).map(({ id }) => id);
  return new Set(ids.length === 0 ? withCause : withCause.filter((id) => ids.includes(id)));
}

/** No more than there were at the beginning: letters that die again meanwhile are for the next time. */
async function inBatches(
  desk: DeadLetterDesk,
  queue: string,
  wanted: ReadonlySet<string> | undefined,
  step: (selection: DeadLetterSelection) => Promise<readonly DeadLetter[]>,
): Promise<DeadLetter[]> {
  const counts = await desk.count();
  const there = counts.find((count) => count.queue === queue)?.dead ?? 0;
  const done: DeadLetter[] = [];
  while (done.length < there) {
    const limit = Math.min(BATCH, there - done.length);
    const letters = await step({ queue, limit, ...(wanted && { ids: [...wanted] }) });
    done.push(...letters);
    if (letters.length < limit) break;
  }
  return done;
}

function tell(counter: Counter, action: 'replay' | 'drop', done: readonly DeadLetter[], options: ActOptions): void {
  const { output } = counter;
  if (options.json) {
    output.json({ action, deadLetters: done.map(({ id, queue, cause }) => ({ id, queue, cause: cause.reason })) });
    return;
  }
  for (const queue of queuesOf(options)) {
    const count = done.filter((letter) => letter.queue === queue).length;
    if (count === 0) continue;
    const letters = countOf(count, 'message');
    output.line(
      action === 'replay' ? `${letters} put back into ${queue}.` : `${letters} of ${deadLetterQueueOf(queue)} dropped.`,
    );
  }
  if (done.length === 0) output.line('There are no such dead letters.');
}
