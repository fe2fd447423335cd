import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { EVENT_STATUSES, formatMoney } from '@box-office/contract';
import { type Command, Option } from 'commander';
import { addCommand, addGroup, type ConfirmOption, type JsonOption, withConfirmation } from '../command.js';
import type { Counter } from '../counter.js';
import { misused, wordsOf } from '../failure.js';
import type { EventCancellationView, EventView } from '../gateway/views.js';
import { fields, instantOf } from '../output/table.js';
import { untilDone } from '../waiting.js';

interface ChangeOptions extends JsonOption {
  readonly file?: string;
  readonly name?: string;
  readonly status?: string;
}

interface CancelOptions extends JsonOption, ConfirmOption {
  readonly reason: string;
  readonly wait?: true;
}

export function addEvent(program: Command, counter: Counter): void {
  const group = addGroup(program, 'event', 'create, change or cancel an event');
  addCommand(group, {
    name: 'create',
    summary: 'create an event from a JSON file',
    more: 'The file has the fields of POST /api/events, which /docs of the gateway describes. Who created it is kept in the audit log.',
    examples: ['event create --file gala.json', 'event create --file - < gala.json'],
  })
    .requiredOption('--file <file>', 'the event as JSON; - for standard input')
    .action(async ({ file, json }: JsonOption & { file: string }) => {
      const { body } = await counter.gateway().post<EventView>('/api/events', await jsonIn(file));
      show(counter, 'Created', body, json);
    });

  addCommand(group, {
    name: 'change',
    summary: 'change an event; what is not named stays',
    more: 'A file has the fields of PATCH /api/events/{id}; options win over it. Values before and after are kept in the audit log.',
    examples: [
      'event change 1 --status closed',
      "event change 1 --name 'Gala, second night'",
      'event change 1 --file new.json',
    ],
  })
    .argument('<id>', 'the event id')
    .option('--file <file>', 'the changes as JSON; - for standard input')
    .option('--name <text>', 'another name')
    .addOption(
      new Option('--status <status>', 'end or resume the sale').choices(
        EVENT_STATUSES.filter((status) => status !== 'cancelled'),
      ),
    )
    .action(async (id: string, { file, json, ...named }: ChangeOptions) => {
      const changes = { ...(file === undefined ? {} : await jsonIn(file)), ...named };
      if (Object.keys(changes).length === 0) throw misused('name what to change: --status, --name or --file');
      const { body } = await counter.gateway().patch<EventView>(`/api/events/${encodeURIComponent(id)}`, changes);
      show(counter, 'Changed', body, json);
    });

  withConfirmation(
    addCommand(group, {
      name: 'cancel',
      summary: 'cancel an event: end its sale for good and refund all of it',
      examples: ["event cancel 1 --reason 'the singer is ill' --yes --wait"],
    }),
  )
    .argument('<id>', 'the event id')
    .requiredOption('--reason <text>', 'why; kept with the cancellations and in the audit log')
    .option('--wait', 'until it is done')
    .action((id: string, options: CancelOptions) => cancel(counter, id, options));
}

async function cancel(counter: Counter, id: string, options: CancelOptions): Promise<void> {
  const { output } = counter;
  const gateway = counter.gateway();
  const path = `/api/events/${encodeURIComponent(id)}`;
  const event = await gateway.get<EventView>(path);
  const preview = [
    'cancel event',
    ...linesOf(event),
    'All its tickets are refunded and cancelled. This is never undone.',
  ];
  await counter.confirm(preview, options);
  const { body } = await gateway.post<EventCancellationView>(`${path}/cancel`, { reason: options.reason });
  const state = await untilDone({
    output,
    what: `the cancellation of event ${id}`,
    first: body,
    ask: () => gateway.get<EventCancellationView>(`${path}/cancellation`),
    isDone: ({ status }) => !options.wait || status === 'finished',
  });
  if (options.json) output.json(state);
  else
    output.line(
      `Event ${id}: ${state.status}; ${state.cancelled ?? 0} of ${state.purchases ?? 0} purchases cancelled.`,
    );
}

function show({ output }: Counter, done: string, event: EventView, json: true | undefined): void {
  if (json) return output.json(event);
  output.line(`${done}:`);
  for (const line of linesOf(event)) output.line(line);
}

const linesOf = (event: EventView): string[] =>
  fields([
    ['event', event.id],
    ['name', event.name],
    ['starts', instantOf(event.startsAt)],
    ['status', event.status],
    ...event.ticketTypes.map((type): [string, string] => [
      'type',
      `${type.name}: ${formatMoney(type.priceMinor, event.currency)}, ${type.total} tickets`,
    ]),
  ]);

async function jsonIn(file: string): Promise<object> {
  try {
    const value: unknown = JSON.parse(await (file === '-' ? text(process.stdin) : readFile(file, 'utf8')));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch (error) {
    throw misused(`${file}: ${wordsOf(error)}`);
  }
  throw misused(`${file}: it is not a JSON object`);
}
