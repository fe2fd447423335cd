import type { Schema } from '@box-office/api-client';
import { signToken } from '@box-office/infra';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createCli } from '../support/cli.js';
import { newBuyer, startTestSystem, type TestSystem } from '../support/test-system.js';
import { until } from '../support/until.js';

type Receipt = Schema<'Receipt'>;

let system: TestSystem;

beforeAll(async () => {
  system = await startTestSystem();
});
afterAll(() => system.close());

const TYPES = [
  { name: 'Stalls', priceMinor: 3_333, taxRatePpm: 190_000, total: 10 },
  { name: 'Balcony', netPriceMinor: 999, taxRatePpm: 70_000, total: 10 },
];

async function bought(items: { ticketType: string; quantity: number }[]) {
  const event = await system.createEvent({ ticketTypes: TYPES });
  const as = newBuyer();
  const { status, body } = await system.buy({ eventId: event.id, items }, { as });
  expect(status).toBe(201);
  return { ...body, as, eventId: event.id };
}

const receiptsOf = (purchaseId: string, as: string, count: number): Promise<Receipt[]> =>
  until(async () => {
    const { body } = await system.call('GET', `/api/purchases/${purchaseId}/receipts`, { as, role: 'buyer' });
    const { receipts } = body as unknown as { receipts: Receipt[] };
    expect(receipts).toHaveLength(count);
    return receipts;
  });

describe('a purchase', () => {
  it('has a receipt with net, tax and gross of each line, which its buyer and operators see', async () => {
    const { purchaseId, as, amountMinor } = await bought([
      { ticketType: 'Stalls', quantity: 3 },
      { ticketType: 'Balcony', quantity: 2 },
    ]);
    expect(amountMinor).toBe(3 * 3_333 + 2 * 1_069);
    const [receipt] = await receiptsOf(purchaseId, as, 1);
    expect(receipt).toMatchObject({
      kind: 'receipt',
      corrects: null,
      currency: 'EUR',
      number: expect.stringMatching(/^R-\d{6}$/) as string,
      seller: { name: 'Box Office Demo', address: ['Pier 7', '1000 Harbour'], vatId: 'DEMO000000' },
      lines: [
        { ticketType: 'Balcony', quantity: 2, taxRatePpm: 70_000, netMinor: 1_998, taxMinor: 140, grossMinor: 2_138 },
        { ticketType: 'Stalls', quantity: 3, taxRatePpm: 190_000, netMinor: 8_403, taxMinor: 1_596, grossMinor: 9_999 },
      ],
      netMinor: 10_401,
      taxMinor: 1_736,
      grossMinor: 12_137,
    });
    const token = await signToken(inject('stack').jwtSecret, { subject: 'op', role: 'operator' });
    const cli = createCli({ API_URL: system.services.api[0]?.url ?? '', OPERATOR_TOKEN: token });
    const { out } = await cli('purchase', 'receipts', purchaseId);
    expect(out).toContain(receipt?.number);
    expect(out).toMatch(/3 +Stalls +19 % +EUR 84\.03 +EUR 15\.96 +EUR 99\.99/);
    const other = await system.call('GET', `/api/purchases/${purchaseId}/receipts`, { as: newBuyer(), role: 'buyer' });
    expect(other.status).toBe(404);
  });

  it('that is cancelled part by part has corrections, which take back exactly what the receipt stated', async () => {
    const { purchaseId, as, tickets } = await bought([{ ticketType: 'Stalls', quantity: 4 }]);
    for (const body of [{ tickets: [tickets[2]?.ticketId] }, { tickets: [tickets[0]?.ticketId] }, {}]) {
      const { status } = await system.call('POST', `/api/purchases/${purchaseId}/cancel`, { as, role: 'buyer', body });
      expect(status).toBe(200);
    }
    const [receipt, ...corrections] = await receiptsOf(purchaseId, as, 4);
    for (const { kind, corrects } of corrections) {
      expect({ kind, corrects }).toEqual({ kind: 'correction', corrects: receipt?.number });
    }
    expect(corrections.map(({ lines }) => lines[0]?.quantity)).toEqual([1, 1, 2]);
    for (const amount of ['netMinor', 'taxMinor', 'grossMinor'] as const) {
      expect([receipt, ...corrections].reduce((sum, one) => sum + (one?.[amount] ?? 0), 0)).toBe(0);
    }
  });

  it('that cost nothing has none', async () => {
    const { id: eventId } = await system.createEvent({ total: 2, priceMinor: 0 });
    const as = newBuyer();
    const { body } = await system.buy({ eventId, quantity: 1, payment: undefined }, { as });
    // The audit line is written before the receipt would be: the next purchase's receipt comes after it.
    const { purchaseId, as: other } = await bought([{ ticketType: 'Stalls', quantity: 1 }]);
    await receiptsOf(purchaseId, other, 1);
    await receiptsOf(body.purchaseId, as, 0);
  });
});

it('numbers of receipts have no gap, also where many are issued at once', async () => {
  const event = await system.createEvent({ total: 200 });
  const sales = await Promise.all(Array.from({ length: 60 }, () => system.buy({ eventId: event.id, quantity: 1 })));
  expect(new Set(sales.map(({ status }) => status))).toEqual(new Set([201]));
  await until(async () => {
    const { rows } = await system.pool.query<{ receipts: number }>(
      `select count(*)::integer as receipts from receipts r join event_ticket_transactions t on t.id = r.purchase_id
        where t.event_id = $1`,
      [event.id],
    );
    expect(rows).toEqual([{ receipts: 60 }]);
  });
  const { rows } = await system.pool.query(
    `select max(r.number) - count(*) as gaps, bool_and(s.last_number >= r.number) as known
       from receipts r join receipt_series s on s.name = r.series group by r.series`,
  );
  expect(rows).toEqual([{ gaps: '0', known: true }]);
});
