import type { Schema } from '@box-office/api-client';
import { oneLine } from '@box-office/contract';
import type { Command } from 'commander';
import { addCommand, type JsonOption, wholeNumber } from '../command.js';
import type { CliContext } from '../context.js';
import { readPages, type Gateway } from '../gateway.js';
import { countOf, fields, instantOf } from '../output/table.js';

const MAX_LISTED = 1_000;

type NeedsIntervention = Schema<'NeedsIntervention'>;

export const listAttention = ({ api, answer }: Gateway, max: number) =>
  readPages<NeedsIntervention>(max, async (query) => {
    const { purchases, next } = await answer(api.GET('/api/operations/attention', { params: { query } }));
    return { items: purchases, next };
  });

export function addAttention(program: Command, context: CliContext): void {
  addCommand(program, {
    name: 'attention',
    summary: 'list the purchases, cancellations and holds that wait for an operator',
    more: 'One of their steps fails and is retried. Most continue without an operator once the server behind the step is available again; see `purchase`.',
    examples: ['attention', 'attention --limit 5 --json'],
  })
    .option('--limit <n>', `maximum to list (1 to ${MAX_LISTED})`, wholeNumber(MAX_LISTED), 100)
    .action(async (options: JsonOption & { limit: number }) => {
      const { output } = context;
      const { items, next } = await listAttention(context.gateway(), options.limit);
      if (options.json) return output.json({ purchases: items, next });
      if (items.length === 0) return output.line('Nothing waits for an operator.');
      for (const item of items) output.line(`${linesOf(item).join('\n')}\n`);
      output.line(
        `${countOf(items.length, 'workflow waits', 'workflows wait')}${next === null ? '' : ', and there are more'}.`,
      );
    });
}

export const linesOf = (item: NeedsIntervention): string[] => [
  oneLine(item.workflowId),
  ...fields([
    ['  step', item.step],
    ['  cause', item.cause],
    ['  since', instantOf(item.since)],
    ['  purchases', item.purchaseIds],
    ['  events', item.eventIds],
    ['  buyers', item.userIds],
    ...item.cancellations.map(({ requestedBy, byOperator, requestedAt, cancellationId }): [string, string] => [
      '  asked for',
      `cancellation ${cancellationId} by ${byOperator ? 'operator' : 'buyer'} ${requestedBy} at ${instantOf(requestedAt)}: it waits until the purchase has its outcome`,
    ]),
  ]),
];
