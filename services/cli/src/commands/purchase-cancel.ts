import { formatTickets } from '@box-office/contract';
import type { Command } from 'commander';
import { addCommand, type ConfirmOption, type JsonOption, uuid, withConfirmation } from '../command.js';
import type { Counter } from '../counter.js';
import { answeredNo } from '../failure.js';
import type { CancellationView, PurchaseView } from '../gateway/views.js';
import { refundsInWords } from '../output/refunds.js';
import { countOf, fields } from '../output/table.js';
import { untilDone } from '../waiting.js';
import { rowsOfPurchase } from './purchase-show.js';

interface CancelOptions extends JsonOption, ConfirmOption {
  readonly tickets?: readonly string[];
  readonly reason?: string;
  readonly operator?: string;
  readonly wait?: true;
}

export function addCancel(group: Command, counter: Counter): void {
  withConfirmation(
    addCommand(group, {
      name: 'cancel',
      summary: 'cancel a purchase or some of its tickets, and refund them',
      more: 'The same request is the same cancellation, however often it is sent: it refunds once. One under way is stopped.',
      examples: [
        "purchase cancel 0786e9be-ee41-50d7-986b-7c911c41e848 --reason 'the buyer is ill' --wait --yes",
        'purchase cancel 0786e9be-ee41-50d7-986b-7c911c41e848 --tickets 6c1f3a2e-9f0b-5c58-9a4e-0c3a35c3a8d1',
      ],
    }),
  )
    .argument('<id>', 'the purchase id', uuid)
    .option('--tickets <ids...>', 'ids of the tickets; all that is left of the purchase without it', ticketIds)
    .option('--reason <text>', 'why; kept with the cancellation')
    .option('--operator <name>', 'who decided, where several share the token; noted with the reason')
    .option('--wait', 'until it is done')
    .action((id: string, options: CancelOptions) => cancel(counter, id, options));
}

/** Given one by one, or with commas between them. */
const ticketIds = (text: string, before: readonly string[] = []): string[] => [...before, ...text.split(',').map(uuid)];

async function cancel(counter: Counter, id: string, options: CancelOptions): Promise<void> {
  const { output } = counter;
  const gateway = counter.gateway();
  const { tickets, reason, operator } = options;
  const purchase = await gateway.get<PurchaseView>(`/api/purchases/${id}`);
  const what = tickets ? countOf(tickets.length, 'ticket') : 'all that is left';
  await counter.confirm(
    [
      `cancel ${what} of purchase ${id}`,
      ...fields(rowsOfPurchase(purchase).slice(1)),
      'It is refunded, and its tickets can be sold again. This is never undone.',
    ],
    options,
  );
  const told = [reason, operator && `(decided by ${operator})`].filter(Boolean).join(' ');
  const asked = await gateway.post<CancellationView>(`/api/purchases/${id}/cancel`, {
    ...(tickets && { tickets }),
    ...(told !== '' && { reason: told }),
  });
  const state = await untilDone({
    output,
    what: `cancellation ${asked.body.cancellationId}`,
    first: asked.body,
    ask: () => gateway.get<CancellationView>(`/api/cancellations/${asked.body.cancellationId}`),
    isDone: ({ status }) => !options.wait || status === 'cancelled' || status === 'refused',
  });
  if (options.json) output.json(state);
  else if (state.status !== 'refused') output.line(lineOf(state));
  if (state.status === 'refused') {
    throw answeredNo(`it was not cancelled: ${state.problem?.detail ?? 'no reason given'}`);
  }
}

function lineOf(state: CancellationView): string {
  const { status, tickets = [], currency } = state;
  const what = tickets.length === 0 ? 'no tickets' : formatTickets(tickets);
  if (status !== 'cancelled') return `Cancellation ${state.cancellationId} goes on (${status}).`;
  return `Cancelled: ${what}; ${refundsInWords(state, currency)}.`;
}
