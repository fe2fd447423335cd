import { randomUUID } from 'node:crypto';
import { claimCancellation } from '../../cancellations/claim.js';
import type { EventFixture } from '../../cancellations/testing/event-fixture.js';
import type { CheckInRequest } from '../check-in-request.js';
import { checkIn } from '../check-in.js';
import { findTicketsOfPurchase, type TicketRow } from '../find.js';

const TEN_YEARS_S = 315_360_000;

/** A check-in of a ticket's present code, at a door that asks first. */
export const checkInOf = ({ ticketId, eventId, version }: TicketRow): CheckInRequest => ({
  checkInId: randomUUID(),
  fingerprint: 'request',
  gate: 'Gate A',
  requestId: 'request',
  by: { name: 'door', verified: true, channel: 'api' },
  source: 'code',
  presented: { ticketId, eventId, version },
  refusal: null,
  opensBeforeS: TEN_YEARS_S,
  admittedAt: null,
});

/** The row of a ticket, for `inLockOrder`. */
export const rowOf = ({ ticketId }: TicketRow) => ({
  text: 'select from event_tickets where id = $1 for update',
  values: [ticketId],
});

/** What tests do with tickets of the event of `fixture`, which is open when they do it. */
export function createTicketFixture(fixture: () => EventFixture) {
  return {
    /** A ticket that was sold. */
    async newTicket(): Promise<TicketRow> {
      const { purchaseId } = await fixture().confirmed();
      const [ticket] = await findTicketsOfPurchase(fixture().pool, purchaseId, null);
      if (ticket === undefined) throw new Error('a confirmed purchase has no ticket');
      return ticket;
    },
    cancel: ({ purchaseId }: TicketRow, byOperator = false) =>
      claimCancellation(fixture().pool, fixture().cancellationRequest(purchaseId, { byOperator })),
    admit: (ticket: TicketRow) => checkIn(fixture().pool, checkInOf(ticket)),
  };
}
