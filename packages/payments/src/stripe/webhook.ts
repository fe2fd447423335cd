import type { Dispute } from '@box-office/contract';
import Stripe from 'stripe';
import { z } from 'zod';
import { disputeOf, isDisputeEvent } from './dispute.js';

/** What is kept of an event that Stripe sends. What it says of money is read from Stripe again where it matters. */
export interface ProviderEvent {
  readonly eventId: string;
  readonly type: string;
  /** When it happened. */
  readonly createdAt: Date;
  /** Id of the object that it is about; null where that has none. */
  readonly objectId: string | null;
  /** The purchase in the object's metadata; null if it names none. */
  readonly purchaseId: string | null;
  /** What it says of a dispute; null where it is about something else, or cannot be read. */
  readonly dispute: Dispute | null;
}

const event = z.object({
  id: z.string().min(1).max(255),
  type: z.string().min(1).max(255),
  created: z.int(),
  data: z.object({
    object: z.looseObject({
      id: z.string().max(255).nullish(),
      metadata: z.object({ purchase: z.uuid().optional().catch(undefined) }).nullish(),
    }),
  }),
});

/**
 * Reads a webhook. Its signature may be at most five minutes old.
 *
 * @param payload the body as it was received
 * @returns null if it was not signed with this secret, is too old, or is no event
 */
export function readWebhook(payload: string, signature: string, secret: string): ProviderEvent | null {
  let received: unknown;
  try {
    received = Stripe.webhooks.constructEvent(payload, signature, secret);
  } catch {
    return null;
  }
  const parsed = event.safeParse(received);
  if (!parsed.success) return null;
  const { id, type, created, data } = parsed.data;
  return {
    eventId: id,
    type,
    createdAt: new Date(created * 1_000),
    objectId: data.object.id ?? null,
    purchaseId: data.object.metadata?.purchase ?? null,
    dispute: isDisputeEvent(type) ? disputeOf(data.object, created) : null,
  };
}
