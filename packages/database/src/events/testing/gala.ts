import type { NewEvent } from '../create.js';

/** An event on sale, for tests. */
export const gala = (changes: Partial<NewEvent> = {}): NewEvent => ({
  name: 'Gala',
  description: '',
  venue: 'Hall',
  startsAt: '2035-01-01T19:00:00Z',
  endsAt: '2035-01-01T22:00:00Z',
  timeZone: 'Europe/Paris',
  currency: 'EUR',
  status: 'on_sale',
  saleStartsAt: null,
  saleEndsAt: null,
  limitPerBuyer: 10,
  ticketTypes: [{ name: 'standard', priceMinor: 2_500, total: 1_000 }],
  ...changes,
});
