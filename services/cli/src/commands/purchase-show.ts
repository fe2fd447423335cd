import {
  type Finding,
  formatMoney,
  formatTickets,
  type HeldTicket,
  oneLine,
  type WaitingForPerson,
} from '@box-office/contract';
import type { Command } from 'commander';
import { addCommand, type JsonOption, uuid } from '../command.js';
import type { Counter } from '../counter.js';
import type { Gateway } from '../gateway/gateway.js';
import type { PurchaseForOperatorsView, PurchaseView } from '../gateway/views.js';
import { refundsInWords } from '../output/refunds.js';
import { fields, instantOf } from '../output/table.js';
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
      const behind = await gateway.get<PurchaseForOperatorsView>(`/api/operations/purchases/${id}`);
      const isStuck = behind.workflows.some(({ stuck }) => stuck !== null);
      const waits = purchase.status === 'open' || isStuck ? await waitOf(gateway, id) : null;
      const { items: findings } = await gateway.list<'findings', Finding>('/api/operations/findings', 'findings', {
        most: MOST_FINDINGS,
        query: { purchaseId: id },
      });
      if (options.json) return output.json({ ...purchase, ...behind, waits, findings });
      for (const line of fields([...rowsOfPurchase(purchase), ['workflow', behind.workflowId]])) output.line(line);
      for (const line of workflowLines(purchase, behind)) output.line(`\n${line}`);
      if (waits) output.line(`\nIt waits for a person:\n${linesOf(waits).join('\n')}`);
      if (behind.decisions.length > 0) {
        output.line('\nDecisions so far:');
        output.table(DECISION_HEAD, behind.decisions.map(rowOfDecision));
      }
      if (findings.length === 0) return;
      output.line();
      output.table(FINDING_HEAD, findings.map(rowOfFinding));
    });
}

const DECISION_HEAD = ['AT', 'OPERATOR', 'NAME IS', 'THROUGH', 'DECISION', 'STEP', 'REASON'];

const rowOfDecision = (decision: PurchaseForOperatorsView['decisions'][number]) => [
  instantOf(decision.at),
  decision.operator,
  decision.verified ? 'verified' : 'claimed',
  decision.channel,
  decision.action,
  decision.step,
  decision.reason,
];

/** What its workflows and cancellations wait for, a sentence each. */
function workflowLines(purchase: PurchaseView, behind: PurchaseForOperatorsView): string[] {
  const { workflows, cancellations } = behind;
  const stuck = workflows.flatMap(({ workflowId, stuck: step }) =>
    step === null
      ? []
      : [`${workflowId} waits for a person at the step ${step.step ?? 'unknown'} since ${instantOf(step.since)}.`],
  );
  const paused = workflows.flatMap(({ workflowId, pausedSteps }) =>
    pausedSteps.map(
      (step) =>
        `${workflowId}: the step ${step} is paused; it is not tried until somebody unpauses it in the Temporal UI.`,
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
  const last = workflows.find(({ workflowId }) => workflowId === behind.workflowId);
  const lost = isLost
    ? [
        `Its workflow is ${last?.status.toLowerCase() ?? 'gone'} since ${instantOf(last?.closedAt)}, and the purchase is open: reconciliation recovers it within three minutes of its last change (RECOVERY_IDLE_MS and RECONCILIATION_EVERY_MS), or \`reconcile\` does.`,
      ]
    : [];
  return [...stuck, ...paused, ...asked, ...lost].map((line) => oneLine(line, 1_000));
}

const WAITS: Readonly<Record<string, string>> = {
  waiting: 'the purchase was told to stop, and this waits until it has its outcome',
  refunding: 'its money is on its way back',
};

async function waitOf(gateway: Gateway, id: string): Promise<WaitingForPerson | null> {
  const { items } = await listAttention(gateway, MOST_WAITING);
  return items.find(({ purchaseIds }) => purchaseIds.includes(id)) ?? null;
}

const ticketsOf = (tickets: readonly HeldTicket[], status: HeldTicket['status']): string =>
  formatTickets(tickets.filter((ticket) => ticket.status === status));

/** A purchase as lines of a name and a value. */
export const rowsOfPurchase = (purchase: PurchaseView): [string, string | undefined | null][] => [
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
