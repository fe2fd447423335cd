import { formatMoney, NEEDS_ATTENTION, type Markdown, type Money, type OrderItem } from '@box-office/contract';
import { searchAttributeKeys } from '@box-office/temporal';
import { openProgressLog, type ProgressLog } from '@box-office/temporal/workflow';
import { upsertSearchAttributes } from '@temporalio/workflow';
import { statusSummary, type StepNeedingOperator } from './status-summary.js';

/** The progress log of a workflow whose steps an operator can decide about. */
export interface WorkflowLog<Status extends string> {
  append(line: Markdown): void;
  /** Sets the line above the others; the next call replaces it. */
  progress(line: Markdown): void;
  /** The amount of money that the workflow is about. */
  amount(amount: Money): void;
  /** Sets the search attribute by which operators find workflows in a state. */
  status(status: Status): void;
  /** While an operator is needed, the search attribute says so instead of the status; null when none is needed any more. */
  needsOperator(stuck: StepNeedingOperator | null): void;
  text(): string;
}

/** The part that does not depend on the kind of workflow. */
export type ActionableLog = Pick<WorkflowLog<never>, 'append' | 'needsOperator' | 'text' | 'amount'>;

/**
 * @param first the status with which the workflow was started
 * @param remarks free text of people, each with a label
 */
export function openWorkflowLog<Status extends string>(
  title: Markdown,
  first: Status,
  remarks: readonly Markdown[] = [],
): WorkflowLog<Status> {
  let own = first;
  let stuck: StepNeedingOperator | null = null;
  let amount: Money | undefined;
  const log: ProgressLog<Status | typeof NEEDS_ATTENTION> = openProgressLog({
    title,
    remarks,
    status: first,
    summary: (status, sinceMs) => statusSummary({ status, sinceMs, amount, stuck }),
  });

  function update(): void {
    const value = stuck === null ? own : NEEDS_ATTENTION;
    if (log.status(value)) upsertSearchAttributes([{ key: searchAttributeKeys.purchaseStatus, value }]);
  }

  return {
    append: (line) => log.append(line),
    progress: (line) => log.progress(line),
    text: () => log.text(),
    amount(money) {
      amount = money;
      log.refresh();
    },
    status(status) {
      own = status;
      stuck = null;
      update();
    },
    needsOperator(step) {
      stuck = step;
      update();
    },
  };
}

/** `2 × Standing, 1 × Balcony`: what was asked for. */
export const formatItems = (items: readonly OrderItem[]): string =>
  items.map((item) => `${item.quantity} × ${item.ticketType}`).join(', ');

export const formatAmount = ({ amountMinor, currency }: Money): string => formatMoney(amountMinor, currency);
