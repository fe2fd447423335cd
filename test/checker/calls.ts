import type { OrderItem, SerialRange, Ticket } from '@box-office/contract';

/** Who sent a request, to which gateway, and when. Times are of the client's clock, epoch ms. */
interface CallContext {
  readonly userId: string;
  readonly gateway: string;
  readonly invokedAtMs: number;
  readonly answeredAtMs: number;
}

/**
 * An answer other than success, by what it promises to the buyer.
 *
 * - `refused`: final, without tickets and charge (402, 409 and the like). `details` must be the same for every repeat.
 * - `open`: the request is in progress; the buyer repeats it (202), and first acts at `actionUrl` if there is one
 * - `key_reused`: the idempotency key belongs to a request with other content (422)
 * - `unknown`: no answer, or one that decides nothing: a lost connection, a timeout, 503, 500, 409 in flight
 */
export type Unsuccessful =
  | { readonly kind: 'refused'; readonly status: number; readonly problem: string; readonly details: string }
  | { readonly kind: 'open'; readonly status: number; readonly actionUrl?: string }
  | { readonly kind: 'key_reused'; readonly status: number }
  | { readonly kind: 'unknown'; readonly status: number | null; readonly cause: string };

/** A request to buy, and its answer. Repeats with one key share the purchase id. */
export interface PurchaseCall extends CallContext {
  readonly action: 'buy';
  readonly purchaseId: string;
  readonly key: string;
  readonly eventId: string;
  readonly items: readonly OrderItem[];
  readonly paymentMethod: string | null;
  readonly holdId: string | null;
  readonly answer: PurchaseReply;
}

/** `ok`: the tickets are bought. */
export type PurchaseReply = Unsuccessful | ({ readonly kind: 'ok'; readonly status: number } & PurchaseResult);

interface PurchaseResult {
  readonly transactionId: string;
  readonly tickets: readonly Ticket[];
  readonly amountMinor: number;
  readonly currency: string;
}

/** A read of a purchase. `ok`: it was confirmed, and `tickets` are its tickets that were valid at that moment. */
export interface ReadCall extends CallContext {
  readonly action: 'read';
  readonly purchaseId: string;
  readonly answer: Unsuccessful | { readonly kind: 'ok'; readonly status: number; readonly tickets: readonly Ticket[] };
}

/** A request to cancel a purchase or some of its tickets. `ok`: they are cancelled and refunded. */
export interface CancelCall extends CallContext {
  readonly action: 'cancel';
  readonly purchaseId: string;
  /** Null for the whole purchase. */
  readonly ticketIds: readonly string[] | null;
  readonly answer:
    | Unsuccessful
    | {
        readonly kind: 'ok';
        readonly status: number;
        readonly cancellationId: string;
        readonly tickets: readonly Ticket[];
        readonly refundedMinor: number;
      };
}

/** A request to hold tickets. `ok`: they were held; the hold may have ended since. */
export interface HoldCall extends CallContext {
  readonly action: 'hold';
  readonly holdId: string;
  readonly key: string;
  readonly eventId: string;
  readonly items: readonly OrderItem[];
  readonly answer:
    Unsuccessful | { readonly kind: 'ok'; readonly status: number; readonly items: readonly SerialRange[] };
}

/** A request to release a hold. `ok`: it has ended; `ended` is its final status. */
export interface ReleaseCall extends CallContext {
  readonly action: 'release';
  readonly holdId: string;
  readonly answer: Unsuccessful | { readonly kind: 'ok'; readonly status: number; readonly ended: string };
}

/** One request of a buyer with its answer. Add a new kind of request here and to the comparisons. */
export type Call = PurchaseCall | ReadCall | CancelCall | HoldCall | ReleaseCall;

/** The calls with one action. */
export function callsTo<A extends Call['action']>(calls: readonly Call[], action: A): Extract<Call, { action: A }>[] {
  return calls.filter((call): call is Extract<Call, { action: A }> => call.action === action);
}

/** The content of a request to buy. */
export type PurchaseRequest = Pick<PurchaseCall, 'eventId' | 'items' | 'paymentMethod' | 'holdId'>;

/** True if two requests have the same content, whatever their keys. */
export function isSameRequest(a: PurchaseRequest, b: PurchaseRequest): boolean {
  return (
    a.eventId === b.eventId &&
    a.paymentMethod === b.paymentMethod &&
    a.holdId === b.holdId &&
    formatItems(a.items) === formatItems(b.items)
  );
}

/** The items as one text that does not depend on their order. */
const formatItems = (items: readonly OrderItem[]): string =>
  items
    .map(({ ticketType, quantity }) => `${ticketType} × ${quantity}`)
    .sort()
    .join(', ');
