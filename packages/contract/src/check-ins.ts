/**
 * What a door is answered about a code:
 * - `admitted`: let the person in;
 * - `already_admitted`: somebody was let in with this ticket before;
 * - `cancelled`: the ticket is cancelled or being cancelled;
 * - `outdated`: the ticket has a newer code, because it changed hands;
 * - `other_event`, `other_day`: a ticket, but not for this door, or not now;
 * - `unknown_ticket`: signed by us, and there is no such ticket;
 * - `forged`: in the form of a code, and not signed by us;
 * - `unreadable`: no code of a ticket.
 */
export const CHECK_IN_RESULTS = [
  'admitted',
  'already_admitted',
  'cancelled',
  'outdated',
  'other_event',
  'other_day',
  'unknown_ticket',
  'forged',
  'unreadable',
] as const;
export type CheckInResult = (typeof CHECK_IN_RESULTS)[number];
