import { ActivityFailure, ApplicationFailure, isCancellation, TimeoutFailure } from '@temporalio/workflow';
import type { PurchaseActivities } from '../activities/index.js';
import type { Attention } from './attention.js';
import type { AttendedStory } from './journal.js';
import { atTheCounter, untilDone } from './policies.js';

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
    return attention.during(name, purchaseIds, () => call(untilDone, name, args));
  }

  async function quickly(purchaseIds: readonly string[], name: Name, ...args: unknown[]): Promise<unknown> {
    try {
      return await call(atTheCounter, name, args);
    } catch (error) {
      if (isCancellation(error)) throw error;
      journal.tell(`\`${name}\` does not get through (${causeOf(error)}); it is tried until it does.`);
    }
    const result = await durably(purchaseIds, name, ...args);
    journal.tell(`\`${name}\` is over.`);
    return result;
  }

  return { quickly: quickly as Steps['quickly'], durably: durably as Steps['durably'] };
}

function call(proxy: typeof atTheCounter | typeof untilDone, name: Name, args: unknown[]): Promise<unknown> {
  const activity = proxy[name] as unknown as (...args: unknown[]) => Promise<unknown>;
  return activity(...args);
}

/** The innermost cause of a failed activity, in one line. */
function causeOf(error: unknown): string {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof TimeoutFailure) return 'no answer in time';
  if (cause instanceof ApplicationFailure) return cause.message.split('\n', 1)[0] ?? '';
  return cause instanceof Error ? cause.message : String(cause);
}
