import { mdText, type Markdown } from '@box-office/contract';
import type { Ahead } from './ahead.js';
import type { Journal } from './journal.js';
import type { PurchaseList, PurchaseUnderWay } from './purchase-list.js';
import type { Steps } from './steps.js';

/** What the parts of the purchase workflow share. */
export interface Work {
  readonly list: PurchaseList;
  readonly steps: Steps;
  readonly ahead: Ahead;
  /** Purchases that this workflow was started with. A list of one never leaves it. */
  readonly size: number;
  /** Compensations under way, each of which ends in an answer; the workflow ends after them. */
  readonly undoings: Promise<void>[];
  /** Sales whose messages the broker has confirmed. */
  readonly published: Set<string>;
  /** Tells one purchase's story in the current details. */
  tellOf(purchase: Pick<PurchaseUnderWay, 'order'>, what: Markdown): void;
}

export function openWork(list: PurchaseList, steps: Steps, ahead: Ahead, journal: Journal, size: number): Work {
  const [first] = list.underWay();
  if (size === 1 && first) journal.amount(first.claim);
  return {
    list,
    steps,
    ahead,
    size,
    undoings: [],
    published: new Set(ahead.followedUp),
    tellOf({ order }, what) {
      journal.tell(size === 1 ? mdText`The purchase ${what}` : mdText`${order.purchaseId} ${what}`);
    },
  };
}
