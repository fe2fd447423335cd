import { decimalsOf } from '@box-office/contract';
import type { Event } from '@box-office/web';

const MAX_LINE_BYTES = 74;

/** An entry of a calendar (RFC 5545). Instants are in UTC: every calendar shows them in its own zone. */
export function calendarFile(o: {
  uid: string;
  start: string;
  end: string;
  summary: string;
  location: string;
  description: string;
  url: string;
  now: Date;
}): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Box Office//Shop//EN',
    'BEGIN:VEVENT',
    `UID:${o.uid}`,
    `DTSTAMP:${utc(o.now.toISOString())}`,
    `DTSTART:${utc(o.start)}`,
    `DTEND:${utc(o.end)}`,
    `SUMMARY:${escaped(o.summary)}`,
    `LOCATION:${escaped(o.location)}`,
    `DESCRIPTION:${escaped(o.description)}`,
    `URL:${o.url}`,
    'END:VEVENT',
    'END:VCALENDAR',
  ];
  return `${lines.flatMap(folded).join('\r\n')}\r\n`;
}

const utc = (instant: string): string => new Date(instant).toISOString().replaceAll(/[-:]|\.\d+/g, '');

const escaped = (text: string): string => text.replaceAll(/[\\;,]/g, '\\$&').replaceAll(/\r?\n/g, '\\n');

/** Lines are at most 75 bytes; a continuation begins with a space. */
function folded(line: string): string[] {
  const parts: string[] = [];
  let [part, bytes] = ['', 0];
  for (const char of line) {
    const size = Buffer.byteLength(char);
    if (bytes + size > MAX_LINE_BYTES) {
      parts.push(part);
      [part, bytes] = [' ', 1];
    }
    part += char;
    bytes += size;
  }
  return [...parts, part];
}

/** The `schema.org/Event` of the event's page; `<` is written so that no text can end its element. */
export function structuredData(event: Event, o: { url: string; picture: string }): string {
  const status = event.status === 'cancelled' ? 'EventCancelled' : 'EventScheduled';
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
      price: type.priceMinor / 10 ** (decimalsOf(event.currency) ?? 0),
      priceCurrency: event.currency,
      availability: `https://schema.org/${type.available === 0 ? 'SoldOut' : 'InStock'}`,
      ...(event.saleStartsAt !== null && { validFrom: event.saleStartsAt }),
      url: o.url,
    })),
  };
  return JSON.stringify(data).replaceAll('<', String.raw`\u003c`);
}
