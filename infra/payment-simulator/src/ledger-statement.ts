import { z } from 'zod';

const amountMinor = z.int().nonnegative();

/**
 * `GET /ledger?purchase=<prefix of the id>&from=<position>&limit=<1..1000>`: the ledger as a checker reads it, oldest purchase
 * first, a page at a time. It is no part of Stripe's API, and no adapter uses it. Amounts in ISO 4217's minor units.
 */
export const ledgerStatement = z.object({
  /** How many purchases match, on this page and on the others. */
  purchaseCount: z.int(),
  /** By currency, over all purchases that match. */
  totals: z.record(z.string(), z.object({ capturedMinor: amountMinor, refundedMinor: amountMinor })),
  purchases: z.array(
    z.object({
      purchaseId: z.string(),
      capturedMinor: amountMinor,
      refundedMinor: amountMinor,
      /** What disputes that are open or lost have taken back. */
      disputedMinor: amountMinor,
      /** Authorisations that were captured, refunded ones included: more than one is a second charge. */
      captureCount: z.int(),
      authorisations: z.array(
        z.object({
          /** Idempotency key of the authorisation. */
          key: z.string(),
          authorisationId: z.string(),
          state: z.enum([
            'created',
            'action_required',
            'authorised',
            'captured',
            'voided',
            'declined',
            'refunded',
            'expired',
          ]),
          /** The decline code. */
          reason: z.string().exactOptional(),
          method: z.string().nullable(),
          amountMinor,
          currency: z.string(),
          capturedMinor: amountMinor,
          refundedMinor: amountMinor,
          refunds: z.array(z.object({ refundId: z.string(), key: z.string(), amountMinor })),
          /** ISO 8601. */
          authorisedAt: z.string(),
        }),
      ),
    }),
  ),
  /** Position of the next page; absent on the last. */
  next: z.int().exactOptional(),
});
export type LedgerStatement = z.output<typeof ledgerStatement>;
