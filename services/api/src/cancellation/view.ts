import type { CancellationRefusal, CancellationStatus, PurchaseStatus } from '@box-office/contract';
import type { Cancellation } from '@box-office/database';
import { z } from '@hono/zod-openapi';
import { problem, problemBody, type Problem } from '../http/problems.js';
import { currency, eventId, instant, problemDetails, refundAmounts, ticket } from '../http/schemas.js';

/** The address of a cancellation. */
export const cancellationUrl = (cancellationId: string): string => `/api/cancellations/${cancellationId}`;

/** When to ask again for one that is not done. */
export const RETRY_S = 2;

export const cancellationView = z
  .object({
    cancellationId: z.uuid(),
    purchaseId: z.uuid(),
    status: z.enum(['requested', 'refunding', 'cancelled', 'refused']).openapi({
      description:
        '`requested`: nothing is decided yet, or the purchase is still open and was asked to stop. `refunding`: the ' +
        'money is being refunded. `cancelled`: the tickets are cancelled, and the money is refunded, except `skippedMinor`.',
    }),
    transactionId: z.string().optional(),
    eventId: eventId.optional(),
    tickets: z
      .array(ticket)
      .optional()
      .openapi({ description: 'The tickets that this cancels; none if the purchase was stopped before it had any.' }),
    ...z.object(refundAmounts).partial().shape,
    currency: z.union([currency, z.literal('')]).optional(),
    purchaseStatus: z.enum(['open', 'confirmed', 'cancelled', 'undone', 'declined', 'refused']).optional(),
    reason: z.string().optional(),
    requestedAt: instant.optional(),
    cancelledAt: instant.nullable().optional(),
    problem: problemDetails.optional().openapi({ description: 'Why it was refused.' }),
  })
  .openapi('Cancellation');

export type CancellationView = z.input<typeof cancellationView>;

/** A cancellation that PostgreSQL has. */
export function viewOfCancellation(cancellation: Cancellation): CancellationView {
  const { cancellationId, purchaseId, transactionId, eventId: event, status, tickets } = cancellation;
  return {
    cancellationId,
    purchaseId,
    transactionId,
    eventId: event,
    status: statusInView(status),
    tickets: [...tickets],
    ...cancellation.refunds,
    currency: cancellation.currency,
    purchaseStatus: purchaseStatusOf(cancellation.purchaseStatus),
    reason: cancellation.reason,
    requestedAt: cancellation.requestedAt,
    cancelledAt: cancellation.cancelledAt,
  };
}

/** A cancellation's status as buyers see it. */
export const statusInView = (status: CancellationStatus): 'requested' | 'refunding' | 'cancelled' =>
  status === 'waiting' ? 'requested' : status;

function purchaseStatusOf(status: PurchaseStatus): NonNullable<CancellationView['purchaseStatus']> {
  return status === 'claimed' || status === 'persisted' || status === 'undoing' ? 'open' : status;
}

/** The one place that maps a refused cancellation to HTTP. */
export function problemOfRefusal(refusal: CancellationRefusal): Problem {
  switch (refusal.reason) {
    case 'unknown_purchase':
      return problem('unknown-purchase');
    case 'unknown_tickets':
      return problem('unknown-ticket', { tickets: refusal.tickets });
    case 'too_late':
      return problem('cancellation-too-late', { until: refusal.until });
    case 'nothing_to_cancel':
      return problem('nothing-to-cancel');
    case 'admitted':
      return problem('ticket-admitted', { tickets: refusal.tickets });
    case 'transferred':
      return problem('ticket-transferred', { tickets: refusal.tickets });
    case 'refund_changed':
      return problem('refund-changed', { amountMinor: refusal.amountMinor, currency: refusal.currency });
    case 'already_refunding':
      return problem('already-refunding');
    case 'purchase_open':
      return problem('purchase-open', {}, { 'Retry-After': String(RETRY_S) });
  }
}

/** A refusal as part of a cancellation's state. */
export const refusalInView = (refusal: CancellationRefusal): z.input<typeof problemDetails> =>
  problemBody(problemOfRefusal(refusal));
