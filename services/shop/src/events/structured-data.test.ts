import type { Event } from '@box-office/web';
import { describe, expect, it } from 'vitest';
import { EVENT } from '../testing/gateway.js';
import { structuredData } from './structured-data.js';

const event: Event = {
  ...EVENT,
  currency: 'JPY',
  ticketTypes: [{ name: 'Adult', priceMinor: 4_800, taxRatePpm: 0, fee: null, total: 10, available: 0 }],
};
const urls = { url: 'https://shop.example/events/1', picture: 'https://shop.example/p.svg', nowMs: 0 };

describe('structured data', () => {
  it('has prices in units of the currency, and what is sold out', () => {
    const data = JSON.parse(structuredData(event, urls)) as { offers: object[] };
    expect(data.offers[0]).toMatchObject({
      price: 4_800,
      priceCurrency: 'JPY',
      availability: 'https://schema.org/SoldOut',
    });
  });

  it.each([
    ['InStock', {}],
    ['InStock', { saleStartsAt: '2035-01-01T00:00:00.000Z' }],
    ['OutOfStock', { status: 'cancelled' }],
    ['OutOfStock', { status: 'closed' }],
    ['OutOfStock', { saleEndsAt: '1960-01-01T00:00:00.000Z' }],
    ['OutOfStock', { endsAt: '1960-01-01T00:00:00.000Z' }],
  ] as const)('says %s of tickets that are left, with %o', (availability, o) => {
    const { offers } = JSON.parse(structuredData({ ...EVENT, ...o }, urls)) as { offers: object[] };
    expect(offers[0]).toMatchObject({ availability: `https://schema.org/${availability}` });
  });

  it('cannot end the element that it is in', () => {
    const written = structuredData({ ...event, name: '</script><script>alert(1)</script>' }, urls);
    expect(written).not.toContain('<');
    expect((JSON.parse(written) as { name: string }).name).toContain('</script>');
  });
});
