import type { IdempotencyRecord } from '@box-office/contract';
import type { Logger } from '@box-office/platform';
import type { z } from 'zod';

/** Until then the gateway that sent a start sends it again by itself. */
const RESEND_AFTER_MS = 60_000;

/**
 * Sends the start of a record again, in the background, if it may never have arrived and its gateway has given up.
 * `request_unknown`: the record was abandoned as well, and does not keep the request.
 */
export type Resend = (id: string, record: IdempotencyRecord<unknown>) => 'not_due' | 'sent' | 'request_unknown';

/**
 * A buyer who was told 202 may only ask at `Location`, and the gateway that sent the start may be gone. So who reads a
 * record that stays as it is has its request repeated, as a repeat by its buyer would.
 */
export function createResend<Request>(
  operation: { readonly keptRequest: z.ZodType<Request>; idOf(request: Request): string },
  o: { readonly repeat: (request: Request) => Promise<unknown>; readonly logger: Logger },
): Resend {
  return (id, record) => {
    if (record.state !== 'sent' && record.state !== 'admitted') return 'not_due';
    const openSinceMs = record.state === 'sent' ? record.sentMs : record.deadlineMs;
    if (openSinceMs > Date.now() - RESEND_AFTER_MS) return 'not_due';
    const kept = operation.keptRequest.safeParse(record.request);
    if (!kept.success || operation.idOf(kept.data) !== id) return 'request_unknown';
    o.repeat(kept.data).catch((error: unknown) => o.logger.warn({ err: error, id }, 'could not send a start again'));
    return 'sent';
  };
}
