import { ActivityFailure, ApplicationFailure, isCancellation, TimeoutFailure } from '@temporalio/workflow';
import type { PurchaseActivities } from '../activities/index.js';
import type { Journal } from './journal.js';
import { atTheCounter, untilDone } from './policies.js';

type Name = keyof PurchaseActivities;

/** The two ways of taking a step. */
export interface Steps {
  /** Quickly while that works, else for as long as it takes, marked as needing attention meanwhile. */
  quickly<N extends Name>(name: N, ...args: Parameters<PurchaseActivities[N]>): ReturnType<PurchaseActivities[N]>;
  /** Durably from the first try: for what must leave a trace before its effect, such as a compensation. */
  durably<N extends Name>(name: N, ...args: Parameters<PurchaseActivities[N]>): ReturnType<PurchaseActivities[N]>;
}

export function createSteps(journal: Journal): Steps {
  async function quickly(name: Name, ...args: unknown[]): Promise<unknown> {
    try {
      return await call(atTheCounter, name, args);
    } catch (error) {
      if (isCancellation(error)) throw error;
      journal.tell(`\`${name}\` does not get through (${causeOf(error)}); it is tried until it does.`);
    }
    journal.status('needs attention');
    const result = await call(untilDone, name, args);
    journal.status('open');
    journal.tell(`\`${name}\` got through.`);
    return result;
  }
  return {
    quickly: quickly as Steps['quickly'],
    durably: ((name: Name, ...args: unknown[]) => call(untilDone, name, args)) as Steps['durably'],
  };
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
