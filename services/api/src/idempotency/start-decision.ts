import type { EventDetails, IdempotencyRecord, OrderItem, PurchaseOutcome } from '@box-office/contract';
import type { RequestedItem } from '../ticket/requested-items.js';

export type RefusedOutcome = Extract<PurchaseOutcome, { kind: 'refused' }>;

/** The request goes to its workflow with these items. */
export interface Start {
  readonly kind: 'start';
  readonly items: readonly OrderItem[];
  readonly eventName: string;
}

/** What PostgreSQL knows under the id of a request. */
export interface Known<Outcome, Reply> {
  /** The record that Redis should have. */
  readonly record: IdempotencyRecord<Outcome>;
  /** The answer to the request that has this record's fingerprint; waits for an outcome until `untilMs` at the latest. */
  readonly reply: (untilMs: number) => Reply | Promise<Reply>;
}

/**
 * What is done with a request that owns the record of its key.
 * - `start`: its workflow is started.
 * - `refuse`: this is its final outcome, decided without a workflow.
 * - `known`: PostgreSQL has it already; Redis had lost its record.
 * - `release`: it gets this reply, nothing is kept, and the key may be used again.
 */
export type StartDecision<Outcome, Reply> =
  | Start
  | { readonly kind: 'refuse'; readonly outcome: Outcome }
  | { readonly kind: 'known'; readonly known: Known<Outcome, Reply> }
  | { readonly kind: 'release'; readonly reply: Reply };

/** A ticket type that is not named is the event's first; where the event is not known either, the workflow refuses. */
export function startWith(
  event: Pick<EventDetails, 'name' | 'ticketTypes'> | null,
  requested: readonly RequestedItem[],
): Start {
  const defaultType = event?.ticketTypes[0]?.name ?? '';
  const items = requested.map(({ ticketType, quantity }) => ({ ticketType: ticketType ?? defaultType, quantity }));
  return { kind: 'start', items, eventName: event?.name ?? 'unknown event' };
}
