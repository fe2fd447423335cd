import type { AmountMinor } from './money.js';

/**
 * Stripe's statuses of a dispute, in the order in which a dispute goes through them. `unknown` is one that this release
 * does not know: an operator has to look at it.
 */
export const DISPUTE_STATUSES = [
  'warning_needs_response',
  'warning_under_review',
  'warning_closed',
  'needs_response',
  'under_review',
  'prevented',
  'won',
  'lost',
  'appeal_needs_response',
  'appeal_under_review',
  'unknown',
] as const;
export type DisputeStatus = (typeof DISPUTE_STATUSES)[number];

/** In these the provider has taken the disputed amount from the seller. An inquiry (`warning_…`) takes nothing. */
const WITHDRAWN: ReadonlySet<DisputeStatus> = new Set([
  'needs_response',
  'under_review',
  'lost',
  'appeal_needs_response',
  'appeal_under_review',
]);

/** Whether the disputed amount is with the buyer's bank while a dispute has this status. */
export const isWithdrawn = (status: DisputeStatus): boolean => WITHDRAWN.has(status);

/** A buyer's dispute of a payment with the bank, as the payment provider told of it. Times are ISO 8601. */
export interface Dispute {
  /** The provider's id. */
  readonly disputeId: string;
  /** The payment; null if the provider names none. */
  readonly authorisationId: string | null;
  readonly amountMinor: AmountMinor;
  readonly currency: string;
  /** The provider's word, such as `fraudulent`. */
  readonly reason: string;
  readonly status: DisputeStatus;
  /** Until when evidence is accepted; null if none is or can be asked for. */
  readonly respondBy: string | null;
  readonly createdAt: string;
  /** When it became what it is here, by the provider's clock. */
  readonly changedAt: string;
}
