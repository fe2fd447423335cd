import type { EventStatus } from './statuses.js';

/** Why an event is not on sale at some moment. `at`, ISO 8601: when its sale starts, or has ended. */
export type NotOnSale =
  { readonly cause: 'closed' | 'cancelled' } | { readonly cause: 'not_started' | 'ended'; readonly at: string };

/** What decides whether an event is on sale. Instants are ISO 8601. */
interface SaleDetails {
  readonly status: EventStatus;
  readonly saleStartsAt: string | null;
  readonly saleEndsAt: string | null;
  readonly endsAt: string;
}

/** When the sale of an event ends, ISO 8601: at `saleEndsAt`, and never after the event itself. */
export const saleEndOf = ({ saleEndsAt, endsAt }: Pick<SaleDetails, 'saleEndsAt' | 'endsAt'>): string =>
  saleEndsAt !== null && Date.parse(saleEndsAt) < Date.parse(endsAt) ? saleEndsAt : endsAt;

/**
 * Null while complimentary tickets of the event can be issued: before, during and after its sale, until it is over or
 * cancelled.
 */
export function whyNotComplimentary(event: Pick<SaleDetails, 'status' | 'endsAt'>, nowMs: number): NotOnSale | null {
  if (event.status === 'cancelled') return { cause: event.status };
  return nowMs < Date.parse(event.endsAt) ? null : { cause: 'ended', at: event.endsAt };
}

/** Null while the event is on sale. The inventory's script has the same rule, and its word counts. */
export function whyNotOnSale(event: SaleDetails, nowMs: number): NotOnSale | null {
  if (event.status !== 'on_sale') return { cause: event.status };
  const { saleStartsAt } = event;
  if (saleStartsAt !== null && nowMs < Date.parse(saleStartsAt)) return { cause: 'not_started', at: saleStartsAt };
  const end = saleEndOf(event);
  return nowMs < Date.parse(end) ? null : { cause: 'ended', at: end };
}
