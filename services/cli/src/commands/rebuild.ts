import type { RebuildResult } from '@box-office/contract';
import type { Command } from 'commander';
import { addCommand, type JsonOption } from '../command.js';
import type { Counter } from '../counter.js';
import { answeredNo, misused } from '../failure.js';
import type { RebuildView } from '../gateway/views.js';
import { countOf } from '../output/table.js';
import { untilDone } from '../waiting.js';

interface RebuildOptions extends JsonOption {
  readonly event?: string;
  readonly all?: true;
  readonly wait?: true;
}

export function addRebuild(program: Command, counter: Counter): void {
  addCommand(program, {
    name: 'rebuild',
    summary: 'build anew what is derived from the record, while sales go on',
    more: 'The inventory and the read models in Redis from PostgreSQL, and the capacity from the ledger.',
    examples: ['rebuild --event 1 --wait', 'rebuild --all'],
  })
    .option('--event <id>', 'of one event')
    .option('--all', 'of every event')
    .option('--wait', 'until it is done')
    .action((options: RebuildOptions) => rebuild(counter, options));
}

async function rebuild(counter: Counter, options: RebuildOptions): Promise<void> {
  const { event, all, wait } = options;
  if ((event === undefined) === (all === undefined)) throw misused('name either --event or --all');
  const { output } = counter;
  const gateway = counter.gateway();
  const { body } = await gateway.post<RebuildView>(
    '/api/operations/rebuild',
    event === undefined ? {} : { eventId: event },
  );
  const state = await untilDone({
    output,
    what: 'the rebuild',
    first: body,
    ask: () => gateway.get<RebuildView>(`/api/operations/rebuild/${encodeURIComponent(event ?? 'all')}`),
    isDone: ({ status }) => !wait || status !== 'running',
  });
  if (options.json) output.json(state);
  else if (state.status !== 'ended') output.line(state.result ? wordsOf(state.result) : 'The rebuild goes on.');
  if (state.status === 'ended') throw answeredNo('the rebuild was stopped before its end');
}

const wordsOf = (result: RebuildResult): string =>
  `${countOf(result.events, 'event')} rebuilt: ${result.rewritten} of ${countOf(result.readModels, 'read model')} written anew, ` +
  `${countOf(result.capacitiesCorrected, 'capacity', 'capacities')} corrected, ` +
  `${countOf(result.ledgerDifferences, 'difference')} between ledger and tickets.`;
