import { sumOfAmounts, type Receipt } from '@box-office/contract';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { claimCancellation } from '../cancellations/claim.js';
import { completeCancellation } from '../cancellations/complete.js';
import { openEventFixture, type EventFixture } from '../cancellations/testing/event-fixture.js';
import { findReceipts } from './find.js';
import { issueReceipts } from './issue.js';
import { issueMissingReceipts } from './missing.js';

const SELLER = { name: 'Harbour Hall Ltd', address: ['Pier 7', '1000 Harbour'], vatId: 'DK12345678' };
const ISSUER = { series: 'T', seller: SELLER };
/** 33.33 with 19 % in it: the tax of one ticket is 5.3217 cents of a hundred, so each way of rounding shows. */
const TYPE = { name: 'standard', priceMinor: 3_333, taxRatePpm: 190_000, total: 10_000 };

let fixture: EventFixture;

beforeAll(async () => {
  fixture = await openEventFixture(inject('stack'), { ticketTypes: [TYPE] });
});
afterAll(() => fixture.close());

const issue = (...purchaseIds: string[]): Promise<number> => issueReceipts(fixture.pool, ISSUER, purchaseIds);
const receiptsOf = (purchaseId: string): Promise<Receipt[]> => findReceipts(fixture.pool, purchaseId);
const numberOf = ({ number }: Receipt): number => Number(number.split('-')[1]);

async function cancel(purchaseId: string, tickets: number | 'rest', refundId: string | null = 're'): Promise<void> {
  const { rows } = await fixture.pool.query<{ id: string }>(
    `select id from event_tickets where purchase_id = $1 and status = 'valid' order by id limit $2`,
    [purchaseId, tickets === 'rest' ? null : tickets],
  );
  const request = fixture.cancellationRequest(purchaseId, { tickets: rows.map(({ id }) => id) });
  const claim = await claimCancellation(fixture.pool, request);
  if (claim.kind !== 'claimed') throw new Error(claim.kind);
  await completeCancellation(fixture.pool, { cancellationId: request.cancellationId, refundId });
}

describe('a receipt', () => {
  it('states seller, event, and net, tax and gross of each line, rounded once for the line', async () => {
    const { purchaseId, transactionId } = await fixture.confirmed(3);
    expect(await issue(purchaseId)).toBe(1);
    expect(await receiptsOf(purchaseId)).toMatchObject([
      {
        kind: 'receipt',
        corrects: null,
        cancellationId: null,
        purchaseId,
        transactionId,
        seller: SELLER,
        event: { eventId: fixture.eventId, name: 'Gala', venue: 'Hall', timeZone: 'Europe/Paris' },
        lines: [
          {
            ticketType: 'standard',
            quantity: 3,
            taxRatePpm: 190_000,
            netMinor: 8_403,
            taxMinor: 1_596,
            grossMinor: 9_999,
          },
        ],
        netMinor: 8_403,
        taxMinor: 1_596,
        grossMinor: 9_999,
        currency: 'EUR',
      },
    ]);
  });

  it('is issued once, however often and from how many sides, with numbers without a gap', async () => {
    const sales = await Promise.all(Array.from({ length: 12 }, () => fixture.confirmed()));
    const ids = sales.map(({ purchaseId }) => purchaseId);
    await Promise.all([issue(...ids), issue(...ids.slice(3)), ...ids.map((id) => issue(id))]);
    const receipts = (await Promise.all(ids.map(receiptsOf))).flat();
    expect(receipts).toHaveLength(12);
    const { rows } = await fixture.pool.query<{ gaps: number }>(
      `select (max(number) - count(*))::integer as gaps from receipts where series = 'T'`,
    );
    expect(rows).toEqual([{ gaps: 0 }]);
  });

  it('is given to none that is open, was free, or was sold before there were receipts', async () => {
    const open = await fixture.persisted();
    const early = await fixture.confirmed();
    await fixture.pool.query(
      `update event_ticket_transactions set confirmed_at = now() - interval '1 day' where id = $1`,
      [early.purchaseId],
    );
    const free = await fixture.confirmed();
    await fixture.pool.query('update event_ticket_transactions set amount_minor = 0 where id = $1', [free.purchaseId]);
    expect(await issue(open.purchaseId, early.purchaseId, free.purchaseId)).toBe(0);
  });

  it.each([
    "update receipts set seller = '{}'",
    'delete from receipts',
    `insert into receipts (series, number, kind, purchase_id, seller, event, currency, lines, net_minor, tax_minor,
                           gross_minor, supplied_at)
     select series, number + 1000, kind, (select id from event_ticket_transactions where status = 'persisted' limit 1),
            seller, event, currency, lines, net_minor, tax_minor, gross_minor, supplied_at
       from receipts where kind = 'receipt' limit 1`,
  ])('cannot be changed, removed or given a number after a gap: %s', async (statement) => {
    await fixture.persisted();
    await expect(fixture.pool.query(statement)).rejects.toThrow(/never change|gap|permission denied/);
  });
});

describe('a correction', () => {
  it('is issued per cancellation, and all of them take back exactly what the receipt stated', async () => {
    const { purchaseId } = await fixture.confirmed(4);
    await issue(purchaseId);
    await cancel(purchaseId, 1);
    expect(await issue(purchaseId)).toBe(1);
    await cancel(purchaseId, 2, null);
    await cancel(purchaseId, 'rest');
    expect(await issue(purchaseId)).toBe(2);
    expect(await issue(purchaseId)).toBe(0);

    const [receipt, ...corrections] = await receiptsOf(purchaseId);
    if (!receipt) throw new Error('no receipt');
    expect(corrections.map(({ kind, corrects }) => ({ kind, corrects }))).toEqual(
      Array.from({ length: 3 }, () => ({ kind: 'correction', corrects: receipt.number })),
    );
    expect(corrections.map(({ lines }) => lines[0]?.quantity)).toEqual([1, 2, 1]);
    // 5.32 of tax in each, and 21.29 in all four: one of them has a cent more.
    expect(corrections.map(({ taxMinor }) => taxMinor)).toEqual([-533, -1_064, -532]);
    expect(sumOfAmounts([receipt, ...corrections])).toEqual({ netMinor: 0, taxMinor: 0, grossMinor: 0 });
  });

  it('follows its receipt, whichever message is first', async () => {
    const { purchaseId } = await fixture.confirmed(2);
    await cancel(purchaseId, 1);
    expect(await issue(purchaseId)).toBe(2);
    const [receipt, correction] = await receiptsOf(purchaseId);
    if (!receipt || !correction) throw new Error('one is missing');
    expect([receipt.kind, correction.kind]).toEqual(['receipt', 'correction']);
    expect(numberOf(correction)).toBe(numberOf(receipt) + 1);
  });
});

describe('missing receipts', () => {
  it('are issued for purchases and refunds that no message has issued them for, and for nothing else', async () => {
    while (await issueMissingReceipts(fixture.pool, ISSUER, 100));
    const { purchaseId: unissued } = await fixture.confirmed(1);
    const { purchaseId: refunded } = await fixture.confirmed(2);
    await issue(refunded);
    await cancel(refunded, 1);
    const { purchaseId: complete } = await fixture.confirmed(1);
    await issue(complete);
    expect(await issueMissingReceipts(fixture.pool, ISSUER, 100)).toBe(false);
    const kinds = async (purchaseId: string) => (await receiptsOf(purchaseId)).map(({ kind }) => kind);
    expect(await kinds(unissued)).toEqual(['receipt']);
    expect(await kinds(refunded)).toEqual(['receipt', 'correction']);
    expect(await kinds(complete)).toEqual(['receipt']);
  });

  it('of a refund are looked for by its purchase', async () => {
    const statements: string[] = [];
    const explaining = {
      async query(text: string, values: unknown[]) {
        const { rows } = await fixture.pool.query<{ 'QUERY PLAN': string }>(`explain ${text}`, values);
        statements.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
        return { rows: [] };
      },
    };
    await issueMissingReceipts(explaining as never, ISSUER, 100);
    expect(statements.join()).toMatch(
      /Index Cond: \(\(purchase_id = c\.purchase_id\) AND \(cancellation_id = c\.id\)\)/,
    );
  });
});
