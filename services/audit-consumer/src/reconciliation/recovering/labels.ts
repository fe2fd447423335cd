import type { PurchaseWorkflowStatus, SEARCH_ATTRIBUTES } from '@box-office/contract';
import type { SearchAttributePair } from '@temporalio/common';

type Name = keyof typeof SEARCH_ATTRIBUTES;

const OPEN: PurchaseWorkflowStatus = 'open';

/** What a workflow is found by in the Temporal UI. */
export function labels(o: {
  readonly eventId: string;
  readonly purchaseId?: string;
  readonly userId?: string;
}): SearchAttributePair[] {
  return [
    ...list('EventIds', o.eventId),
    ...list('PurchaseIds', o.purchaseId),
    ...list('UserIds', o.userId),
    { key: { name: 'PurchaseStatus' satisfies Name, type: 'KEYWORD' }, value: OPEN },
  ];
}

const list = (name: Name, value: string | undefined): SearchAttributePair[] =>
  value === undefined ? [] : [{ key: { name, type: 'KEYWORD_LIST' }, value: [value] }];
