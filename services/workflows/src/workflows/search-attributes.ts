import type { SEARCH_ATTRIBUTES } from '@box-office/contract';
import { defineSearchAttributeKey } from '@temporalio/common';

/** The names and types of `SEARCH_ATTRIBUTES` in the SDK's terms; the compiler holds the names together. */
type Name = keyof typeof SEARCH_ATTRIBUTES;
const list = (name: Name) => defineSearchAttributeKey(name, 'KEYWORD_LIST');
const keyword = (name: Name) => defineSearchAttributeKey(name, 'KEYWORD');

export const searchAttributes = {
  purchaseIds: list('PurchaseIds'),
  eventIds: list('EventIds'),
  userIds: list('UserIds'),
  purchaseStatus: keyword('PurchaseStatus'),
};
