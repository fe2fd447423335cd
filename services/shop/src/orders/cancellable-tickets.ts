import type { Schema } from '@box-office/api-client';
import type { TicketWithCode } from '../tickets/ticket-card.js';

type Purchase = Schema<'Purchase'>;
export type PurchasedTicket = NonNullable<Purchase['tickets']>[number];

/**
 * The tickets that their buyer can cancel: valid ones that were neither taken over nor used.
 *
 * @param shown the tickets with their codes; none while they cannot be read
 */
export function cancellableTickets(
  { tickets = [] }: Purchase,
  shown: readonly TicketWithCode[],
): readonly PurchasedTicket[] {
  const gone = shown.filter(({ transferred, admission }) => transferred || admission !== null);
  const goneIds = new Set(gone.map(({ ticketId }) => ticketId));
  return tickets.filter(({ ticketId, status }) => status === 'valid' && !goneIds.has(ticketId));
}
