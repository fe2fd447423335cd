import { mdText } from '@box-office/contract';
import { ActivityFailure, ApplicationFailure, isCancellation, TimeoutFailure } from '@temporalio/workflow';
import type { PurchaseActivities } from '../activities/index.js';
import type { Attention } from './attention.js';
import type { AttendedStory } from './journal.js';
import { atTheCounter, firstTries, untilDone } from './policies.js';
import { SUMMARIES } from './summaries.js';

type Name = keyof PurchaseActivities;
type Args<N extends Name> = Parameters<PurchaseActivities[N]>;
type Result<N extends Name> = ReturnType<PurchaseActivities[N]>;

/** The two ways of taking a step, each about the purchases named first. */
export interface Steps {
  /** Quickly while that works, else durably. */
  quickly<N extends Name>(purchaseIds: readonly string[], name: N, ...args: Args<N>): Result<N>;
  /** Tried until it is done or an operator decides otherwise; leaves a trace before its effect. */
  durably<N extends Name>(purchaseIds: readonly string[], name: N, ...args: Args<N>): Result<N>;
}

export function createSteps(journal: AttendedStory, attention: Attention): Steps {
  async function durably(purchaseIds: readonly string[], name: Name, ...args: unknown[]): Promise<unknown> {
    return attention.during(name, purchaseIds, async (needsPerson) => {
      try {
        return await call(firstTries, name, args);
      } catch (error) {
        if (isCancellation(error)) throw error;
        needsPerson(causeOf(error));
      }
      return call(untilDone, name, args);
    });
  }

  async function quickly(purchaseIds: readonly string[], name: Name, ...args: unknown[]): Promise<unknown> {
    try {
      return await call(atTheCounter, name, args);
    } catch (error) {
      if (isCancellation(error)) throw error;
      journal.tell(mdText`${name} does not get through (${causeOf(error)}); it is tried until it does.`);
    }
    const result = await durably(purchaseIds, name, ...args);
    journal.tell(mdText`${name} is over.`);
    return result;
  }

  return { quickly: quickly as Steps['quickly'], durably: durably as Steps['durably'] };
}

type Policy = typeof atTheCounter | typeof untilDone;
type Activity = { executeWithOptions(options: { summary: string }, args: unknown[]): Promise<unknown> };

function call(policy: Policy, name: Name, args: unknown[]): Promise<unknown> {
  const activity = policy[name] as unknown as Activity;
  return activity.executeWithOptions({ summary: SUMMARIES[name] }, args);
}

/** The innermost cause of a failed activity, in one line. */
export function causeOf(error: unknown): string {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof TimeoutFailure) return 'no answer in time';
  if (cause instanceof ApplicationFailure) return cause.message.split('\n', 1)[0] ?? '';
  return cause instanceof Error ? cause.message : String(cause);
}
