import type { ReconciliationCounts } from '@box-office/contract';
import type { Command } from 'commander';
import { addCommand, type JsonOption } from '../command.js';
import type { Counter } from '../counter.js';
import { answeredNo } from '../failure.js';
import type { SweepView } from '../gateway/views.js';
import { countOf } from '../output/table.js';
import { untilDone } from '../waiting.js';

interface ReconcileOptions extends JsonOption {
  readonly event?: string;
  readonly wait?: true;
}

export function addReconcile(program: Command, counter: Counter): void {
  addCommand(program, {
    name: 'reconcile',
    summary: 'compare all stores now, and repair what is safe to repair',
    more: 'It does so by itself every minute with what changed; this looks at everything in its scope. With --wait the exit code is 1 if something was left for a person: see `findings`.',
    examples: ['reconcile --event 1 --wait', 'reconcile'],
  })
    .option('--event <id>', 'only this event')
    .option('--wait', 'until it is done')
    .action((options: ReconcileOptions) => reconcile(counter, options));
}

async function reconcile(counter: Counter, options: ReconcileOptions): Promise<void> {
  const { output } = counter;
  const gateway = counter.gateway();
  const scope = options.event === undefined ? {} : { eventId: options.event };
  const { body } = await gateway.post<SweepView>('/api/operations/reconciliation', scope);
  const sweep = await untilDone({
    output,
    what: `sweep ${body.sweepId}`,
    first: body,
    ask: () => gateway.get<SweepView>(`/api/operations/reconciliation/${body.sweepId}`),
    isDone: ({ status }) => !options.wait || status === 'finished',
  });
  if (options.json) output.json(sweep);
  else output.line(sweep.counts ? wordsOfCounts(sweep.counts) : `Sweep ${sweep.sweepId} goes on.`);
  const left = sweep.counts?.handedOver ?? 0;
  if (left > 0) throw answeredNo(`${countOf(left, 'finding waits', 'findings wait')} for a person`);
}

/** `1 event compared: nothing found.` */
export function wordsOfCounts(counts: ReconciliationCounts): string {
  const { events, recovered, found, repaired, handedOver } = counts;
  const did = [
    recovered > 0 && `${recovered} taken up again`,
    found > 0 && `${found} found`,
    repaired > 0 && `${repaired} repaired`,
    handedOver > 0 && `${handedOver} left for a person`,
  ].filter(Boolean);
  return `${countOf(events, 'event')} compared: ${did.length === 0 ? 'nothing found' : did.join(', ')}.`;
}
