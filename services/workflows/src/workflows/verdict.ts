import { formatMoney, mdText, NEEDS_ATTENTION, type Markdown, type Money } from '@box-office/contract';
import type { PurchaseActivities } from '../activities/index.js';
import { firstResponse } from './first-response.js';

/** What a person should look at. */
export interface StuckStepReport {
  readonly step: keyof PurchaseActivities;
  /** Why it does not get through. */
  readonly cause: string;
  readonly sinceMs: number;
}

/** What stands at the top of the current details: how it stands, since when and about how much, and what to do first. */
export function verdict(o: {
  readonly status: string;
  readonly sinceMs: number;
  readonly amount: Money | undefined;
  readonly stuck: StuckStepReport | null;
}): Markdown[] {
  const money = o.amount === undefined ? mdText`` : mdText`, ${formatMoney(o.amount.amountMinor, o.amount.currency)}`;
  const standing = mdText`**Status:** ${o.status} since ${instantInWords(o.sinceMs)}${money}.`;
  if (o.stuck === null) {
    // A workflow that is stopped keeps the last status that it had.
    return [o.status === NEEDS_ATTENTION ? standing : mdText`${standing} Nothing to do.`];
  }
  const { step, cause, sinceMs } = o.stuck;
  const { doFirst, entry } = firstResponse(step);
  return [
    standing,
    mdText`**A person should look:** ${step} has not got through since ${instantInWords(sinceMs)} (${cause}). It is tried again meanwhile.`,
    mdText`**Do first:** ${doFirst} Handbook: ${entry}`,
  ];
}

/** `2026-11-28 14:02:03Z`: to the second, in UTC. */
export const instantInWords = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')}Z`;
