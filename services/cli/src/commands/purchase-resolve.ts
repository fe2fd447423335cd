import { randomUUID } from 'node:crypto';
import type { ResolveAction } from '@box-office/contract';
import type { Command } from 'commander';
import { addCommand, type ConfirmOption, type JsonOption, nonBlank, uuid, withConfirmation } from '../command.js';
import type { CliContext } from '../context.js';
import { withAdvice } from '../failure.js';
import type { Gateway } from '../gateway.js';
import { fields } from '../output/table.js';
import { rowsOfPurchase } from './purchase-show.js';

interface ResolveOptions extends JsonOption, ConfirmOption {
  readonly reason: string;
  readonly operator?: string;
  readonly paymentMethod?: string;
  readonly key?: string;
}

const ID = '0786e9be-ee41-50d7-986b-7c911c41e848';

/** What each decision means; docs/operating.md says when to take which. */
const ACTIONS: Readonly<Record<ResolveAction, { summary: string; more: string; example: string; asks?: string }>> = {
  retry: {
    summary: 'retry the stuck step now',
    more: 'For any step.',
    example: `purchase retry ${ID} --reason 'the provider is back'`,
  },
  skip: {
    summary: 'continue without the stuck step',
    more: 'Once the step is marked as stuck. For what follows a confirmation (settle, publish), and for a refund that was made by hand.',
    example: `purchase skip ${ID} --reason 'refunded by hand, receipt 4711' --operator ann --yes`,
    asks: 'The step is skipped permanently. If it is a refund or a void, Box Office returns no money for it.',
  },
  correct: {
    summary: 'pay with another method',
    more: 'Once the authorisation is marked as stuck. The attempt so far is reversed at the provider first; if the provider does not answer, the step undoPayment asks for another decision.',
    example: `purchase correct ${ID} --payment-method pm_approve --reason 'the buyer gave another card'`,
  },
  compensate: {
    summary: 'undo the purchase: no money kept, capacity back',
    more: 'Once a step before its confirmation is marked as stuck; after the confirmation, see `purchase cancel`. If the provider does not answer, the step undoPayment asks for another decision.',
    example: `purchase compensate ${ID} --reason 'the buyer gave up' --yes`,
    asks: 'The purchase is undone permanently: its tickets are released and its money is returned.',
  },
};

/** Decisions about a purchase with a stuck step. The audit log keeps them. */
export function addResolutions(group: Command, context: CliContext): void {
  for (const action of Object.keys(ACTIONS) as ResolveAction[]) {
    const { summary, more, example } = ACTIONS[action];
    const command = addCommand(group, { name: action, summary, more, examples: [example] })
      .argument('<id>', 'the purchase id', uuid)
      .requiredOption('--reason <text>', 'why; kept in the audit log', nonBlank)
      .option('--operator <name>', 'who decided, if several share the token; kept with the reason');
    command.option('--key <text>', 'idempotency key: a decision that is repeated with its key is taken once');
    if (ACTIONS[action].asks !== undefined) withConfirmation(command);
    if (action === 'correct') command.requiredOption('--payment-method <method>', 'the method to pay with');
    command.action((id: string, options: ResolveOptions) => resolve(context, action, id, options));
  }
}

async function resolve(context: CliContext, action: ResolveAction, id: string, options: ResolveOptions): Promise<void> {
  const { reason, operator, paymentMethod, json, key = randomUUID() } = options;
  const decision = {
    action,
    reason: operator === undefined ? reason : `${reason} (decided by ${operator})`,
    ...(paymentMethod !== undefined && { paymentMethod }),
  };
  const { asks } = ACTIONS[action];
  const gateway = context.gateway();
  if (asks !== undefined) await context.confirm(await previewOf(gateway, action, id, asks), options);
  const params = { path: { id }, header: { 'Idempotency-Key': key } };
  const call = gateway.api.POST('/api/operations/purchases/{id}/resolve', { params, body: decision });
  const resolved = await gateway.answer(call).catch((error: unknown) => {
    throw withAdvice(error, `the decision may have been taken: repeat it with --key ${key}`);
  });
  const { purchaseId, step, next } = resolved;
  if (json) context.output.json(resolved);
  else context.output.line(`Decided for purchase ${purchaseId}: ${resolved.action} at the step ${step}. ${next}`);
}

/** What is about to be decided, and about which purchase. */
async function previewOf({ api, answer }: Gateway, action: ResolveAction, id: string, asks: string): Promise<string[]> {
  const purchase = await answer(api.GET('/api/purchases/{id}', { params: { path: { id } } }));
  return [`${action} purchase ${id}`, ...fields(rowsOfPurchase(purchase).slice(1)), asks];
}
