import { DISPUTE_STATUSES, type Dispute } from '@box-office/contract';
import { z } from 'zod';
import { readAmount } from './read-amount.js';

/** Events that tell of a dispute. */
export const DISPUTE_EVENTS = ['charge.dispute.created', 'charge.dispute.updated', 'charge.dispute.closed'] as const;

export const isDisputeEvent = (type: string): boolean => DISPUTE_EVENTS.some((one) => one === type);

/** What a dispute has at least; without it there is nothing to look at. */
const anyDispute = z.looseObject({
  id: z.string().min(1).max(255),
  object: z.literal('dispute'),
  payment_intent: z.string().nullable(),
});

const details = z.object({
  amount: z.int().nonnegative(),
  currency: z.string(),
  reason: z.string().max(255),
  status: z.enum(DISPUTE_STATUSES).catch('unknown'),
  created: z.int(),
  evidence_details: z.object({ due_by: z.int().nullable() }),
});

const instantOf = (seconds: number): string => new Date(seconds * 1_000).toISOString();

/**
 * The dispute in an event of `DISPUTE_EVENTS`. One whose status is not known is `unknown`, and so is one
 * whose currency or form is not known, of amount 0.
 *
 * @param changed when the event happened, in seconds
 * @returns null for what is no dispute
 */
export function disputeOf(object: unknown, changed: number): Dispute | null {
  const parsed = anyDispute.safeParse(object);
  if (!parsed.success) return null;
  const { id: disputeId, payment_intent: authorisationId } = parsed.data;
  const changedAt = instantOf(changed);
  const read = details.safeParse(object);
  const amountMinor = read.success ? readAmount(read.data.amount, read.data.currency) : null;
  if (!read.success || amountMinor === null) {
    const nothing = { amountMinor: 0, currency: '', reason: '', respondBy: null, createdAt: changedAt };
    return { disputeId, authorisationId, ...nothing, status: 'unknown', changedAt };
  }
  const { currency, reason, status, created, evidence_details: evidence } = read.data;
  return {
    disputeId,
    authorisationId,
    amountMinor,
    currency: currency.toUpperCase(),
    reason,
    status,
    respondBy: evidence.due_by === null ? null : instantOf(evidence.due_by),
    createdAt: instantOf(created),
    changedAt,
  };
}
