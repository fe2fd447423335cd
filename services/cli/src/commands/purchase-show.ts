import { type Finding, formatMoney, formatTickets, type HeldTicket, type WaitingForPerson } from '@box-office/contract';
import type { Command } from 'commander';
import { addCommand, type JsonOption, uuid } from '../command.js';
import type { Counter } from '../counter.js';
import type { Gateway } from '../gateway/gateway.js';
import type { PurchaseView } from '../gateway/views.js';
import { refundsInWords } from '../output/refunds.js';
import { fields, instantOf, table } from '../output/table.js';
import { linesOf, listAttention } from './attention.js';
import { FINDING_HEAD, rowOfFinding } from './findings.js';

/** Among so many that wait it is looked for. */
const MOST_WAITING = 1_000;
const MOST_FINDINGS = 100;

export function addShow(group: Command, counter: Counter): void {
  addCommand(group, {
    name: 'show',
    summary: 'show a purchase, what it waits for, and what was found about it',
    examples: ['purchase show 0786e9be-ee41-50d7-986b-7c911c41e848'],
  })
    .argument('<id>', 'the purchase id', uuid)
    .action(async (id: string, options: JsonOption) => {
      const { output } = counter;
      const gateway = counter.gateway();
      const purchase = await gateway.get<PurchaseView>(`/api/purchases/${id}`);
      const waits = purchase.status === 'open' ? await waitOf(gateway, id) : null;
      const { items: findings } = await gateway.list<'findings', Finding>('/api/operations/findings', 'findings', {
        most: MOST_FINDINGS,
        query: { purchaseId: id },
      });
      if (options.json) return output.json({ ...purchase, waits, findings });
      for (const line of fields(rowsOf(purchase))) output.line(line);
      if (waits) output.line(`\nIt waits for a person:\n${linesOf(waits).join('\n')}`);
      if (findings.length > 0) output.line(`\n${table(FINDING_HEAD, findings.map(rowOfFinding)).join('\n')}`);
    });
}

async function waitOf(gateway: Gateway, id: string): Promise<WaitingForPerson | null> {
  const { items } = await listAttention(gateway, MOST_WAITING);
  return items.find(({ purchaseIds }) => purchaseIds.includes(id)) ?? null;
}

const ticketsOf = (tickets: readonly HeldTicket[], status: HeldTicket['status']): string =>
  formatTickets(tickets.filter((ticket) => ticket.status === status));

const rowsOf = (purchase: PurchaseView): [string, string | undefined | null][] => [
  ['purchase', purchase.purchaseId],
  ['status', purchase.status],
  ['why', purchase.problem && `${purchase.problem.title}: ${purchase.problem.detail}`],
  ['event', purchase.eventId],
  ['buyer', purchase.userId],
  ['tickets', purchase.tickets && (ticketsOf(purchase.tickets, 'valid') || 'none')],
  ['cancelling', ticketsOf(purchase.tickets ?? [], 'cancelling') || undefined],
  [
    'amount',
    purchase.amountMinor === undefined ? undefined : formatMoney(purchase.amountMinor, purchase.currency ?? 'EUR'),
  ],
  ...(purchase.cancellations ?? []).map((one): [string, string] => [
    'cancellation',
    `${one.cancellationId}: ${one.status}, ${refundsInWords(one, purchase.currency)}`,
  ]),
  ['transaction', purchase.transactionId],
  ['created', instantOf(purchase.createdAt)],
  ['changed', instantOf(purchase.updatedAt)],
];
