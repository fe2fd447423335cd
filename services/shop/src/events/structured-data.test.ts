import type { Event } from '@box-office/web';
import { describe, expect, it } from 'vitest';
import { structuredData } from './structured-data.js';

const event: Event = {
  ...{ id: '1', name: 'Gala', description: 'One evening.', venue: 'Pier 7', timeZone: 'Europe/Paris', currency: 'JPY' },
  ...{ startsAt: '2035-06-06T17:00:00.000Z', endsAt: '2035-06-06T20:00:00.000Z', status: 'on_sale', capacity: 0 },
  ...{
    saleStartsAt: null,
    saleEndsAt: null,
    cancellableUntil: null,
    limitPerBuyer: 4,
    purchaseFee: null,
    refundRules: null,
  },
  ticketTypes: [{ name: 'Adult', priceMinor: 4_800, taxRatePpm: 0, fee: null, total: 10, available: 0 }],
};
const urls = { url: 'https://shop.example/events/1', picture: 'https://shop.example/p.svg' };

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
