import { mdText, type Markdown } from '@box-office/contract';
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
