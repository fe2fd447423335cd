import { DISPUTE_STATUSES } from '@box-office/contract';
import { z } from 'zod';
import type { ErrorBody } from './api-error.js';

/** Of the request that made the entry: its idempotency key and a digest of path and parameters; old ledgers have none. */
const request = { at: z.int(), key: z.string(), digest: z.string().exactOptional() };
/** The request was answered 500 although it took effect, and so is each repetition with its key. */
const answered500 = { answered500: z.literal(true).exactOptional() };
const intent = {
  ...request,
  purchaseId: z.string(),
  /** In Stripe's smallest units. */
  amountMinor: z.int(),
  currency: z.string(),
  metadata: z.record(z.string(), z.string()).exactOptional(),
  /** With which it was confirmed. */
  confirmationToken: z.string().exactOptional(),
};
/** What was answered, with the intent as it was then. */
const errorBody = z.custom<ErrorBody>(
  (value) => z.looseObject({ type: z.string(), message: z.string() }).safeParse(value).success,
);
const disputeStatus = z.enum(DISPUTE_STATUSES);
const ofIntent = { ...request, ...answered500, authorisationId: z.string() };

/**
 * One line of the ledger's journal: something that happened, once. Times are milliseconds since 1970. `authorisationId` is
 * the id of a PaymentIntent.
 */
export const ledgerEntry = z.discriminatedUnion('type', [
  z.object({ ...intent, type: z.literal('created'), authorisationId: z.string() }),
  z.object({
    ...intent,
    ...answered500,
    type: z.literal('authorised'),
    authorisationId: z.string(),
    method: z.string(),
  }),
  z.object({
    ...intent,
    type: z.literal('declined'),
    /** Absent in old ledgers. */
    authorisationId: z.string().exactOptional(),
    method: z.string(),
    reason: z.string(),
  }),
  /** The buyer has to act at `actionUrl`, and returns to `returnUrl`. */
  z.object({
    ...intent,
    type: z.literal('action_required'),
    authorisationId: z.string(),
    method: z.string(),
    actionUrl: z.string(),
    returnUrl: z.string(),
  }),
  z.object({ ...ofIntent, type: z.literal('confirmed'), method: z.string() }),
  z.object({ ...ofIntent, type: z.literal('confirmation_declined'), method: z.string(), reason: z.string() }),
  z.object({ ...ofIntent, type: z.literal('captured') }),
  /** The capture was refused, and with that the authorisation is over. */
  z.object({ ...ofIntent, type: z.literal('capture_refused') }),
  z.object({ ...ofIntent, type: z.literal('voided') }),
  z.object({
    ...ofIntent,
    type: z.literal('refunded'),
    refundId: z.string(),
    amountMinor: z.int(),
    metadata: z.record(z.string(), z.string()).exactOptional(),
  }),
  /** The buyer's bank could not take the money: it is the seller's again. */
  z.object({ ...ofIntent, type: z.literal('refund_failed'), refundId: z.string() }),
  z.object({
    ...ofIntent,
    type: z.literal('disputed'),
    disputeId: z.string(),
    amountMinor: z.int(),
    reason: z.string(),
    status: disputeStatus,
  }),
  z.object({ ...ofIntent, type: z.literal('dispute_updated'), disputeId: z.string(), status: disputeStatus }),
  z.object({ ...ofIntent, type: z.literal('dispute_closed'), disputeId: z.string(), status: disputeStatus }),
  /** The request was answered 500 without an effect, and so is each repetition with its key. */
  z.object({ ...request, type: z.literal('failed') }),
  /** The request was refused for the state of its intent, and so is each repetition with its key. */
  z.object({ ...request, type: z.literal('refused'), status: z.int(), error: errorBody }),
]);

export type LedgerEntry = z.output<typeof ledgerEntry>;
/** An entry that makes an intent. */
export type FirstEntry = Extract<LedgerEntry, { type: 'created' | 'authorised' | 'declined' | 'action_required' }>;
/** An entry that changes one. */
export type ChangeEntry = Exclude<LedgerEntry, FirstEntry | { type: 'failed' | 'refused' }>;
