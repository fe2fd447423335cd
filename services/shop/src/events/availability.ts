import { whyNotOnSale, type NotOnSale } from '@box-office/contract';
import type { Event } from '@box-office/web';

/** From so many on, the last tickets are counted aloud. */
const LAST_TICKETS = 5;
const FEW_SHARE = 0.1;
const MIN_FEW = 12;

/** How much is left, as buyers are told it. */
export type Band =
  { readonly kind: 'plenty' | 'few' | 'sold_out' | 'unknown' } | { readonly kind: 'last'; readonly count: number };

export function bandOf({ available, total }: { available: number | null; total: number }): Band {
  if (available === null) return { kind: 'unknown' };
  if (available <= 0) return { kind: 'sold_out' };
  if (available <= LAST_TICKETS) return { kind: 'last', count: available };
  return { kind: available <= Math.max(MIN_FEW, total * FEW_SHARE) ? 'few' : 'plenty' };
}

const bandOfEvent = ({ ticketTypes }: Event): Band =>
  bandOf({
    available: ticketTypes.some(({ available }) => available === null)
      ? null
      : ticketTypes.reduce((sum, { available }) => sum + (available ?? 0), 0),
    total: ticketTypes.reduce((sum, { total }) => sum + total, 0),
  });

/** Whether tickets of an event can be had now, and why not. */
export type Sale =
  | { readonly kind: 'open'; readonly band: Band }
  | { readonly kind: 'not_open'; readonly why: NotOnSale }
  | { readonly kind: 'over' };

export function saleOf(event: Event, nowMs: number): Sale {
  if (event.status !== 'cancelled' && Date.parse(event.endsAt) <= nowMs) return { kind: 'over' };
  const why = whyNotOnSale(event, nowMs);
  return why === null ? { kind: 'open', band: bandOfEvent(event) } : { kind: 'not_open', why };
}

/** Tickets can be had now, as far as is known. */
export const canBeBought = (sale: Sale): boolean => sale.kind === 'open' && sale.band.kind !== 'sold_out';

/** What one ticket costs, with its fee: the price that a buyer sees. */
export const ticketPrice = ({ priceMinor, fee }: Event['ticketTypes'][number]): number =>
  priceMinor + (fee?.priceMinor ?? 0);

/** The lowest price among the types that are left, else among all. */
export function priceFrom({ ticketTypes }: Event): number {
  const left = ticketTypes.filter(({ available }) => available !== 0);
  return Math.min(...(left.length > 0 ? left : ticketTypes).map(ticketPrice));
}
