import { whyNotChargeable } from '@box-office/payments';
import {
  whyNotComplimentary,
  whyNotOnSale,
  type AmountMinor,
  type EventReadModel,
  type OrderItem,
  type Refusal,
} from '@box-office/contract';
import type { RequestedItem } from '../ticket/requested-items.js';

/** What is asked of an event. */
export interface Requested {
  readonly items: readonly RequestedItem[];
  /** Complimentary: an operator issues the tickets, they cost nothing, and the event need not be on sale. */
  readonly complimentary?: true | undefined;
}

/** The payment provider does not charge as much at once. */
export interface AmountTooLarge {
  readonly kind: 'amount_too_large';
  readonly amountMinor: AmountMinor;
  readonly maximumMinor: AmountMinor;
  readonly currency: string;
}

export type PreCheckResult =
  | { readonly kind: 'proceed'; readonly items: readonly OrderItem[] }
  | { readonly kind: 'unknown_ticket_type'; readonly ticketType: string }
  | AmountTooLarge
  /** Refused as the workflow would refuse it at this moment, with no workflow. */
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/**
 * Compares a request with the event's read model. It reserves nothing: a request that passes may still be refused by the
 * reservation, which decides. So does the limit per buyer: the read model does not have the buyers' tickets.
 */
export function preCheck(event: EventReadModel, requested: Requested, nowMs: number): PreCheckResult {
  const items: OrderItem[] = [];
  let refusal: Refusal | undefined;
  for (const { ticketType, quantity } of requested.items) {
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
  const notOnSale = requested.complimentary ? whyNotComplimentary(event, nowMs) : whyNotOnSale(event, nowMs);
  if (notOnSale !== null) return { kind: 'refused', refusal: { reason: 'not_on_sale', ...notOnSale } };
  if (refusal !== undefined) return { kind: 'refused', refusal };
  return (requested.complimentary ? null : tooLarge(event, items)) ?? { kind: 'proceed', items };
}

/** Null if these tickets with their fees can be charged at once, at the prices of this moment. */
function tooLarge(
  { ticketTypes, purchaseFee, currency }: EventReadModel,
  items: readonly OrderItem[],
): AmountTooLarge | null {
  const priceOf = new Map(ticketTypes.map(({ name, priceMinor, fee }) => [name, priceMinor + (fee?.priceMinor ?? 0)]));
  const amountMinor = items.reduce(
    (sum, { ticketType, quantity }) => sum + quantity * (priceOf.get(ticketType) ?? 0),
    purchaseFee?.priceMinor ?? 0,
  );
  const why = whyNotChargeable(amountMinor, currency);
  if (why?.kind !== 'above_maximum') return null;
  return { kind: 'amount_too_large', amountMinor, maximumMinor: why.maximumMinor, currency };
}
