import type { Hold, HoldStatus, OrderItem, Refusal, SerialRange } from '@box-office/contract';

/** Columns in which the operations of this folder read a hold. */
export const HOLD_COLUMNS = `
  h.id, h.fingerprint, h.user_id, h.event_id, h.status, h.wanted, h.items, h.refusal, h.expires_at, h.purchase_id`;

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
  };
}

/** Items as `ticket_holds.wanted` keeps them, so that the same wish is the same JSON. */
export function inOrder(items: readonly OrderItem[]): OrderItem[] {
  return items
    .map(({ ticketType, quantity }) => ({ ticketType, quantity }))
    .sort((a, b) => (a.ticketType < b.ticketType ? -1 : 1));
}
