import type { EventReadModel } from '@box-office/contract';
import { describe, expect, it } from 'vitest';
import { preCheck } from './pre-check.js';

const NOW_MS = Date.parse('2027-01-01T12:00:00Z');
const type = (name: string, available: number) => ({
  name,
  priceMinor: 1,
  total: 100,
  available,
  held: 0,
  sold: 100 - available,
});
const event = (changes: Partial<EventReadModel> = {}): EventReadModel => ({
  id: '1',
  name: 'Concert',
  description: '',
  venue: 'Hall',
  revision: 1,
  startsAt: '2027-02-01T19:00:00Z',
  endsAt: '2027-02-01T22:00:00Z',
  timeZone: 'UTC',
  currency: 'EUR',
  status: 'on_sale',
  saleStartsAt: null,
  saleEndsAt: null,
  limitPerBuyer: 10,
  capacity: 7,
  ticketTypes: [type('Standard', 5), type('Student', 2), type('Gala', 0)],
  ...changes,
});
const item = (ticketType: string | null, quantity: number) => ({ ticketType, quantity });

describe('comparing a request with the read model', () => {
  it.each([
    [{ status: 'closed' }, 'proceed'],
    [{ saleStartsAt: '2027-01-02T00:00:00Z' }, 'proceed'],
    [{ saleEndsAt: '2027-01-01T00:00:00Z' }, 'proceed'],
    [{ endsAt: '2027-01-01T12:00:00Z' }, 'refused'],
    [{ status: 'cancelled' }, 'refused'],
  ] as const)('lets complimentary tickets of %j pass unless it is over or cancelled', (changes, kind) => {
    expect(preCheck(event(changes), { items: [item(null, 1)], complimentary: true }, NOW_MS).kind).toBe(kind);
  });

  it("takes the event's first type where none was named", () => {
    expect(preCheck(event(), { items: [item(null, 5)] }, NOW_MS)).toEqual({
      kind: 'proceed',
      items: [{ ticketType: 'Standard', quantity: 5 }],
    });
  });

  it('refuses more tickets than are left, all items together', () => {
    expect(preCheck(event(), { items: [item('Standard', 1), item('Student', 3)] }, NOW_MS)).toEqual({
      kind: 'refused',
      refusal: { reason: 'not_enough_left', ticketType: 'Student', available: 2 },
    });
    expect(preCheck(event(), { items: [item('Gala', 1)] }, NOW_MS)).toEqual({
      kind: 'refused',
      refusal: { reason: 'sold_out', ticketType: 'Gala' },
    });
  });

  it('refuses what the payment provider does not charge at once, fees included, unless it is complimentary', () => {
    const types = [{ ...type('Standard', 5), priceMinor: 49_999_000, fee: { priceMinor: 900 } }];
    const items = [item('Standard', 2)];
    const fitting = event({ ticketTypes: types, purchaseFee: { priceMinor: 199 } });
    expect(preCheck(fitting, { items }, NOW_MS).kind).toBe('proceed');
    const large = event({ ticketTypes: types, purchaseFee: { priceMinor: 200 } });
    expect(preCheck(large, { items }, NOW_MS)).toEqual({
      kind: 'amount_too_large',
      amountMinor: 100_000_000,
      maximumMinor: 99_999_999,
      currency: 'EUR',
    });
    expect(preCheck(large, { items: [item('Standard', 1)] }, NOW_MS).kind).toBe('proceed');
    expect(preCheck(large, { items, complimentary: true }, NOW_MS).kind).toBe('proceed');
    expect(preCheck({ ...large, currency: 'JPY' }, { items }, NOW_MS).kind).toBe('proceed');
  });

  it('names a type that the event does not have', () => {
    expect(preCheck(event(), { items: [item('Balcony', 1)] }, NOW_MS)).toEqual({
      kind: 'unknown_ticket_type',
      ticketType: 'Balcony',
    });
  });

  it.each([
    [{ status: 'closed' as const }, 'refused'],
    [{ saleStartsAt: '2027-01-01T12:00:01Z' }, 'refused'],
    [{ saleStartsAt: '2027-01-01T12:00:00Z' }, 'proceed'],
    [{ saleEndsAt: '2027-01-01T12:00:00Z' }, 'refused'],
    [{ saleEndsAt: '2027-01-01T12:00:01Z' }, 'proceed'],
    [{ endsAt: '2027-01-01T12:00:00Z' }, 'refused'],
    [{ endsAt: '2027-01-01T12:00:01Z' }, 'proceed'],
    [{ endsAt: '2027-01-01T12:00:00Z', saleEndsAt: '2027-01-02T12:00:00Z' }, 'refused'],
  ])('honours the sale window: %j is %s', (changes, kind) => {
    expect(preCheck(event(changes), { items: [item(null, 1)] }, NOW_MS).kind).toBe(kind);
  });
});
