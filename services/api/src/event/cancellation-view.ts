import type { EventCancellationProgress } from '@box-office/database';
import { z } from '@hono/zod-openapi';
import { currency, eventId, instant, refundAmounts } from '../http/schemas.js';

/** The address of an event's cancellation. */
export const eventCancellationUrl = (id: string): string => `/api/events/${id}/cancellation`;

const count = z.int().min(0);

export const eventCancellationView = z
  .object({
    eventId,
    status: z.enum(['requested', 'running', 'finished']).openapi({
      description: '`requested`: tickets are still sold, until the request is taken up. Later the sale has ended.',
    }),
    purchases: count.optional().openapi({ description: 'Purchases that were ever confirmed.' }),
    cancelled: count.optional().openapi({ description: 'Those of them that are cancelled.' }),
    open: count
      .optional()
      .openapi({ description: 'Purchases that were open when the event was cancelled and are being undone.' }),
    unsettled: count
      .optional()
      .openapi({ description: 'Cancellations whose refund or messages are still on their way.' }),
    ...z.object(refundAmounts).partial().shape,
    currency: currency.optional(),
    requestedBy: z.string().optional(),
    reason: z.string().optional(),
    requestedAt: instant.optional(),
    finishedAt: instant.nullable().optional(),
  })
  .openapi('EventCancellation');

/** The progress as PostgreSQL counts it; before it is on record, that it was asked for. */
export function viewOfProgress(
  id: string,
  progress: EventCancellationProgress | null,
): z.input<typeof eventCancellationView> {
  if (progress === null) return { eventId: id, status: 'requested' };
  return { ...progress, status: progress.finishedAt === null ? 'running' : 'finished' };
}
