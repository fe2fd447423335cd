import { formatMoney, mdText, NEEDS_ATTENTION, type Markdown, type Money } from '@box-office/contract';
import { formatInstant } from '@box-office/temporal/workflow';
import type { BoxOfficeActivities } from '../activities.js';
import { firstResponse } from './first-response.js';

/** A step that needs an operator. */
export interface StepNeedingOperator {
  readonly step: keyof BoxOfficeActivities;
  /** Why it fails. */
  readonly cause: string;
  readonly sinceMs: number;
}

/** The top of the current details: the status, since when, the amount, and what an operator does first. */
export function statusSummary(o: {
  readonly status: string;
  readonly sinceMs: number;
  readonly amount: Money | undefined;
  readonly stuck: StepNeedingOperator | null;
}): Markdown[] {
  const money = o.amount === undefined ? mdText`` : mdText`, ${formatMoney(o.amount.amountMinor, o.amount.currency)}`;
  const status = mdText`**Status:** ${o.status} since ${formatInstant(o.sinceMs)}${money}.`;
  if (o.stuck === null) {
    // A workflow that is terminated keeps the last status that it had.
    return [o.status === NEEDS_ATTENTION ? status : mdText`${status} Nothing to do.`];
  }
  const { step, cause, sinceMs } = o.stuck;
  const { doFirst, entry } = firstResponse(step);
  return [
    status,
    mdText`**Needs an operator:** ${step} has failed since ${formatInstant(sinceMs)} (${cause}). It is being retried.`,
    mdText`**Do first:** ${doFirst} Handbook: ${entry}`,
  ];
}
