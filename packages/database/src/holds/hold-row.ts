import type { Hold, HoldQuote, HoldStatus, OrderItem, QuotedItem, Refusal, SerialRange } from '@box-office/contract';

/**
 * Columns that the operations of this folder read of a hold. A hold is in use until the purchase that uses it has its
 * outcome.
 */
export const HOLD_COLUMNS = `
  h.id, h.fingerprint, h.user_id, h.event_id, h.wanted, h.items, h.refusal, h.expires_at, h.purchase_id,
  h.quoted_items, h.amount_minor, h.currency, h.request_id,
  case when h.status = 'used' and exists (
         select from event_ticket_transactions u where u.id = h.purchase_id and u.outcome is null)
       then 'in_use' else h.status end as status`;

export interface HoldRow {
  id: string;
  fingerprint: string;
  user_id: string;
  event_id: string;
  status: HoldStatus;
  wanted: OrderItem[];
  items: SerialRange[];
  refusal: Refusal | null;
  expires_at: Date | null;
  purchase_id: string | null;
  quoted_items: QuotedItem[] | null;
  amount_minor: string | null;
  currency: string | null;
  request_id: string;
}

export function holdOf(row: HoldRow): Hold {
  return {
    holdId: row.id,
    fingerprint: row.fingerprint,
    userId: row.user_id,
    eventId: row.event_id,
    status: row.status,
    wanted: row.wanted,
    items: row.items,
    refusal: row.refusal,
    expiresAt: row.expires_at?.toISOString() ?? null,
    purchaseId: row.purchase_id,
    quote: quoteOf(row),
    requestId: row.request_id,
  };
}

function quoteOf({ quoted_items: items, amount_minor: amountMinor, currency }: HoldRow): HoldQuote | null {
  if (items === null || amountMinor === null || currency === null) return null;
  return { items, amountMinor: Number(amountMinor), currency };
}

/** Items in the order of `ticket_holds.wanted`, so that equal selections are equal JSON. */
export function inOrder(items: readonly OrderItem[]): OrderItem[] {
  return items
    .map(({ ticketType, quantity }) => ({ ticketType, quantity }))
    .sort((a, b) => (a.ticketType < b.ticketType ? -1 : 1));
}
