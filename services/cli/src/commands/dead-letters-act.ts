import {
  type BeforeDeadLetters,
  type DeadLetter,
  type DeadLetterAdmin,
  type DeadLetterSelection,
  deadLetterQueueOf,
} from '@box-office/messaging';
import { appendAuditLines } from '@box-office/database';
import type { Command } from 'commander';
import type pg from 'pg';
import { addCommand, type ConfirmOption, nonBlank, withConfirmation } from '../command.js';
import type { CliContext } from '../context.js';
import {
  countDeadLetters,
  type Counts,
  findLetters,
  MAX_LETTERS,
  noteUnread,
  queuesOf,
  type Selection,
  withSelection,
} from '../dead-letter-selection.js';
import { auditLineOf } from '../dead-letters-on-record.js';
import { answeredNo, unavailable, misused, textOfError } from '../failure.js';
import { countOf, short, table } from '../output/table.js';

/** Most that are put on record and dealt with at a time. */
const BATCH = 500;

type Action = 'replay' | 'drop';

interface ActOptions extends Selection, ConfirmOption {
  readonly all?: true;
  readonly reason: string;
  readonly operator?: string;
}

export function addAct(
  group: Command,
  context: CliContext,
  action: Action,
  { summary, more }: { readonly summary: string; readonly more: string },
): void {
  const examples = [
    `dead-letters ${action} --cause unknown_event --reason 'the event is there now'`,
    `dead-letters ${action} --all --queue capacity --reason 'as agreed with ann'`,
    `dead-letters ${action} 9d2c5c0e-1b7e-5a55-9c1e-7b8f6f0a4a11 --reason 'looked at it'`,
  ];
  const note = 'Who, what and why is put on record in the audit log first, so DATABASE_URL is needed.';
  const command = withSelection(addCommand(group, { name: action, summary, more: `${more} ${note}`, examples }))
    .argument('[ids...]', 'ids as `list` tells them')
    .option('--all', 'all of them')
    .requiredOption('--reason <text>', 'why; kept in the audit log', nonBlank)
    .option('--operator <name>', 'who decided; the subject of OPERATOR_TOKEN without it')
    .action((ids: string[], options: ActOptions) => act(context, action, ids, options));
  if (action === 'drop') withConfirmation(command);
}

async function act(context: CliContext, action: Action, ids: readonly string[], options: ActOptions): Promise<void> {
  const isChosen = ids.length > 0 || options.cause !== undefined;
  if (isChosen === (options.all === true)) throw misused('name ids or a --cause, or --all');
  const operator = context.operator(options.operator);
  const queues = queuesOf(options);
  const { done, dead } = await context.withDatabase((pool) =>
    context.withDeadLetters(async (admin) => {
      const before = onRecord(pool, { action, operator, reason: options.reason });
      const dead = await countDeadLetters(admin);
      const wanted = isChosen ? await idsOf(admin, ids, options) : undefined;
      if (action === 'drop') await context.confirm(await previewOf(admin, wanted, options, dead), options);
      const done: DeadLetter[] = [];
      for (const queue of queues) {
        const step = (selection: DeadLetterSelection) => admin[action](selection, before);
        done.push(...(await inBatches(queue, dead.get(queue) ?? 0, wanted, step)));
      }
      return { done, dead };
    }),
  );
  tell(context, action, done, options);
  const missing = ids.filter((id) => !done.some((letter) => letter.id === id));
  const mayHaveMissed = options.cause !== undefined || missing.length > 0;
  if (mayHaveMissed) noteUnread(context.output, options, dead, MAX_LETTERS);
  if (missing.length === 1) throw answeredNo(`no such dead letter: ${missing.join()}`);
  // The number first: a long line is cut at its end.
  if (missing.length > 1) throw answeredNo(`${missing.length} ids name no dead letter: ${missing.join(', ')}`);
}

const MAX_SHOWN = 20;

/** What is about to be given up. */
async function previewOf(
  admin: DeadLetterAdmin,
  wanted: readonly string[] | undefined,
  options: ActOptions,
  dead: Counts,
): Promise<string[]> {
  const { cause: _, ...anyCause } = options;
  const letters = await findLetters(admin, anyCause, wanted === undefined ? MAX_SHOWN : MAX_LETTERS);
  const meant = letters.filter(({ id }) => wanted === undefined || wanted.includes(id));
  const all = queuesOf(options).reduce((sum, queue) => sum + (dead.get(queue) ?? 0), 0);
  const count = wanted === undefined ? all : meant.length;
  const rows = meant.slice(0, MAX_SHOWN).map(({ id, queue, cause }) => [id, queue, cause.reason, short(cause.detail)]);
  return [
    `drop ${countOf(count, 'message')} permanently; their content stays in the audit log alone`,
    ...table(['ID', 'QUEUE', 'CAUSE', 'DETAIL'], rows),
    ...(count > rows.length ? [`… and ${count - rows.length} more`] : []),
  ];
}

/** What is about to be done, in the audit log; if that fails nothing is done. */
const onRecord =
  (pool: pg.Pool, what: Parameters<typeof auditLineOf>[1]): BeforeDeadLetters =>
  async (letters) => {
    const lines = letters.map((letter) => auditLineOf(letter, what));
    await appendAuditLines(pool, lines).catch((error: unknown) => {
      throw unavailable(`it cannot be put on record, so it was not done: ${textOfError(error)}`);
    });
  };

/** Ids of the letters that are meant: those that were named, as far as they have the cause that was named. */
async function idsOf(admin: DeadLetterAdmin, ids: readonly string[], options: Selection): Promise<readonly string[]> {
  if (options.cause === undefined) return ids;
  const withCause = (await findLetters(admin, options, MAX_LETTERS)).map(({ id }) => id);
  return ids.length === 0 ? withCause : withCause.filter((id) => ids.includes(id));
}

/** No more than there were at the beginning: letters that die again meanwhile are for the next time. */
async function inBatches(
  queue: string,
  dead: number,
  ids: readonly string[] | undefined,
  step: (selection: DeadLetterSelection) => Promise<readonly DeadLetter[]>,
): Promise<DeadLetter[]> {
  const done: DeadLetter[] = [];
  while (done.length < dead) {
    const limit = Math.min(BATCH, dead - done.length);
    const letters = await step({ queue, limit, ...(ids && { ids }) });
    done.push(...letters);
    if (letters.length < limit) break;
  }
  return done;
}

function tell(context: CliContext, action: Action, done: readonly DeadLetter[], options: ActOptions): void {
  const { output } = context;
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
