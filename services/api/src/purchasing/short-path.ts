import { whyNotOnSale, type EventReadModel, type OrderItem, type Refusal } from '@box-office/contract';
import type { RequestedItem } from './purchase-request.js';

/** What can be said about a request from the event's read model alone. */
export type FirstLook =
  | { readonly kind: 'go_on'; readonly items: readonly OrderItem[] }
  | { readonly kind: 'unknown_ticket_type'; readonly ticketType: string }
  /** Refused as the workflow would refuse it at this moment, with no workflow. */
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/**
 * Looks whether a request can succeed at all. It takes nothing: what passes here may still be refused by the
 * reservation, which alone decides. The limit per buyer is left to it, too: the read model does not know who holds what.
 */
export function lookAtEvent(event: EventReadModel, requested: readonly RequestedItem[], nowMs: number): FirstLook {
  const items: OrderItem[] = [];
  let refusal: Refusal | undefined;
  for (const { ticketType, quantity } of requested) {
    const type =
      ticketType === null ? event.ticketTypes[0] : event.ticketTypes.find((candidate) => candidate.name === ticketType);
    if (type === undefined) return { kind: 'unknown_ticket_type', ticketType: ticketType ?? '' };
    items.push({ ticketType: type.name, quantity });
    if (type.available >= quantity) continue;
    refusal ??=
      type.available > 0
        ? { reason: 'not_enough_left', ticketType: type.name, available: type.available }
        : { reason: 'sold_out', ticketType: type.name };
  }
  const notOnSale = whyNotOnSale(event, nowMs);
  if (notOnSale !== null) return { kind: 'refused', refusal: { reason: 'not_on_sale', ...notOnSale } };
  return refusal === undefined ? { kind: 'go_on', items } : { kind: 'refused', refusal };
}
