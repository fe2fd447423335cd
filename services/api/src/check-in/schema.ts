import { CHECK_IN_RESULTS } from '@box-office/contract';
import type { CheckIn } from '@box-office/database';
import { z } from '@hono/zod-openapi';
import { eventId, givenInstant, instant, nameText, ticket } from '../http/schemas.js';
import { admissionView, ticketView } from '../ticket/view.js';

const MAX_CODE_LENGTH = 500;

/** PostgreSQL keeps no larger one. */
const MAX_VERSION = 2_147_483_647;

const gate = nameText(40).openapi({ description: 'Where it is presented, in words of your own.', example: 'Gate B' });

/** A code that is presented at a door. */
export const checkInFields = {
  code: z.string().min(1).max(MAX_CODE_LENGTH).openapi({ description: 'What the QR code contains.' }),
  gate,
  eventId: eventId.optional().openapi({
    description: 'The event that the door admits for; every event of the token if it is left out.',
  }),
  admittedAt: givenInstant.optional().openapi({
    description:
      'Only if the door has let the person in without an answer: when, by its own clock. It is recorded whatever ' +
      '`result` is. Use the key under which the door asked, if it did.',
  }),
};

/** A ticket that a door has found by a search. */
export const foundTicketFields = {
  ticketId: z.uuid(),
  version: ticketView.shape.version.max(MAX_VERSION).openapi({ description: 'As the search has shown it.' }),
  gate,
  eventId: eventId.openapi({ description: 'The event that the door admits for.' }),
};

export const checkInView = z
  .object({
    checkInId: z.uuid(),
    result: z.enum(CHECK_IN_RESULTS).openapi({
      description:
        '`admitted`: let the person in. `already_admitted`: see `admission`. `cancelled`: the ticket is not valid any more. ' +
        '`outdated`: the ticket has changed hands and has a newer code. `other_event`, `other_day`: a ticket for another ' +
        'event, or outside of the hours of entry. `unknown_ticket`, `forged`, `unreadable`: no ticket of ours.',
    }),
    gate: z.string(),
    checkedAt: instant,
    offline: z.boolean().openapi({
      description:
        'The door had let the person in without an answer. With `already_admitted`, two doors have let somebody in ' +
        'with this ticket, at `checkedAt` and as `admission` says. With `cancelled` or `outdated`, it is a finding.',
    }),
    eventId: eventId.nullable().openapi({ description: 'The event of the code; null if it cannot be read.' }),
    ticket: z.union([ticket, z.null()]),
    admission: z
      .union([admissionView, z.null()])
      .openapi({ description: 'This admission, or the one that was before it.' }),
  })
  .openapi('CheckIn');

/** An answer depends on what was decided, not on what became of it: a repeat gets the same. */
export function viewOfCheckIn(row: CheckIn): z.output<typeof checkInView> {
  const { checkInId, result, gate, checkedAt, eventId: event, ticketId, ticketType, serial, reportedAt } = row;
  return {
    checkInId,
    result,
    gate,
    checkedAt,
    offline: reportedAt !== null,
    eventId: event,
    ticket: ticketId !== null && ticketType !== null && serial !== null ? { ticketId, ticketType, serial } : null,
    admission:
      row.admittedAt !== null && row.admittedGate !== null
        ? { admittedAt: row.admittedAt, gate: row.admittedGate }
        : null,
  };
}
