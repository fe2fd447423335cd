import type { TicketRow } from '@box-office/database';
import { z } from '@hono/zod-openapi';
import { mayActFor, type Caller } from '../http/context.js';
import { amountMinor, currency, eventId, instant, ticket, userId } from '../http/schemas.js';
import type { TicketCodes } from '@box-office/tickets/codes';

/** When and where somebody was admitted with a ticket. */
export const admissionView = z
  .object({ admittedAt: instant, gate: z.string().openapi({ example: 'Gate B' }) })
  .openapi('Admission');

/** A ticket with its code. */
export const ticketView = ticket
  .extend({
    eventId,
    purchaseId: z.uuid(),
    userId,
    priceMinor: amountMinor,
    currency,
    status: z.enum(['valid', 'cancelling', 'cancelled']).openapi({
      description: '`cancelling`: a cancellation has claimed it and its refund is not done yet; it is no longer valid.',
    }),
    version: z.int().min(1).openapi({ description: 'Part of the code. A code of a lower version is refused.' }),
    transferred: z.boolean().openapi({
      description: 'Somebody else has taken it over from its buyer. That person alone is shown its code.',
    }),
    offeredUntil: instant.nullable().openapi({
      description: 'Until when it can be taken over with the code of an offer; null while it is not offered.',
    }),
    admission: z.union([admissionView, z.null()]).openapi({ description: 'Null while it is not admitted.' }),
    code: z.string().nullable().openapi({
      description: 'What a QR code of the ticket contains; null unless the ticket is valid and the caller has it.',
      example: '04XJ2R5C…',
    }),
  })
  .openapi('TicketWithCode');

/** The code is signed when a ticket is read, so that no purchase waits for it. */
export function viewOfTicket(
  { holderId, ...row }: TicketRow,
  caller: Caller,
  codes: TicketCodes,
): z.output<typeof ticketView> {
  const mayEnter = row.status === 'valid' && mayActFor(caller, holderId ?? row.userId);
  return { ...row, transferred: holderId !== null, code: mayEnter ? codes.encode(row) : null };
}

/** Its buyer, who took it over, and operators see a ticket. */
export const maySeeTicket = (caller: Caller, { userId: buyer, holderId }: TicketRow): boolean =>
  mayActFor(caller, buyer) || caller.subject === holderId;
