import { oneLine, type WaitingForPerson } from '@box-office/contract';
import type { Command } from 'commander';
import { addCommand, type JsonOption, wholeNumber } from '../command.js';
import type { Counter } from '../counter.js';
import type { Gateway } from '../gateway/gateway.js';
import { countOf, fields, instantOf } from '../output/table.js';

const PATH = '/api/operations/attention';
const MOST = 1_000;

export const listAttention = (gateway: Gateway, most: number) =>
  gateway.list<'purchases', WaitingForPerson>(PATH, 'purchases', { most });

export function addAttention(program: Command, counter: Counter): void {
  addCommand(program, {
    name: 'attention',
    summary: 'list the purchases, cancellations and holds that wait for a person',
    more: 'A step of theirs does not get through; it is tried on meanwhile. Most go on by themselves when the server behind the step is back; see `purchase`.',
    examples: ['attention', 'attention --limit 5 --json'],
  })
    .option('--limit <n>', `most to list (1 to ${MOST})`, wholeNumber(MOST), 100)
    .action(async (options: JsonOption & { limit: number }) => {
      const { output } = counter;
      const { items, next } = await listAttention(counter.gateway(), options.limit);
      if (options.json) return output.json({ purchases: items, next });
      if (items.length === 0) return output.line('Nothing waits for a person.');
      for (const item of items) output.line(`${linesOf(item).join('\n')}\n`);
      output.line(
        `${countOf(items.length, 'workflow waits', 'workflows wait')}${next === null ? '' : ', and there are more'}.`,
      );
    });
}

export const linesOf = (item: WaitingForPerson): string[] => [
  oneLine(item.workflowId),
  ...fields([
    ['  step', item.step],
    ['  cause', item.cause],
    ['  since', instantOf(item.since)],
    ['  purchases', item.purchaseIds.join(', ')],
    ['  events', item.eventIds.join(', ')],
    ['  buyers', item.userIds.join(', ')],
    ...item.cancellations.map(({ requestedBy, byOperator, requestedAt, cancellationId }): [string, string] => [
      '  asked for',
      `cancellation ${cancellationId} by ${byOperator ? 'operator' : 'buyer'} ${requestedBy} at ${instantOf(requestedAt)}: it waits until the purchase has its outcome`,
    ]),
  ]),
];
