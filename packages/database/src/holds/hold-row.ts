import type { OrderItem } from '@box-office/contract';

/** The status of a hold `alias`: it is in use until the purchase that uses it has its outcome. */
export const holdStatus = (alias: string): string => `
  case when ${alias}.status = 'used' and exists (
         select from event_ticket_transactions u where u.id = ${alias}.purchase_id and u.outcome is null)
       then 'in_use' else ${alias}.status end`;

/** Columns that the operations of this folder read of a hold. */
export const HOLD_COLUMNS = `
  h.id as hold_id, h.fingerprint, h.user_id, h.event_id, h.wanted, h.items, h.refusal, h.expires_at, h.purchase_id,
  case when h.quoted_items is not null then
    jsonb_build_object('items', h.quoted_items, 'fees', h.quoted_fees, 'amountMinor', h.amount_minor,
                       'currency', h.currency) end as quote,
  h.request_id,
  ${holdStatus('h')} as status`;

/** Items in the order of `ticket_holds.wanted`, so that equal selections are equal JSON. */
export function inOrder(items: readonly OrderItem[]): OrderItem[] {
  return items
    .map(({ ticketType, quantity }) => ({ ticketType, quantity }))
    .sort((a, b) => (a.ticketType < b.ticketType ? -1 : 1));
}
