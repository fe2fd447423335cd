/**
 * The life of a purchase's row in `event_ticket_transactions`, the arbiter of what may happen to it.
 * The database refuses every transition that is not listed here (trigger `purchase_status_is_legal`).
 */
export const PURCHASE_STATUSES = [
  'claimed',
  'persisted',
  'confirmed',
  'undoing',
  'declined',
  'refused',
  'undone',
  'cancelled',
] as const;
export type PurchaseStatus = (typeof PURCHASE_STATUSES)[number];

/** From each status to those that may follow it. A status with no successor is final. */
export const LEGAL_TRANSITIONS: Readonly<Record<PurchaseStatus, readonly PurchaseStatus[]>> = {
  claimed: ['persisted', 'undoing', 'refused'],
  persisted: ['confirmed', 'undoing'],
  confirmed: ['cancelled'],
  undoing: ['declined', 'refused', 'undone'],
  declined: [],
  refused: [],
  undone: [],
  cancelled: [],
};

/** Tickets: pending while the purchase is open (not shown), valid once paid, void if it was undone. */
export const TICKET_STATUSES = ['pending', 'valid', 'void', 'cancelled'] as const;
export type TicketStatus = (typeof TICKET_STATUSES)[number];

/** An event that is `cancelled` stays so: nothing of it is sold any more and all that was sold is refunded. */
export const EVENT_STATUSES = ['on_sale', 'closed', 'cancelled'] as const;
export type EventStatus = (typeof EVENT_STATUSES)[number];
