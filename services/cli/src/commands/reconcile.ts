import type { ReconciliationCounts } from '@box-office/contract';
import type { Command } from 'commander';
import { addCommand, type JsonOption } from '../command.js';
import type { CliContext } from '../context.js';
import { answeredNo, unavailable } from '../failure.js';
import { countOf } from '../output/table.js';
import { waitForCompletion } from '../wait-for-completion.js';

interface ReconcileOptions extends JsonOption {
  readonly event?: string;
  readonly wait?: true;
}

export function addReconcile(program: Command, context: CliContext): void {
  addCommand(program, {
    name: 'reconcile',
    summary: 'compare all stores now, and repair what is safe to repair',
    more: 'A schedule compares what changed every minute; this compares everything in its scope. With --wait the exit code is 1 if something was left to an operator (see `findings`) or the run was stopped before its end, and 3 if not everything was compared.',
    examples: ['reconcile --event 1 --wait', 'reconcile'],
  })
    .option('--event <id>', 'only this event')
    .option('--wait', 'wait until it is done')
    .action((options: ReconcileOptions) => reconcile(context, options));
}

async function reconcile(context: CliContext, options: ReconcileOptions): Promise<void> {
  const { output } = context;
  const { api, answer } = context.gateway();
  const body = options.event === undefined ? {} : { eventId: options.event };
  const first = await answer(api.POST('/api/operations/reconciliation', { body }));
  const { reconciliationId } = first;
  const run = await waitForCompletion({
    output,
    what: `reconciliation run ${reconciliationId}`,
    first,
    ask: () => answer(api.GET('/api/operations/reconciliation/{id}', { params: { path: { id: reconciliationId } } })),
    isDone: ({ status }) => !options.wait || status === 'finished' || status === 'ended',
  });
  if (options.json) output.json(run);
  else if (run.status !== 'ended')
    output.line(run.counts ? countsText(run.counts) : `Reconciliation run ${reconciliationId} continues.`);
  if (run.status === 'ended') throw answeredNo(`reconciliation run ${reconciliationId} was stopped before its end`);
  const missing = run.counts && incompleteText(run.counts);
  if (missing) throw unavailable(`not everything was compared: ${missing}. Repeat the command`);
  const left = run.counts?.handedOver ?? 0;
  if (left > 0) throw answeredNo(`${countOf(left, 'finding waits', 'findings wait')} for an operator`);
}

/** `1 event compared: nothing found.` */
export function countsText(counts: ReconciliationCounts): string {
  const { events, recovered, found, repaired, handedOver } = counts;
  const did = [
    recovered > 0 && `${recovered} recovered`,
    found > 0 && `${found} found`,
    repaired > 0 && `${repaired} repaired`,
    handedOver > 0 && `${handedOver} left to an operator`,
  ].filter(Boolean);
  const missing = incompleteText(counts);
  const result = did.length === 0 ? 'nothing found' : did.join(', ');
  return `${countOf(events, 'event')} compared: ${result}${missing === null ? '' : `; ${missing}`}.`;
}

/** What the run did not compare; null if it compared everything in its scope. */
function incompleteText({ failedSteps = 0, paymentsLeft = false }: ReconciliationCounts): string | null {
  if (failedSteps > 0) return `${countOf(failedSteps, 'step')} failed, so this proves nothing`;
  return paymentsLeft ? 'payments are left to compare' : null;
}
