import { randomUUID } from 'node:crypto';
import type { ResolveAction } from '@box-office/contract';
import type { Command } from 'commander';
import { addCommand, type ConfirmOption, type JsonOption, uuid, withConfirmation } from '../command.js';
import type { Counter } from '../counter.js';
import { away, CliFailure, EXIT } from '../failure.js';
import type { Gateway } from '../gateway/gateway.js';
import type { PurchaseView, ResolutionView } from '../gateway/views.js';
import { fields } from '../output/table.js';
import { rowsOfPurchase } from './purchase-show.js';

interface ResolveOptions extends JsonOption, ConfirmOption {
  readonly reason: string;
  readonly operator?: string;
  readonly paymentMethod?: string;
  readonly key?: string;
}

const ID = '0786e9be-ee41-50d7-986b-7c911c41e848';

/** What each decision means; docs/operating.md tells when to take which. */
const ACTIONS: Readonly<Record<ResolveAction, { summary: string; more: string; example: string; asks?: string }>> = {
  retry: {
    summary: 'try the step that is stuck again at once',
    more: 'For any step.',
    example: `purchase retry ${ID} --reason 'the provider is back'`,
  },
  skip: {
    summary: 'go on without the step that is stuck',
    more: 'Once the step is marked as stuck. For what follows a sale (settle, publish), and for a refund that was made by hand.',
    example: `purchase skip ${ID} --reason 'refunded by hand, receipt 4711' --operator ann --yes`,
    asks: 'The step is given up for good. If it is a refund or a void, no money goes back by itself any more.',
  },
  correct: {
    summary: 'pay with another method',
    more: 'Once the authorisation is marked as stuck: the attempt so far is reversed at the provider first. While the provider does not answer that, another decision is asked for, at the step undoPayment.',
    example: `purchase correct ${ID} --payment-method pm_approve --reason 'the buyer gave another card'`,
  },
  compensate: {
    summary: 'undo the purchase: no money kept, capacity back',
    more: 'Once a step before its confirmation is marked as stuck; afterwards see `purchase cancel`. While the provider does not answer, another decision is asked for, at the step undoPayment.',
    example: `purchase compensate ${ID} --reason 'the buyer gave up' --yes`,
    asks: 'The purchase is undone for good: its tickets and its money are given back.',
  },
};

/** The decisions about a purchase whose step does not get through. They are kept in the audit log. */
export function addResolutions(group: Command, counter: Counter): void {
  for (const action of Object.keys(ACTIONS) as ResolveAction[]) {
    const { summary, more, example } = ACTIONS[action];
    const command = addCommand(group, { name: action, summary, more, examples: [example] })
      .argument('<id>', 'the purchase id', uuid)
      .requiredOption('--reason <text>', 'why; kept in the audit log')
      .option('--operator <name>', 'who decided, where several share the token; noted with the reason');
    command.option('--key <text>', 'names the decision: one that is repeated with its key is taken once');
    if (ACTIONS[action].asks !== undefined) withConfirmation(command);
    if (action === 'correct') command.requiredOption('--payment-method <method>', 'the method to pay with');
    command.action((id: string, options: ResolveOptions) => resolve(counter, action, id, options));
  }
}

async function resolve(counter: Counter, action: ResolveAction, id: string, options: ResolveOptions): Promise<void> {
  const { reason, operator, paymentMethod, json, key = randomUUID() } = options;
  const decision = {
    action,
    reason: operator === undefined ? reason : `${reason} (decided by ${operator})`,
    ...(paymentMethod !== undefined && { paymentMethod }),
  };
  const { asks } = ACTIONS[action];
  if (asks !== undefined) await counter.confirm(await previewOf(counter.gateway(), action, id, asks), options);
  const path = `/api/operations/purchases/${id}/resolve`;
  const { body } = await counter
    .gateway()
    .post<ResolutionView>(path, decision, { 'idempotency-key': key })
    .catch((error: unknown) => {
      if (!(error instanceof CliFailure) || error.exitCode !== EXIT.away) throw error;
      throw away(`${error.message}; it may be carried out all the same: repeat it with --key ${key}`);
    });
  if (json) counter.output.json(body);
  else
    counter.output.line(
      `Decided for purchase ${body.purchaseId}: ${body.action} at the step ${body.step}. ${body.next}`,
    );
}

/** What is about to be decided about what. */
async function previewOf(gateway: Gateway, action: ResolveAction, id: string, asks: string): Promise<string[]> {
  const purchase = await gateway.get<PurchaseView>(`/api/purchases/${id}`);
  return [`${action} purchase ${id}`, ...fields(rowsOfPurchase(purchase).slice(1)), asks];
}
