import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { Schema } from '@box-office/api-client';
import { EVENT_STATUSES, formatMoney } from '@box-office/contract';
import { type Command, Option } from 'commander';
import { addCommand, addGroup, type ConfirmOption, type JsonOption, nonBlank, withConfirmation } from '../command.js';
import type { CliContext } from '../context.js';
import { misused, textOfError, withAdvice } from '../failure.js';
import { refundText } from '../output/refunds.js';
import { fields, instantOf } from '../output/table.js';
import { waitForCompletion } from '../wait-for-completion.js';

type Event = Schema<'Event'>;

interface ChangeOptions extends JsonOption {
  readonly file?: string;
  readonly name?: string;
  readonly status?: 'on_sale' | 'closed';
}

interface CancelOptions extends JsonOption, ConfirmOption {
  readonly reason: string;
  readonly wait?: true;
}

export function addEvent(program: Command, context: CliContext): void {
  const group = addGroup(program, 'event', 'create, change or cancel an event');
  addCommand(group, {
    name: 'create',
    summary: 'create an event from a JSON file',
    more: 'The file has the fields of POST /api/events, which /docs of the gateway describes. The audit log keeps who created it.',
    examples: ['event create --file gala.json', 'event create --file - < gala.json'],
  })
    .requiredOption('--file <file>', 'the event as JSON; - for standard input')
    .option('--key <text>', 'idempotency key: what is repeated with its key is created once')
    .action(async ({ file, key = randomUUID(), json }: JsonOption & { file: string; key?: string }) => {
      const { api, answer } = context.gateway();
      const body = await jsonIn<Schema<'NewEvent'>>(file);
      const call = api.POST('/api/events', { params: { header: { 'Idempotency-Key': key } }, body });
      const event = await answer(call).catch((error: unknown) => {
        throw withAdvice(error, `it may have been created: repeat it with --key ${key}`);
      });
      show(context, 'Created', event, json);
    });

  addCommand(group, {
    name: 'change',
    summary: 'change the named fields of an event',
    more: 'The file has the fields of PATCH /api/events/{id}; options override it. The audit log keeps the values before and after.',
    examples: [
      'event change 1 --status closed',
      "event change 1 --name 'Gala, second night'",
      'event change 1 --file new.json',
    ],
  })
    .argument('<id>', 'the event id')
    .option('--file <file>', 'the changes as JSON; - for standard input')
    .option('--name <text>', 'new name')
    .addOption(
      new Option('--status <status>', 'close the sale, or open it again').choices(
        EVENT_STATUSES.filter((status) => status !== 'cancelled'),
      ),
    )
    .action(async (id: string, { file, json, ...named }: ChangeOptions) => {
      const inFile = file === undefined ? {} : await jsonIn<Schema<'EventChanges'>>(file);
      const body: Schema<'EventChanges'> = { ...inFile, ...named };
      if (Object.keys(body).length === 0) throw misused('name what to change: --status, --name or --file');
      const { api, answer } = context.gateway();
      const event = await answer(api.PATCH('/api/events/{id}', { params: { path: { id } }, body }));
      show(context, 'Changed', event, json);
    });

  withConfirmation(
    addCommand(group, {
      name: 'cancel',
      summary: 'cancel an event: end its sale permanently and refund all its tickets',
      examples: ["event cancel 1 --reason 'the singer is ill' --yes --wait"],
    }),
  )
    .argument('<id>', 'the event id')
    .requiredOption('--reason <text>', 'why; kept with the cancellations and in the audit log', nonBlank)
    .option('--wait', 'wait until it is done')
    .action((id: string, options: CancelOptions) => cancel(context, id, options));
}

async function cancel(context: CliContext, id: string, options: CancelOptions): Promise<void> {
  const { output } = context;
  const { api, answer } = context.gateway();
  const params = { path: { id } };
  const event = await answer(api.GET('/api/events/{id}', { params }));
  const preview = [
    'cancel event',
    ...linesOf(event),
    'All its tickets are refunded and cancelled. This cannot be undone.',
  ];
  await context.confirm(preview, options);
  const { reason } = options;
  const first = await answer(api.POST('/api/events/{id}/cancel', { params, body: { reason } }));
  const state = await waitForCompletion({
    output,
    what: `the cancellation of event ${id}`,
    first,
    ask: () => answer(api.GET('/api/events/{id}/cancellation', { params })),
    isDone: ({ status }) => !options.wait || status === 'finished',
  });
  if (options.json) return output.json(state);
  const { status, cancelled = 0, purchases = 0, requestedMinor, currency } = state;
  const money = requestedMinor === undefined ? '' : `; ${refundText(state, currency)}`;
  output.line(`Event ${id}: ${status}; ${cancelled} of ${purchases} purchases cancelled${money}.`);
}

function show({ output }: CliContext, done: string, event: Event, json: true | undefined): void {
  if (json) return output.json(event);
  output.line(`${done}:`);
  for (const line of linesOf(event)) output.line(line);
}

const linesOf = (event: Event): string[] =>
  fields([
    ['event', event.id],
    ['name', event.name],
    ['starts', instantOf(event.startsAt)],
    ['status', event.status],
    ...event.ticketTypes.map((type): [string, string] => [
      'type',
      `${type.name}: ${formatMoney(type.priceMinor, event.currency)}${taxOf(type)}, ${
        type.fee ? `fee ${feeOf(type.fee, event.currency)}, ` : ''
      }${type.total} tickets`,
    ]),
    ['fee', feeOf(event.purchaseFee, event.currency)],
    ['kept of refunds', keptOf(event)],
  ]);

const taxOf = ({ taxRatePpm }: { readonly taxRatePpm: number }): string =>
  taxRatePpm === 0 ? '' : ` with ${taxRatePpm / 10_000} % tax`;

const feeOf = (fee: Event['purchaseFee'], currency: string): string | null =>
  fee && `${formatMoney(fee.priceMinor, currency)}${taxOf(fee)}`;

/** What a cancellation by the buyer does not give back. */
function keptOf({ refundRules, currency }: Event): string | null {
  if (refundRules === null) return null;
  const { keepsFees, withheldPpm, withheldMinor } = refundRules;
  const kept = [
    keepsFees ? 'fees' : [],
    withheldPpm > 0 ? `${withheldPpm / 10_000} % of each price` : [],
    withheldMinor > 0 ? `${formatMoney(withheldMinor, currency)} of each ticket` : [],
  ];
  return kept.flat().join(', ');
}

/** The file's JSON object. Its fields are checked by the gateway. */
async function jsonIn<T extends object>(file: string): Promise<T> {
  try {
    const value: unknown = JSON.parse(await (file === '-' ? text(process.stdin) : readFile(file, 'utf8')));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as T;
  } catch (error) {
    throw misused(`${file}: ${textOfError(error)}`);
  }
  throw misused(`${file}: it is not a JSON object`);
}
