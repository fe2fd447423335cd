import { decimalsOf } from '@box-office/contract';
import type { Event } from '@box-office/web';
import { saleOf, ticketPrice, type Sale } from './availability.js';

/** The `schema.org/Event` of the event's page; `<` is written so that no text can end its element. */
export function structuredData(event: Event, o: { url: string; picture: string; nowMs: number }): string {
  const status = event.status === 'cancelled' ? 'EventCancelled' : 'EventScheduled';
  const sale = saleOf(event, o.nowMs);
  const data = {
    '@context': 'https://schema.org',
    '@type': 'Event',
    name: event.name,
    description: event.description,
    startDate: event.startsAt,
    endDate: event.endsAt,
    eventStatus: `https://schema.org/${status}`,
    eventAttendanceMode: 'https://schema.org/OfflineEventAttendanceMode',
    location: { '@type': 'Place', name: event.venue, address: event.venue },
    image: [o.picture],
    url: o.url,
    offers: event.ticketTypes.map((type) => ({
      '@type': 'Offer',
      name: type.name,
      price: ticketPrice(type) / 10 ** (decimalsOf(event.currency) ?? 0),
      priceCurrency: event.currency,
      availability: `https://schema.org/${availabilityOf(type, sale)}`,
      ...(event.saleStartsAt !== null && { validFrom: event.saleStartsAt }),
      url: o.url,
    })),
  };
  return JSON.stringify(data).replaceAll('<', String.raw`\u003c`);
}

/** Before the sale starts, `validFrom` says when. */
function availabilityOf({ available }: Event['ticketTypes'][number], sale: Sale): 'InStock' | 'OutOfStock' | 'SoldOut' {
  if (sale.kind === 'over' || (sale.kind === 'not_open' && sale.why.cause !== 'not_started')) return 'OutOfStock';
  return available === 0 ? 'SoldOut' : 'InStock';
}
