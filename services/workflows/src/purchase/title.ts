import { mdText, type Markdown, type PurchaseOrder } from '@box-office/contract';
import { formatItems } from '../operator/workflow-log.js';

/** The title of a purchase workflow's progress log. */
export function purchaseTitle(orders: readonly PurchaseOrder[]): Markdown {
  const [order] = orders;
  if (orders.length !== 1 || !order) return mdText`### ${orders.length} purchases in one batch`;
  const { userId, items, eventId, purchaseId } = order;
  return mdText`### ${userId} buys ${formatItems(items)} for event ${eventId}\n\nPurchase ${purchaseId}`;
}
