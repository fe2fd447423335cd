import { randomUUID } from 'node:crypto';
import { TRANSACTIONS_QUEUE, type PurchaseOutcome, type Refusal, type TransactionRecord } from '@box-office/contract';
import { cancellationIdOf, messageIdOf } from '@box-office/contract/derive';
import { createLogger, createPool } from '@box-office/platform';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { recordTransactions } from '../audit/record-transactions.js';
import { claimCancellation } from '../cancellations/claim.js';
import { completeCancellation } from '../cancellations/complete.js';
import { findCancellations } from '../cancellations/find.js';
import { createEvent } from '../events/create.js';
import { endHold } from '../holds/end.js';
import { recordHold } from '../holds/record.js';
import { refuseHold } from '../holds/refuse.js';
import { builtGeneration } from '../inventory/testing/built-generation.js';
import { claimPurchases, type ClaimedPurchase } from '../purchases/claim.js';
import { finalisePurchases } from '../purchases/finalise.js';
import { findPurchases } from '../purchases/find.js';
import { persistTickets } from '../purchases/persist.js';
import { refusePurchases } from '../purchases/refuse.js';
import { serialsOf } from '../purchases/serials.js';
import { beginUndoing, concludeUndoing, voidTickets } from '../purchases/undo.js';
import { freshDatabase, type FreshDatabase } from '../testing.js';
import { countOutcomes } from './count-outcomes.js';
import { readStatistics, type HourlyStatistics } from './read-statistics.js';

const PRICES = { balcony: 4_500, stalls: 2_500 };
type TicketType = keyof typeof PRICES;

let database: FreshDatabase;
let pool: pg.Pool;
let eventId: string;
let generation: number;
const nextSerial = { balcony: 1, stalls: 1 };

beforeAll(async () => {
  database = await freshDatabase(inject('stack'));
  const logger = createLogger({ service: 'test', level: 'silent' });
  pool = createPool({ url: database.databaseUrl, applicationName: 'statistics test', max: 10, logger });
  ({ id: eventId } = await createEvent(pool, {
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
    limitPerBuyer: 1_000,
    ticketTypes: Object.entries(PRICES).map(([name, priceMinor]) => ({ name, priceMinor, total: 100_000 })),
  }));
  ({ generation } = await builtGeneration(pool, eventId));
});

afterAll(async () => {
  await pool.end();
  await database.drop();
});

type Order = Partial<Record<TicketType, number>>;
const itemsOf = (order: Order) =>
  (['balcony', 'stalls'] as const).flatMap((ticketType) => {
    const quantity = order[ticketType] ?? 0;
    return quantity === 0 ? [] : [{ ticketType, quantity }];
  });
const serialsFor = (order: Order) =>
  itemsOf(order).map(({ ticketType, quantity }) => ({
    ticketType,
    serials: Array.from({ length: quantity }, () => nextSerial[ticketType]++),
  }));

async function claim(order: Order, userId: string = randomUUID(), holdId?: string): Promise<ClaimedPurchase> {
  const purchaseId = randomUUID();
  const common = {
    fingerprint: 'f',
    paymentMethod: 'pm',
    requestId: 'request',
    ...(holdId !== undefined && { holdId }),
  };
  const [claimed] = await claimPurchases(pool, [{ purchaseId, userId, eventId, items: itemsOf(order), ...common }], {
    workflowId: `purchase/${purchaseId}`,
    runId: 'run',
  });
  if (claimed?.kind !== 'mine') throw new Error(claimed?.kind);
  return claimed;
}

/** Sells, and moves the sale so many hours into the past. */
async function sell(order: Order, hoursAgo: number): Promise<string> {
  const purchase = await claim(order);
  const { purchaseId } = purchase;
  await persistTickets(pool, [{ ...purchase, authorisationId: 'a', items: serialsFor(order) }]);
  await finalisePurchases(pool, [purchase]);
  await pool.query(
    `update event_ticket_transactions
        set confirmed_at = confirmed_at - make_interval(hours => $2), created_at = created_at - make_interval(hours => $2)
      where id = $1`,
    [purchaseId, hoursAgo],
  );
  return purchaseId;
}

async function undo(order: Order, outcome: PurchaseOutcome, userId?: string, holdId?: string): Promise<void> {
  const purchase = await claim(order, userId, holdId);
  await beginUndoing(pool, { ...purchase, outcome, authorisationId: null });
  await voidTickets(pool, purchase);
  await concludeUndoing(pool, purchase);
}

async function refuse(order: Order, refusal: Refusal): Promise<void> {
  const { purchaseId, epoch } = await claim(order);
  await refusePurchases(pool, [{ purchaseId, epoch, refusal }]);
}

/** Cancels one ticket of a purchase, and later the rest, whose refund an operator skips; tells of each. */
async function cancel(purchaseId: string): Promise<TransactionRecord[]> {
  const [purchase] = await findPurchases(pool, [purchaseId]);
  const [first] = purchase?.tickets ?? [];
  if (!purchase || !first) throw new Error('nothing to cancel');
  const ids: string[] = [];
  for (const tickets of [[first.ticketId], null]) {
    const cancellationId = cancellationIdOf(purchaseId, tickets);
    const asked = {
      requestedBy: 'ann',
      byOperator: true,
      reason: 'ill',
      requestId: 'r',
      requestedAt: '2034-01-01T00:00:00Z',
    };
    const claimed = await claimCancellation(pool, {
      ...{ cancellationId, purchaseId, tickets, eventId, userId: purchase.userId },
      ...asked,
    });
    if (claimed.kind !== 'claimed') continue;
    await completeCancellation(pool, { cancellationId, refundId: tickets === null ? null : 'refund' });
    ids.push(cancellationId);
  }
  return (await findCancellations(pool, ids)).map((cancellation) => ({
    TransactionId: cancellation.transactionId,
    UserId: cancellation.userId,
    EventId: eventId,
    Amount: cancellation.amountMinor,
    Currency: cancellation.currency,
    Operation: 'cancel',
    MessageId: messageIdOf(TRANSACTIONS_QUEUE, purchaseId, 'cancel', cancellation.cancellationId),
    PurchaseId: purchaseId,
    RequestId: cancellation.requestId,
    Items: serialsOf(cancellation.tickets).map((item) => ({
      TicketType: item.ticketType,
      Quantity: item.serials.length,
    })),
    OccurredAt: cancellation.cancelledAt ?? '',
  }));
}

async function messagesOf(purchaseIds: readonly string[]): Promise<TransactionRecord[]> {
  return (await findPurchases(pool, purchaseIds)).flatMap(({ outcome, ...purchase }) => {
    if (outcome?.kind !== 'confirmed') return [];
    return {
      TransactionId: purchase.transactionId,
      UserId: purchase.userId,
      EventId: eventId,
      Amount: outcome.amountMinor,
      Currency: outcome.currency,
      Operation: 'purchase' as const,
      MessageId: messageIdOf(TRANSACTIONS_QUEUE, purchase.purchaseId, 'purchase'),
      PurchaseId: purchase.purchaseId,
      RequestId: purchase.requestId,
      Items: serialsOf(outcome.tickets).map((item) => ({ TicketType: item.ticketType, Quantity: item.serials.length })),
      OccurredAt: purchase.confirmedAt ?? '',
    };
  });
}

/** Answers the purchase that has used it. One that is not used at once is returned by a purchase first. */
async function hold(order: Order, end: 'used' | 'expired' | 'released' | 'refused'): Promise<string[]> {
  const [holdId, userId] = [randomUUID(), randomUUID()];
  const asked = { holdId, userId, eventId, fingerprint: 'f', items: itemsOf(order), requestId: 'r', durationMs: 0 };
  const owner = { ownerWorkflowId: `hold/${holdId}` };
  if (end === 'refused') {
    await refuseHold(pool, { ...asked, ...owner }, { reason: 'sold_out', ticketType: 'stalls' });
    return [];
  }
  const items = serialsFor(order);
  await recordHold(pool, { ...asked, ...owner, generation, serials: items });
  if (end !== 'used') {
    await undo(order, { kind: 'undone', reason: 'capture_refused' }, userId, holdId);
    await endHold(pool, holdId, end);
    return [];
  }
  const purchase = await claim(order, userId, holdId);
  await persistTickets(pool, [{ ...purchase, authorisationId: 'a', items }]);
  await finalisePurchases(pool, [purchase]);
  return [purchase.purchaseId];
}

/** The same figures, from the tickets, transactions, cancellations and holds themselves. */
const SALES = `
select date_trunc('hour', t.confirmed_at, 'UTC') as hour, k.ticket_type, t.id, k.price_minor
  from event_ticket_transactions t join event_tickets k on k.purchase_id = t.id
 where t.outcome ->> 'kind' = 'confirmed' and k.status in ('valid', 'cancelled')`;
const CANCELLED = `
select date_trunc('hour', c.cancelled_at, 'UTC') as hour, k.ticket_type, c.id,
       case when c.refund_id is null then 0 else k.price_minor end as price_minor
  from ticket_cancellations c join event_tickets k on k.cancellation_id = c.id where c.status = 'cancelled'`;
const addUp = (source: string, byType: boolean) =>
  `select hour, ${byType ? 'ticket_type' : `''`} as type, count(distinct id)::int as n, count(*)::int as tickets,
          sum(price_minor)::int as amount from (${source}) s group by 1, 2`;

interface Sum {
  hour: Date;
  type: string;
  n: number;
  tickets: number;
  amount: number;
}

async function expectEqualToTheRecord(statistics: readonly HourlyStatistics[]): Promise<void> {
  const found = new Map<string, number[]>();
  for (const row of statistics) {
    for (const part of [{ ...row, ticketType: '' }, ...row.ticketTypes]) {
      const sold = [part.purchases, part.tickets, part.amountMinor];
      const back = [part.cancellations, part.cancelledTickets, part.refundedMinor];
      if (part.purchases > 0) found.set(`sold ${row.hour} ${part.ticketType}`, sold);
      if (part.cancellations > 0) found.set(`cancelled ${row.hour} ${part.ticketType}`, back);
    }
  }
  const expected = new Map<string, number[]>();
  for (const [name, source] of [
    ['sold', SALES],
    ['cancelled', CANCELLED],
  ] as const) {
    for (const byType of [false, true]) {
      const { rows } = await pool.query<Sum>(addUp(source, byType));
      for (const row of rows) {
        expected.set(`${name} ${row.hour.toISOString()} ${row.type}`, [row.n, row.tickets, row.amount]);
      }
    }
  }
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
}

const refusalsIn = (
  statistics: readonly HourlyStatistics[],
  pick: (row: HourlyStatistics) => HourlyStatistics['refusals'],
) => {
  const sums: Record<string, number> = {};
  for (const { outcome, reason, purchases } of statistics.flatMap(pick)) {
    sums[`${outcome} ${reason}`] = (sums[`${outcome} ${reason}`] ?? 0) + purchases;
  }
  return sums;
};

describe('the statistics', () => {
  it('equal what tickets, transactions, cancellations and holds add up to, counted while they happen', async () => {
    const messages: TransactionRecord[] = [];
    let happening = true;
    const counting = [0, 1].map(async () => {
      while (happening) await countOutcomes(pool);
    });
    const buyers = Array.from({ length: 4 }, async (_, buyer) => {
      for (let i = 0; i < 12; i++) {
        const order: Order = i % 3 === 0 ? { balcony: 1, stalls: 2 } : { stalls: 1 + (i % 2) };
        const purchaseId = await sell(order, (buyer + i) % 3);
        messages.push(...(await messagesOf([purchaseId])));
        if (i % 4 === 0) messages.push(...(await cancel(purchaseId)));
        await undo(order, { kind: 'declined', reason: i % 2 ? 'insufficient_funds' : 'Do not honour!' });
        if (i % 5 === 0) await undo({ balcony: 1 }, { kind: 'undone', reason: 'operator' });
        await refuse(order, { reason: 'sold_out', ticketType: 'stalls' });
        const bought = await hold(order, (['used', 'expired', 'released', 'refused'] as const)[i % 4] ?? 'used');
        messages.push(...(await messagesOf(bought)));
      }
    });
    await Promise.all(buyers);
    const shuffled = [...messages, ...messages.slice(0, 20)].sort(() => Math.random() - 0.5);
    await Promise.all([
      recordTransactions(pool, shuffled.slice(0, 40)),
      recordTransactions(pool, shuffled.slice(30)),
      recordTransactions(pool, shuffled.slice(0, 60)),
    ]);
    happening = false;
    await Promise.all(counting);
    await countOutcomes(pool);

    const { statistics, next } = await readStatistics(pool, { eventId, limit: 100 });
    expect(next).toBeNull();
    await expectEqualToTheRecord(statistics);
    expect(refusalsIn(statistics, (row) => row.refusals)).toEqual({
      'declined insufficient_funds': 24,
      'declined other': 24,
      'refused sold_out': 48,
      'undone operator': 12,
      'undone capture_refused': 24,
    });
    const ofType = (type: string) =>
      refusalsIn(statistics, (row) => row.ticketTypes.find(({ ticketType }) => ticketType === type)?.refusals ?? []);
    expect(ofType('balcony')).toMatchObject({ 'refused sold_out': 16, 'undone operator': 12 });
    expect(ofType('stalls')).toMatchObject({ 'refused sold_out': 48, 'declined insufficient_funds': 24 });
    const holds = statistics.map((row) => row.holds);
    const sum = (end: keyof HourlyStatistics['holds']) => holds.reduce((total, row) => total + row[end], 0);
    expect(['used', 'expired', 'released', 'refused'].map((end) => sum(end as 'used'))).toEqual([12, 12, 12, 12]);
    expect(statistics.filter((row) => row.purchases > 0).every((row) => row.latencyMs !== null)).toBe(true);
    const { rows } = await pool.query<{ n: number }>(
      'select sum(purchases)::int as n from purchase_latency_statistics where event_id = $1',
      [eventId],
    );
    expect(rows[0]?.n).toBe(60);
  });

  it('pass over no transaction that commits late', async () => {
    const before = refusalsIn((await readStatistics(pool, { eventId, limit: 100 })).statistics, (row) => row.refusals);
    const slow = await pool.connect();
    const late = await claim({ stalls: 1 });
    await slow.query('begin');
    await slow.query(
      `update event_ticket_transactions
          set status = 'refused', outcome = '{"kind": "refused", "reason": "not_on_sale"}' where id = $1`,
      [late.purchaseId],
    );
    await refuse({ stalls: 1 }, { reason: 'not_on_sale' });
    expect(await countOutcomes(pool)).toEqual({ purchases: 1, holds: 0 });
    await slow.query('commit');
    slow.release();
    expect(await countOutcomes(pool)).toEqual({ purchases: 1, holds: 0 });
    expect(await countOutcomes(pool)).toEqual({ purchases: 0, holds: 0 });
    const after = refusalsIn((await readStatistics(pool, { eventId, limit: 100 })).statistics, (row) => row.refusals);
    expect(after).toEqual({ ...before, 'refused not_on_sale': 2 });
  });
});
