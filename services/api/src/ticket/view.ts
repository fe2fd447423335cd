import type { TicketRow } from '@box-office/database';
import { z } from '@hono/zod-openapi';
import { amountMinor, currency, eventId, instant, ticket, userId } from '../http/schemas.js';
import type { TicketCodes } from './ticket-code.js';

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
    admission: z.union([admissionView, z.null()]).openapi({ description: 'Null while it is not admitted.' }),
    code: z.string().nullable().openapi({
      description: 'What a QR code of the ticket contains; null unless the ticket is valid.',
      example: '04XJ2R5C…',
    }),
  })
  .openapi('TicketWithCode');

/** The code is signed when a ticket is read, so that no purchase waits for it. */
export const viewOfTicket = (row: TicketRow, codes: TicketCodes): z.output<typeof ticketView> => ({
  ...row,
  code: row.status === 'valid' ? codes.encode(row) : null,
});
