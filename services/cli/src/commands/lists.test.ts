import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openFakeGateway, type FakeGateway } from '../testing/fake-gateway.js';

const PAGE = 100;
const MAX_LISTED = 10_000;

let gateway: FakeGateway;
beforeAll(async () => {
  gateway = await openFakeGateway();
});
beforeEach(() => gateway.reset());
afterAll(() => gateway.close());

/** As many pages as a command reads; `next` is that of the last one. */
function answerPages(bodyOf: (from: number) => object, next: string | null): void {
  for (let from = 0; from < MAX_LISTED; from += PAGE) {
    gateway.answers.push({ body: { ...bodyOf(from), next: from + PAGE < MAX_LISTED ? 'x' : next } });
  }
}

const place = (from: number): number[] => Array.from({ length: PAGE }, (_, i) => from + i);

describe('events', () => {
  const pageOf = (from: number) => ({
    events: place(from).map((i) => ({
      id: String(i),
      name: 'Gala',
      startsAt: '2027-01-25T19:00:00Z',
      status: 'on_sale',
      currency: 'EUR',
      ticketTypes: [{ name: 'Standing', priceMinor: 4_500, available: 1, total: 2 }],
    })),
  });

  it('says that there are more than it lists', async () => {
    answerPages(pageOf, 'more');
    const { code, out, err } = await gateway.cli('events');
    expect([code, out.split('\n')]).toEqual([0, expect.objectContaining({ length: MAX_LISTED + 2 })]);
    expect(err).toBe('These are the first 10000 events; there are more.\n');
    answerPages(pageOf, 'more');
    expect(JSON.parse((await gateway.cli('events', '--json')).out)).toMatchObject({ next: 'more' });
  });

  it('says nothing if it lists all', async () => {
    answerPages(pageOf, null);
    expect((await gateway.cli('events')).err).toBe('');
  });
});

describe('stats', () => {
  const hour = (i: number) => ({
    hour: new Date(Date.UTC(2026, 0, 1, i)).toISOString(),
    purchases: 1,
    tickets: 1,
    amountMinor: 100,
    cancelledTickets: 0,
    refundedMinor: 0,
    refusals: [],
    holds: { used: 0, expired: 0, released: 0 },
    latencyMs: null,
  });

  it('says that there are more hours than it lists, and how to continue', async () => {
    gateway.answers.push({ body: { id: '1', name: 'Gala', currency: 'EUR' } });
    answerPages((from) => ({ statistics: place(from).map(hour) }), 'more');
    const { code, out, err } = await gateway.cli('stats', '--event', '1');
    expect(code).toBe(0);
    expect(out).toMatch(/^all +10000 +10000 +EUR/m);
    const next = hour(MAX_LISTED).hour;
    expect(err).toBe(`These are the first 10000 hours and their sum; there are more: --from ${next}\n`);
  });
});
