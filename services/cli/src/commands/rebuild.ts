import type { Schema } from '@box-office/api-client';
import type { Command } from 'commander';
import { addCommand, type JsonOption } from '../command.js';
import type { CliContext } from '../context.js';
import { answeredNo, misused } from '../failure.js';
import { countOf } from '../output/table.js';
import { waitForCompletion } from '../wait-for-completion.js';

interface RebuildOptions extends JsonOption {
  readonly event?: string;
  readonly all?: true;
  readonly wait?: true;
}

export function addRebuild(program: Command, context: CliContext): void {
  addCommand(program, {
    name: 'rebuild',
    summary: 'rebuild what is derived from PostgreSQL, while sales continue',
    more: 'The inventory and the read models in Redis are rebuilt from PostgreSQL, and the capacity from the ledger.',
    examples: ['rebuild --event 1 --wait', 'rebuild --all'],
  })
    .option('--event <id>', 'of one event')
    .option('--all', 'of every event')
    .option('--wait', 'wait until it is done')
    .action((options: RebuildOptions) => rebuild(context, options));
}

async function rebuild(context: CliContext, options: RebuildOptions): Promise<void> {
  const { event, all, wait } = options;
  if ((event === undefined) === (all === undefined)) throw misused('name either --event or --all');
  const { output } = context;
  const { api, answer } = context.gateway();
  const body = event === undefined ? {} : { eventId: event };
  const first = await answer(api.POST('/api/operations/rebuild', { body }));
  const params = { path: { id: event ?? 'all' } };
  const state = await waitForCompletion({
    output,
    what: 'the rebuild',
    first,
    ask: () => answer(api.GET('/api/operations/rebuild/{id}', { params })),
    isDone: ({ status }) => !wait || status !== 'running',
  });
  if (options.json) output.json(state);
  else if (state.status !== 'ended') output.line(state.result ? resultText(state.result) : 'The rebuild continues.');
  if (state.status === 'ended') throw answeredNo('the rebuild was stopped before its end');
}

const resultText = (result: NonNullable<Schema<'Rebuild'>['result']>): string =>
  `${countOf(result.events, 'event')} rebuilt: ${result.rewritten} of ${countOf(result.readModels, 'read model')} rewritten, ` +
  `${countOf(result.capacitiesCorrected, 'capacity', 'capacities')} corrected, ` +
  `${countOf(result.ledgerDifferences, 'difference')} between ledger and tickets.`;
