import type { Schema } from '@box-office/api-client';
import { formatMoney, formatTickets, oneLine } from '@box-office/contract';
import type { Command } from 'commander';
import { addCommand, type JsonOption, uuid } from '../command.js';
import type { CliContext } from '../context.js';
import type { Gateway } from '../gateway.js';
import { refundText } from '../output/refunds.js';
import { fields, instantOf } from '../output/table.js';
import { linesOf, listAttention } from './attention.js';
import { FINDING_HEAD, readFindings, rowOfFinding } from './findings.js';

type Purchase = Schema<'Purchase'>;
type PurchaseForOperators = Schema<'PurchaseForOperators'>;
type HeldTicket = Schema<'HeldTicket'>;

/** Waiting workflows among which this purchase is searched. */
const MAX_WAITING = 1_000;
const MAX_FINDINGS = 100;

export function addShow(group: Command, context: CliContext): void {
  addCommand(group, {
    name: 'show',
    summary: 'show a purchase, what it waits for, and its findings',
    examples: ['purchase show 0786e9be-ee41-50d7-986b-7c911c41e848'],
  })
    .argument('<id>', 'the purchase id', uuid)
    .action(async (id: string, options: JsonOption) => {
      const { output } = context;
      const gateway = context.gateway();
      const { api, answer } = gateway;
      const params = { path: { id } };
      const purchase = await answer(api.GET('/api/purchases/{id}', { params }));
      const forOperators = await answer(api.GET('/api/operations/purchases/{id}', { params }));
      const isStuck = forOperators.workflows.some(({ stuck }) => stuck !== null);
      const waits = purchase.status === 'open' || isStuck ? await waitOf(gateway, id) : null;
      const { items: findings } = await readFindings(gateway, MAX_FINDINGS, { purchaseId: id });
      if (options.json) return output.json({ ...purchase, ...forOperators, waits, findings });
      for (const line of fields([...rowsOfPurchase(purchase), ['workflow', forOperators.workflowId]]))
        output.line(line);
      for (const line of workflowLines(purchase, forOperators)) output.line(`\n${line}`);
      if (waits) output.line(`\nIt waits for an operator:\n${linesOf(waits).join('\n')}`);
      if (forOperators.decisions.length > 0) {
        output.line('\nDecisions so far:');
        output.table(DECISION_HEAD, forOperators.decisions.map(rowOfDecision));
      }
      if (forOperators.disputes.length > 0) {
        output.line('\nDisputes:');
        output.table(DISPUTE_HEAD, forOperators.disputes.map(rowOfDispute));
      }
      if (findings.length === 0) return;
      output.line();
      output.table(FINDING_HEAD, findings.map(rowOfFinding));
    });
}

const DECISION_HEAD = ['AT', 'OPERATOR', 'NAME IS', 'THROUGH', 'DECISION', 'STEP', 'REASON'];

const rowOfDecision = (decision: PurchaseForOperators['decisions'][number]) => [
  instantOf(decision.at),
  decision.operator,
  decision.verified ? 'verified' : 'claimed',
  decision.channel,
  decision.action,
  decision.step,
  decision.reason,
];

const DISPUTE_HEAD = ['OPENED', 'DISPUTE', 'AMOUNT', 'REASON', 'STATUS', 'RESPOND BY'];

const rowOfDispute = (dispute: PurchaseForOperators['disputes'][number]) => [
  instantOf(dispute.createdAt),
  dispute.disputeId,
  formatMoney(dispute.amountMinor, dispute.currency),
  dispute.reason,
  dispute.status,
  dispute.respondBy === null ? null : instantOf(dispute.respondBy),
];

/** What its workflows and cancellations wait for, one sentence each. */
function workflowLines(purchase: Purchase, forOperators: PurchaseForOperators): string[] {
  const { workflows, cancellations } = forOperators;
  const stuck = workflows.flatMap(({ workflowId, stuck: step }) =>
    step === null
      ? []
      : [`${workflowId} waits for an operator at the step ${step.step ?? 'unknown'} since ${instantOf(step.since)}.`],
  );
  const paused = workflows.flatMap(({ workflowId, pausedSteps }) =>
    pausedSteps.map(
      (step) =>
        `${workflowId}: the step ${step} is paused; it does not run until an operator unpauses it in the Temporal UI.`,
    ),
  );
  const asked = cancellations
    .filter(({ status }) => status !== 'cancelled')
    .map((one) => {
      const who = `${one.byOperator ? 'operator' : 'buyer'} ${one.requestedBy}`;
      const reason = one.reason === '' ? '' : ` Reason given: ${one.reason}`;
      return `Cancellation ${one.cancellationId} was asked for by ${who} at ${instantOf(one.requestedAt)}: ${WAITS[one.status] ?? one.status}.${reason}`;
    });
  const isLost = purchase.status === 'open' && workflows.length > 0 && workflows.every((one) => one.closedAt !== null);
  const last = workflows.find(({ workflowId }) => workflowId === forOperators.workflowId);
  const lost = isLost
    ? [
        `Its workflow is ${last?.status.toLowerCase() ?? 'gone'} since ${instantOf(last?.closedAt)}, and the purchase is open: it is recovered within three minutes of its last change (RECOVERY_IDLE_MS and RECOVERY_EVERY_MS), or by \`reconcile\`.`,
      ]
    : [];
  return [...stuck, ...paused, ...asked, ...lost].map((line) => oneLine(line, 1_000));
}

const WAITS: Readonly<Record<string, string>> = {
  waiting: 'the purchase was told to stop, and this waits until it has its outcome',
  refunding: 'its refund is in progress',
};

async function waitOf(gateway: Gateway, id: string): Promise<Schema<'NeedsIntervention'> | null> {
  const { items } = await listAttention(gateway, MAX_WAITING);
  return items.find(({ purchaseIds }) => purchaseIds.includes(id)) ?? null;
}

const ticketsOf = (tickets: readonly HeldTicket[], status: HeldTicket['status']): string =>
  formatTickets(tickets.filter((ticket) => ticket.status === status));

/** A purchase as lines of a name and a value. */
export const rowsOfPurchase = (purchase: Purchase): [string, string | undefined | null][] => [
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
    `${one.cancellationId}: ${one.status}, ${refundText(one, purchase.currency)}`,
  ]),
  ['transaction', purchase.transactionId],
  ['created', instantOf(purchase.createdAt)],
  ['changed', instantOf(purchase.updatedAt)],
];
