import { mdText, type Markdown, type PurchaseOrder } from '@box-office/contract';
import type { ActivityCalls } from '../activity-retries.js';
import type { WorkflowLog } from '../operator/workflow-log.js';
import type { WakeUp } from './await-buyer.js';
import type { PurchaseContext } from './activity-inputs.js';
import type { PurchaseList } from './purchase-list.js';

/** What the parts of one run of the purchase workflow share. */
export interface PurchaseRun extends Pick<WakeUp, 'wait'> {
  readonly list: PurchaseList;
  readonly activities: ActivityCalls;
  /** Purchases that the workflow was started with. A lone one never leaves it. */
  readonly size: number;
  /** What runs beside the steps, compensations above all; the workflow ends after it. */
  readonly background: Promise<void>[];
  /** Appends to the progress log; the purchase is the subject of the sentence. */
  logOf(purchase: Pick<PurchaseContext, 'order'>, what: Markdown): void;
}

export function openRun(
  list: PurchaseList,
  activities: ActivityCalls,
  log: Pick<WorkflowLog<never>, 'append' | 'amount'>,
  { size, wait }: Pick<PurchaseRun, 'size' | 'wait'>,
): PurchaseRun {
  const [first] = list.inProgress();
  if (size === 1 && first) log.amount(first.claim);
  return {
    list,
    activities,
    size,
    wait,
    background: [],
    logOf({ order }, what) {
      log.append(size === 1 ? mdText`The purchase ${what}` : mdText`${order.purchaseId} ${what}`);
    },
  };
}

/** A run for each event of which something is left to do: what they do runs side by side, and none waits for another one. */
export function runsByEvent(run: PurchaseRun, orders: readonly PurchaseOrder[]): readonly PurchaseRun[] {
  const left = new Set([...run.list.inProgress().map(({ order }) => order.purchaseId), ...run.list.unpublished()]);
  const idsByEvent = new Map<string, Set<string>>();
  for (const { eventId, purchaseId } of orders) {
    if (left.has(purchaseId)) idsByEvent.set(eventId, (idsByEvent.get(eventId) ?? new Set()).add(purchaseId));
  }
  if (idsByEvent.size < 2) return [run];
  return [...idsByEvent.values()].map((purchaseIds) => ({ ...run, list: run.list.only(purchaseIds) }));
}
