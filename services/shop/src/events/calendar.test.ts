import type { Event } from '@box-office/web';
import { describe, expect, it } from 'vitest';
import { calendarFile, structuredData } from './calendar.js';

const event: Event = {
  ...{ id: '1', name: 'Gala', description: 'One evening.', venue: 'Pier 7', timeZone: 'Europe/Paris', currency: 'JPY' },
  ...{ startsAt: '2035-06-06T17:00:00.000Z', endsAt: '2035-06-06T20:00:00.000Z', status: 'on_sale', capacity: 0 },
  ...{ saleStartsAt: null, saleEndsAt: null, cancellableUntil: null, limitPerBuyer: 4 },
  ticketTypes: [{ name: 'Adult', priceMinor: 4_800, total: 10, available: 0 }],
};
const urls = { url: 'https://shop.example/events/1', picture: 'https://shop.example/p.svg' };

describe('a calendar entry', () => {
  const text = calendarFile({
    ...{ uid: 'event-1@shop.example', start: event.startsAt, end: event.endsAt, url: urls.url, now: new Date(0) },
    ...{ summary: 'Brass, strings; and more', location: 'Pier 7', description: 'Ü'.repeat(100) },
  });

  it('has lines of at most 75 bytes that end with CR and LF', () => {
    expect(text.endsWith('\r\n')).toBe(true);
    for (const line of text.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    expect(text.replaceAll('\r\n ', '')).toContain(`DESCRIPTION:${'Ü'.repeat(100)}`);
  });

  it('has its times in UTC, and commas and semicolons as text', () => {
    expect(text).toContain('DTSTART:20350606T170000Z');
    expect(text).toContain(String.raw`SUMMARY:Brass\, strings\; and more`);
  });
});

describe('structured data', () => {
  it('has prices in units of the currency, and what is sold out', () => {
    const data = JSON.parse(structuredData(event, urls)) as { offers: object[] };
    expect(data.offers[0]).toMatchObject({
      price: 4_800,
      priceCurrency: 'JPY',
      availability: 'https://schema.org/SoldOut',
    });
  });

  it('cannot end the element that it is in', () => {
    const written = structuredData({ ...event, name: '</script><script>alert(1)</script>' }, urls);
    expect(written).not.toContain('<');
    expect((JSON.parse(written) as { name: string }).name).toContain('</script>');
  });
});
