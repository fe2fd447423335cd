import type { OrderItem, SerialRange, Ticket } from '@box-office/contract';

/** Where and when a buyer asked. Times are of the buyer's clock, epoch ms. */
interface Asked {
  readonly userId: string;
  readonly gateway: string;
  readonly invokedAtMs: number;
  readonly answeredAtMs: number;
}

/**
 * What came back to a buyer who asked for something, in the terms of what it promises.
 *
 * - `refused`: a final answer with no tickets and no money (402, 409 and the like); `details` is what repeats must share
 * - `open`: it goes on, ask again (202)
 * - `key_reused`: the key belongs to a request with another content (422)
 * - `unknown`: no answer, or one that decides nothing: a lost connection, a time limit, 503, 500, 409 in flight
 */
export type NoSuccess =
  | { readonly kind: 'refused'; readonly status: number; readonly problem: string; readonly details: string }
  | { readonly kind: 'open'; readonly status: number }
  | { readonly kind: 'key_reused'; readonly status: number }
  | { readonly kind: 'unknown'; readonly status: number | null; readonly cause: string };

/** A request to buy, and what the buyer was told. Repeats with one key share the purchase id. */
export interface PurchaseCall extends Asked {
  readonly act: 'buy';
  readonly purchaseId: string;
  readonly key: string;
  readonly eventId: string;
  readonly items: readonly OrderItem[];
  readonly paymentMethod: string | null;
  readonly holdId: string | null;
  readonly answer: PurchaseReply;
}

/** `ok`: the tickets are bought. */
export type PurchaseReply = NoSuccess | ({ readonly kind: 'ok'; readonly status: number } & Bought);

interface Bought {
  readonly transactionId: string;
  readonly tickets: readonly Ticket[];
  readonly amountMinor: number;
  readonly currency: string;
}

/** A look at a purchase. `ok`: it was sold, and `tickets` are those of it that were valid at that moment. */
export interface LookCall extends Asked {
  readonly act: 'look';
  readonly purchaseId: string;
  readonly answer: NoSuccess | { readonly kind: 'ok'; readonly status: number; readonly tickets: readonly Ticket[] };
}

/** A request to cancel a purchase, or these of its tickets. `ok`: they are cancelled, and the money is back. */
export interface CancelCall extends Asked {
  readonly act: 'cancel';
  readonly purchaseId: string;
  /** Ids; null for the whole purchase. */
  readonly wanted: readonly string[] | null;
  readonly answer:
    | NoSuccess
    | {
        readonly kind: 'ok';
        readonly status: number;
        readonly cancellationId: string;
        readonly tickets: readonly Ticket[];
        readonly refundedMinor: number;
      };
}

/** A request to hold tickets. `ok`: they were held, whatever became of them since. */
export interface HoldCall extends Asked {
  readonly act: 'hold';
  readonly holdId: string;
  readonly key: string;
  readonly eventId: string;
  readonly items: readonly OrderItem[];
  readonly answer: NoSuccess | { readonly kind: 'ok'; readonly status: number; readonly items: readonly SerialRange[] };
}

/** A request to give a hold back. `ok`: it is over, `ended` tells how. */
export interface ReleaseCall extends Asked {
  readonly act: 'release';
  readonly holdId: string;
  readonly answer: NoSuccess | { readonly kind: 'ok'; readonly status: number; readonly ended: string };
}

/** One request of a buyer with its answer. A new kind of request is added here and to the comparisons. */
export type Call = PurchaseCall | LookCall | CancelCall | HoldCall | ReleaseCall;

/** The calls of one kind. */
export function callsTo<A extends Call['act']>(calls: readonly Call[], act: A): Extract<Call, { act: A }>[] {
  return calls.filter((call): call is Extract<Call, { act: A }> => call.act === act);
}

/** What a request to buy asks for. */
export type Wanted = Pick<PurchaseCall, 'eventId' | 'items' | 'paymentMethod' | 'holdId'>;

/** True for two requests that ask for the same purchase, not only with the same key. */
export function isSameRequest(a: Wanted, b: Wanted): boolean {
  return (
    a.eventId === b.eventId &&
    a.paymentMethod === b.paymentMethod &&
    a.holdId === b.holdId &&
    inWords(a.items) === inWords(b.items)
  );
}

/** The items as one text, whatever their order. */
const inWords = (items: readonly OrderItem[]): string =>
  items
    .map(({ ticketType, quantity }) => `${ticketType} × ${quantity}`)
    .sort()
    .join(', ');
