import type { SEARCH_ATTRIBUTES } from '@box-office/contract';
import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common';

type Name = keyof typeof SEARCH_ATTRIBUTES;
const list = (name: Name) => defineSearchAttributeKey(name, 'KEYWORD_LIST');
const keyword = (name: Name) => defineSearchAttributeKey(name, 'KEYWORD');

/** The search attributes of `SEARCH_ATTRIBUTES` as keys of the SDK. */
export const searchAttributeKeys = {
  purchaseIds: list('PurchaseIds'),
  eventIds: list('EventIds'),
  userIds: list('UserIds'),
  purchaseStatus: keyword('PurchaseStatus'),
};

/** What a workflow is found by in the Temporal UI. Its status is `open` when it starts. */
export function searchAttributesOf(o: {
  readonly purchaseIds?: readonly string[];
  readonly eventIds: readonly string[];
  readonly userIds?: readonly string[];
}): SearchAttributePair[] {
  const { purchaseIds, eventIds, userIds, purchaseStatus } = searchAttributeKeys;
  return [
    ...(o.purchaseIds ? [{ key: purchaseIds, value: [...o.purchaseIds] }] : []),
    { key: eventIds, value: [...o.eventIds] },
    ...(o.userIds ? [{ key: userIds, value: [...o.userIds] }] : []),
    { key: purchaseStatus, value: 'open' },
  ];
}
