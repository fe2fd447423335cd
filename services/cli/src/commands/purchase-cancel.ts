import type { Schema } from '@box-office/api-client';
import { formatTickets } from '@box-office/contract';
import type { Command } from 'commander';
import { addCommand, type ConfirmOption, type JsonOption, nonBlank, uuid, withConfirmation } from '../command.js';
import type { CliContext } from '../context.js';
import { answeredNo } from '../failure.js';
import { refundText } from '../output/refunds.js';
import { countOf, fields } from '../output/table.js';
import { waitForCompletion } from '../wait-for-completion.js';
import { rowsOfPurchase } from './purchase-show.js';

interface CancelOptions extends JsonOption, ConfirmOption {
  readonly tickets?: readonly string[];
  readonly reason?: string;
  readonly operator?: string;
  readonly returnedBy?: string;
  readonly wait?: true;
}

export function addCancel(group: Command, context: CliContext): void {
  withConfirmation(
    addCommand(group, {
      name: 'cancel',
      summary: 'cancel a purchase or some of its tickets, and refund them',
      more: 'The same request is the same cancellation, however often it is sent: it refunds once. A purchase in progress is stopped.',
      examples: [
        "purchase cancel 0786e9be-ee41-50d7-986b-7c911c41e848 --reason 'the buyer is ill' --wait --yes",
        'purchase cancel 0786e9be-ee41-50d7-986b-7c911c41e848 --tickets 6c1f3a2e-9f0b-5c58-9a4e-0c3a35c3a8d1',
      ],
    }),
  )
    .argument('<id>', 'the purchase id', uuid)
    .option('--tickets <ids...>', 'ids of the tickets; without it, all that are left of the purchase', ticketIds)
    .option('--reason <text>', 'why; kept with the cancellation', nonBlank)
    .option('--returned-by <id>', 'the money went back by this refund or dispute at the provider: refund nothing')
    .option('--operator <name>', 'who decided, if several share the token; kept with the reason')
    .option('--wait', 'wait until it is done')
    .action((id: string, options: CancelOptions) => cancel(context, id, options));
}

/** Separate arguments, or one with commas. */
const ticketIds = (text: string, before: readonly string[] = []): string[] => [...before, ...text.split(',').map(uuid)];

async function cancel(context: CliContext, id: string, options: CancelOptions): Promise<void> {
  const { output } = context;
  const { api, answer } = context.gateway();
  const params = { path: { id } };
  const { tickets, reason, operator, returnedBy } = options;
  const purchase = await answer(api.GET('/api/purchases/{id}', { params }));
  const money = returnedBy === undefined ? 'It is refunded' : `Nothing is refunded, because ${returnedBy} did`;
  const what = tickets ? countOf(tickets.length, 'ticket') : 'all that is left';
  await context.confirm(
    [
      `cancel ${what} of purchase ${id}`,
      ...fields(rowsOfPurchase(purchase).slice(1)),
      `${money}, and its tickets can be sold again. This cannot be undone.`,
    ],
    options,
  );
  const fullReason = [reason, operator && `(decided by ${operator})`].filter(Boolean).join(' ');
  const body = {
    ...(tickets && { tickets: [...tickets] }),
    ...(fullReason !== '' && { reason: fullReason }),
    ...(returnedBy !== undefined && { returnedBy }),
  };
  const first = await answer(api.POST('/api/purchases/{id}/cancel', { params, body }));
  const { cancellationId } = first;
  const state = await waitForCompletion({
    output,
    what: `cancellation ${cancellationId}`,
    first,
    ask: () => answer(api.GET('/api/cancellations/{id}', { params: { path: { id: cancellationId } } })),
    isDone: ({ status }) => !options.wait || status === 'cancelled' || status === 'refused',
  });
  if (options.json) output.json(state);
  else if (state.status !== 'refused') output.line(lineOf(state));
  if (state.status === 'refused') {
    throw answeredNo(`it was not cancelled: ${state.problem?.detail ?? 'no reason given'}`);
  }
}

function lineOf(state: Schema<'Cancellation'>): string {
  const { status, tickets = [], currency } = state;
  const what = tickets.length === 0 ? 'no tickets' : formatTickets(tickets);
  if (status !== 'cancelled') return `Cancellation ${state.cancellationId} continues (${status}).`;
  return `Cancelled: ${what}; ${refundText(state, currency)}.`;
}
