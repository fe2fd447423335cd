import { randomUUID } from 'node:crypto';
import type { PurchaseOutcome, Refusal, TransactionRecord } from '@box-office/contract';
import { cancellationIdOf } from '@box-office/contract/derive';
import type pg from 'pg';
import { claimCancellation } from '../../cancellations/claim.js';
import { completeCancellation } from '../../cancellations/complete.js';
import { findCancellations } from '../../cancellations/find.js';
import { endHold } from '../../holds/end.js';
import { recordHold } from '../../holds/record.js';
import { refuseHold } from '../../holds/refuse.js';
import { builtGeneration } from '../../inventory/testing/built-generation.js';
import { messagesOfCancellation, messagesOfSale, type RecordedMessage } from '../../messages/of-purchases.js';
import { claimPurchases, type ClaimedPurchase } from '../../purchases/claim.js';
import { finalisePurchases } from '../../purchases/finalise.js';
import { findPurchases } from '../../purchases/find.js';
import { persistTickets } from '../../purchases/persist.js';
import { refusePurchases } from '../../purchases/refuse.js';
import { beginUndoing, concludeUndoing, voidTickets } from '../../purchases/undo.js';
import { openTestDatabase } from '../../testing.js';

const PRICES = { balcony: 4_500, stalls: 2_500 };
type TicketType = keyof typeof PRICES;

/** How many tickets of each type. */
export type TestOrder = Partial<Record<TicketType, number>>;

/** One event with two ticket types in a database of its own, and everything that its statistics count. */
export type StatisticsFixture = Awaited<ReturnType<typeof openStatisticsFixture>>;

export async function openStatisticsFixture(stack: Parameters<typeof openTestDatabase>[0]) {
  const database = await openTestDatabase(stack, 10);
  const { pool } = database;
  const ticketTypes = Object.entries(PRICES).map(([name, priceMinor]) => ({ name, priceMinor, total: 100_000 }));
  const eventId = await database.createEvent({ limitPerBuyer: 1_000, ticketTypes });
  const { generation } = await builtGeneration(pool, eventId);
  const nextSerial = { balcony: 1, stalls: 1 };

  const serialsFor = (order: TestOrder) =>
    itemsOf(order).map(({ ticketType, quantity }) => ({
      ticketType,
      serials: Array.from({ length: quantity }, () => nextSerial[ticketType]++),
    }));

  async function claim(order: TestOrder, userId: string = randomUUID(), holdId?: string): Promise<ClaimedPurchase> {
    const purchaseId = randomUUID();
    const wanted = {
      purchaseId,
      userId,
      eventId,
      items: itemsOf(order),
      fingerprint: 'f',
      paymentMethod: 'pm',
      requestId: 'request',
      ...(holdId !== undefined && { holdId }),
    };
    const [claimed] = await claimPurchases(pool, [wanted], { workflowId: `purchase/${purchaseId}`, runId: 'run' });
    if (claimed?.kind !== 'mine') throw new Error(claimed?.kind);
    return claimed;
  }

  async function undo(order: TestOrder, outcome: PurchaseOutcome, userId?: string, holdId?: string): Promise<void> {
    const purchase = await claim(order, userId, holdId);
    await beginUndoing(pool, { ...purchase, outcome, authorisationId: null });
    await voidTickets(pool, purchase);
    await concludeUndoing(pool, purchase);
  }

  return {
    pool,
    eventId,
    claim,
    undo,
    /** Sells, and moves the sale so many hours into the past. */
    async sell(order: TestOrder, hoursAgo: number): Promise<string> {
      const purchase = await claim(order);
      await persistTickets(pool, [{ ...purchase, authorisationId: 'a', items: serialsFor(order) }]);
      await finalisePurchases(pool, [purchase]);
      await moveIntoPast(pool, purchase.purchaseId, hoursAgo);
      return purchase.purchaseId;
    },
    async refuse(order: TestOrder, refusal: Refusal): Promise<void> {
      await refusePurchases(pool, [{ ...(await claim(order)), refusal }]);
    },
    /** Answers the purchase that has used it. One that is not used at once is returned by a purchase first. */
    async hold(order: TestOrder, end: 'used' | 'expired' | 'released' | 'refused'): Promise<string[]> {
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
    },
    cancel: (purchaseId: string) => cancelTwice(pool, eventId, purchaseId),
    salesOf: async (purchaseIds: readonly string[]) =>
      transactionsIn((await findPurchases(pool, purchaseIds)).flatMap(messagesOfSale)),
    close: () => database.close(),
  };
}

const itemsOf = (order: TestOrder) =>
  (['balcony', 'stalls'] as const).flatMap((ticketType) => {
    const quantity = order[ticketType] ?? 0;
    return quantity === 0 ? [] : [{ ticketType, quantity }];
  });

async function moveIntoPast(pool: pg.Pool, purchaseId: string, hours: number): Promise<void> {
  await pool.query(
    `update event_ticket_transactions
        set confirmed_at = confirmed_at - make_interval(hours => $2), created_at = created_at - make_interval(hours => $2)
      where id = $1`,
    [purchaseId, hours],
  );
}

/** Cancels one ticket, and later the rest, whose refund an operator skips. Returns the message about each. */
async function cancelTwice(pool: pg.Pool, eventId: string, purchaseId: string): Promise<TransactionRecord[]> {
  const [purchase] = await findPurchases(pool, [purchaseId]);
  const [first] = purchase?.tickets ?? [];
  if (!purchase || !first) throw new Error('nothing to cancel');
  const ids: string[] = [];
  for (const tickets of [[first.ticketId], null]) {
    const cancellationId = cancellationIdOf(purchaseId, tickets);
    const claimed = await claimCancellation(pool, {
      cancellationId,
      purchaseId,
      tickets,
      eventId,
      userId: purchase.userId,
      requestedBy: 'ann',
      byOperator: true,
      reason: 'ill',
      requestId: 'r',
      requestedAt: '2034-01-01T00:00:00Z',
    });
    if (claimed.kind !== 'claimed') continue;
    await completeCancellation(pool, { cancellationId, refundId: tickets === null ? null : 'refund' });
    ids.push(cancellationId);
  }
  return transactionsIn((await findCancellations(pool, ids)).flatMap(messagesOfCancellation));
}

const transactionsIn = (messages: readonly RecordedMessage[]): TransactionRecord[] =>
  messages.flatMap(({ body }) => ('CapacityChange' in body ? [] : [body]));
