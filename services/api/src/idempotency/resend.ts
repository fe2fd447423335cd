import type { IdempotencyRecord } from '@box-office/contract';
import type { Logger } from '@box-office/platform';
import type { z } from 'zod';
import type { KeyedRequest } from './idempotent-start.js';

/** Until then the gateway that sent a start sends it again by itself. */
const RESEND_AFTER_MS = 60_000;

/** Sends a start again, in the background, if it may never have arrived. */
type ResendLostStart = (id: string, record: IdempotencyRecord<unknown>) => void;

/**
 * A buyer who was told 202 may only ask at `Location`, and the gateway that sent the start may be gone. So who asks has
 * the request of a record that is still `sent` repeated, as a repeat by its buyer would.
 */
export function createResend<Request extends KeyedRequest>(o: {
  readonly request: z.ZodType<Request>;
  readonly idOf: (request: Request) => string;
  readonly repeat: (request: Request) => Promise<unknown>;
  readonly logger: Logger;
}): ResendLostStart {
  return (id, record) => {
    if (record.state !== 'sent' && record.state !== 'admitted') return;
    const openSinceMs = record.state === 'sent' ? (record.sentMs ?? Infinity) : record.deadlineMs;
    if (openSinceMs > Date.now() - RESEND_AFTER_MS) return;
    const kept = o.request.safeParse(record.request);
    if (!kept.success || o.idOf(kept.data) !== id) return;
    o.repeat(kept.data).catch((error: unknown) => o.logger.warn({ err: error, id }, 'could not send a start again'));
  };
}
