import { DISPUTE_STATUSES, fromStripeAmount, type Dispute } from '@box-office/contract';
import { z } from 'zod';

/** Events that tell of a dispute. */
export const DISPUTE_EVENTS = ['charge.dispute.created', 'charge.dispute.updated', 'charge.dispute.closed'] as const;

export const isDisputeEvent = (type: string): boolean => DISPUTE_EVENTS.some((one) => one === type);

const dispute = z.object({
  id: z.string().min(1).max(255),
  object: z.literal('dispute'),
  amount: z.int().nonnegative(),
  currency: z.string(),
  reason: z.string().max(255),
  status: z.enum(DISPUTE_STATUSES),
  created: z.int(),
  payment_intent: z.string().nullable(),
  evidence_details: z.object({ due_by: z.int().nullable() }),
});

const instantOf = (seconds: number): string => new Date(seconds * 1_000).toISOString();

/**
 * The dispute in an event of `DISPUTE_EVENTS`.
 *
 * @param changed when the event happened, in seconds
 * @throws ZodError for what is none, and for a status that is not known
 */
export function disputeOf(object: unknown, changed: number): Dispute {
  const { id, amount, currency, reason, status, created, ...more } = dispute.parse(object);
  const { payment_intent: intent, evidence_details: details } = more;
  return {
    ...{ disputeId: id, authorisationId: intent, reason, status },
    amountMinor: fromStripeAmount(amount, currency),
    currency: currency.toUpperCase(),
    respondBy: details.due_by === null ? null : instantOf(details.due_by),
    ...{ createdAt: instantOf(created), changedAt: instantOf(changed) },
  };
}
