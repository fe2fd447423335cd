import { MAX_SEARCH_ATTRIBUTE_BYTES, type PurchaseOrder } from '@box-office/contract';

/**
 * Counts the size of a batch's search attributes: lists of distinct texts, escaped as in JSON. The quotes and commas are
 * not counted: with MAX_PURCHASES_PER_BATCH elements they add 151 bytes, and the server takes 2,048.
 */
export function createSearchAttributeBounds() {
  const purchaseIds = createList();
  const eventIds = createList();
  const userIds = createList();
  return {
    /** Counts one more order if there is room for it; the first always has. */
    admit({ purchaseId, eventId, userId }: Pick<PurchaseOrder, 'purchaseId' | 'eventId' | 'userId'>): boolean {
      const fits = purchaseIds.fits(purchaseId) && eventIds.fits(eventId) && userIds.fits(userId);
      if (!fits) return false;
      purchaseIds.add(purchaseId);
      eventIds.add(eventId);
      userIds.add(userId);
      return true;
    },
  };
}

function createList() {
  const values = new Set<string>();
  let bytes = 0;
  return {
    fits: (value: string): boolean =>
      values.size === 0 || values.has(value) || bytes + escapedBytes(value) <= MAX_SEARCH_ATTRIBUTE_BYTES,
    add(value: string): void {
      if (values.has(value)) return;
      values.add(value);
      bytes += escapedBytes(value);
    },
  };
}

const QUOTES = 2;
const escapedBytes = (value: string): number => Buffer.byteLength(JSON.stringify(value)) - QUOTES;
