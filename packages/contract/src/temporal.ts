import type { PurchaseAnswer, PurchaseOrder } from './orders.js';

/** Task queue of the purchase worker. */
export const PURCHASE_TASK_QUEUE = 'box-office-purchases';

/** Registered name of the purchase workflow. */
export const PURCHASE_WORKFLOW = 'purchase';

/** Search attributes by which a purchase is found in the Temporal UI. */
export const SEARCH_ATTRIBUTES = {
  PurchaseIds: 'KeywordList',
  EventIds: 'KeywordList',
  UserIds: 'KeywordList',
  PurchaseStatus: 'Keyword',
} as const;

/** Values of the `PurchaseStatus` search attribute of a purchase workflow. */
export type PurchaseWorkflowStatus = 'open' | 'needs attention' | 'confirmed' | 'declined' | 'refused' | 'undone' | 'mixed';

export const purchaseWorkflowId = (purchaseId: string): string => `purchase/${purchaseId}`;
/** The workflow of a purchase that left its group because it was slow or stuck. */
export const alonePurchaseWorkflowId = (purchaseId: string): string => `purchase/${purchaseId}/alone`;

/** The claim that a purchase workflow hands to the workflow which goes on with one of its purchases. */
export interface HandOver {
  readonly fromWorkflowId: string;
  readonly fromRunId: string;
  readonly epoch: number;
}

/** Argument of the purchase workflow: a list, even when it has one element. */
export interface PurchaseWorkflowInput {
  readonly orders: readonly PurchaseOrder[];
  /** Present only in a workflow that goes on with a purchase which left its group; `orders` then has one element. */
  readonly handOver?: HandOver;
}

/** Result of the purchase workflow: final outcomes, and the purchases that went on elsewhere. */
export interface PurchaseWorkflowResult {
  readonly answers: readonly PurchaseAnswer[];
  readonly elsewhere: readonly string[];
}
