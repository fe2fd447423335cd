import type { OrderItem, Ticket } from '@box-office/contract';

/**
 * What came back to a buyer, in the terms of what it promises.
 *
 * - `ok`: the tickets are bought (201)
 * - `refused`: a final answer with no tickets and no money (402, 409 and the like); `details` is what repeats must share
 * - `open`: it goes on, ask again (202)
 * - `key_reused`: the key belongs to a request with another content (422)
 * - `unknown`: no answer, or one that decides nothing: a lost connection, a time limit, 503, 500, 409 in flight
 */
export type Answer =
  | {
      readonly kind: 'ok';
      readonly status: number;
      readonly transactionId: string;
      readonly tickets: readonly Ticket[];
      readonly amountMinor: number;
      readonly currency: string;
    }
  | { readonly kind: 'refused'; readonly status: number; readonly problem: string; readonly details: string }
  | { readonly kind: 'open'; readonly status: number }
  | { readonly kind: 'key_reused'; readonly status: number }
  | { readonly kind: 'unknown'; readonly status: number | null; readonly cause: string };

/** One request to buy, and what the buyer was told. Repeats with one key share the purchase id. */
export interface PurchaseCall {
  readonly purchaseId: string;
  readonly userId: string;
  readonly key: string;
  readonly eventId: string;
  readonly items: readonly OrderItem[];
  readonly paymentMethod: string;
  readonly gateway: string;
  /** Times of the buyer's clock, epoch ms. */
  readonly invokedAtMs: number;
  readonly answeredAtMs: number;
  readonly answer: Answer;
}

/** True for two calls that ask for the same purchase, not only with the same key. */
export function isSameRequest(a: PurchaseCall, b: Pick<PurchaseCall, 'eventId' | 'items' | 'paymentMethod'>): boolean {
  return a.eventId === b.eventId && a.paymentMethod === b.paymentMethod && wish(a.items) === wish(b.items);
}

/** The items as one text, whatever their order. */
export const wish = (items: readonly OrderItem[]): string =>
  items
    .map(({ ticketType, quantity }) => `${ticketType} × ${quantity}`)
    .sort()
    .join(', ');
