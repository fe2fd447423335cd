import { z } from 'zod';

/** The provider's HTTP interface, version 1: what the adapter sends and what it takes for an answer. */

export const IDEMPOTENCY_HEADER = 'idempotency-key';

/** Longest key and longest body either side accepts, in bytes of ASCII and of JSON. */
export const MAX_KEY_LENGTH = 255;
export const MAX_BODY_BYTES = 16_384;

const amountMinor = z.int().nonnegative();
const authorisationState = z.enum(['authorised', 'captured', 'voided', 'declined', 'refunded', 'expired']);

/** `POST /v1/authorisations` */
export const authoriseRequest = z.object({
  amountMinor,
  currency: z.string().regex(/^[A-Z]{3}$/),
  method: z.string().min(1).max(200),
  purchaseId: z.string().min(1).max(100),
});
export type AuthoriseRequest = z.output<typeof authoriseRequest>;

export const authoriseAnswer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('authorised'), authorisationId: z.string().min(1) }),
  z.object({ kind: z.literal('declined'), reason: z.string() }),
]);

/** `POST /v1/authorisations/:id/capture`; no body */
export const captureAnswer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('captured') }),
  z.object({ kind: z.literal('refused'), reason: z.enum(['voided', 'expired', 'declined']) }),
]);

/** `POST /v1/authorisations/:id/void`; no body */
export const voidAnswer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('voided') }),
  z.object({ kind: z.literal('already_captured') }),
]);

/** `POST /v1/reversals`: key and body are those of the authorisation that is to be reversed */
export const reverseAnswer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('reversed') }),
  z.object({ kind: z.literal('already_captured'), authorisationId: z.string().min(1) }),
]);

/** `POST /v1/authorisations/:id/refunds` */
export const refundRequest = z.object({ amountMinor });

export const refundAnswer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('refunded'), refundId: z.string().min(1) }),
  z.object({ kind: z.literal('refused'), reason: z.enum(['not_captured', 'over_captured']) }),
]);

/** `GET /v1/authorisations?key=…`; a key that the provider does not know is 404 with the code `no_such_key`. */
export const lookUpAnswer = z.object({
  kind: z.literal('found'),
  state: authorisationState,
  authorisationId: z.string().min(1).exactOptional(),
  amountMinor,
  capturedMinor: amountMinor,
  refundedMinor: amountMinor,
  reason: z.string().exactOptional(),
});

export const ERROR_CODES = ['malformed', 'no_such_key', 'no_such_authorisation', 'key_reused', 'too_large'] as const;

/** Body of every 4xx that speaks about the request itself. */
export const errorAnswer = z.object({ code: z.enum(ERROR_CODES), message: z.string() });
export type ErrorCode = (typeof ERROR_CODES)[number];

/**
 * `GET /v1/books?purchases=<id,id,…>`: the books of these purchases; `GET /v1/books?after=<position>&limit=<1..200>`: those at
 * which something moved after that position, in the order in which it moved.
 */
export const statementAnswer = z.object({
  purchases: z.array(
    z.object({
      purchaseId: z.string(),
      authorisations: z.array(
        z.object({
          key: z.string(),
          authorisationId: z.string().exactOptional(),
          state: authorisationState,
          amountMinor,
          capturedMinor: amountMinor,
          refundedMinor: amountMinor,
          currency: z.string(),
        }),
      ),
    }),
  ),
  position: z.string(),
  isLast: z.boolean(),
});
export type StatementAnswer = z.output<typeof statementAnswer>;

/**
 * `GET /v1/ledger?purchase=<prefix of the id>&from=<position>&limit=<1..1000>`: the provider's statement as a checker reads
 * them, oldest purchase first, a page at a time. No adapter uses it.
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
      /** Authorisations that were captured, refunded ones included: more than one is a second charge. */
      captureCount: z.int(),
      authorisations: z.array(
        z.object({
          key: z.string(),
          authorisationId: z.string().exactOptional(),
          state: authorisationState,
          reason: z.string().exactOptional(),
          method: z.string(),
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
