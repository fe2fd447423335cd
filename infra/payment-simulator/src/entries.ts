import { z } from 'zod';

/** One line of the ledger's journal: something that happened, once. Times are milliseconds since 1970. */
export const ledgerEntry = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('authorised'),
    at: z.int(),
    key: z.string(),
    authorisationId: z.string(),
    purchaseId: z.string(),
    amountMinor: z.int(),
    currency: z.string(),
    method: z.string(),
  }),
  z.object({
    type: z.literal('declined'),
    at: z.int(),
    key: z.string(),
    purchaseId: z.string(),
    amountMinor: z.int(),
    currency: z.string(),
    method: z.string(),
    reason: z.string(),
  }),
  z.object({ type: z.literal('captured'), at: z.int(), key: z.string(), authorisationId: z.string() }),
  /** The capture was refused, and with that the authorisation is over. */
  z.object({ type: z.literal('capture_refused'), at: z.int(), key: z.string(), authorisationId: z.string() }),
  z.object({ type: z.literal('voided'), at: z.int(), key: z.string(), authorisationId: z.string() }),
  z.object({
    type: z.literal('refunded'),
    at: z.int(),
    key: z.string(),
    authorisationId: z.string(),
    refundId: z.string(),
    amountMinor: z.int(),
  }),
]);

export type LedgerEntry = z.output<typeof ledgerEntry>;
