import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type pg from 'pg';
import type { PurchaseTally } from '../load/purchase-tally.js';
import { PRICE_MINOR } from '../harness.js';
import {
  countConfirmed,
  countInventory,
  countRecord,
  countTickets,
  readBooks,
  readFindings,
  type Books,
  type RecordCounts,
} from './counts.js';

const REST_TIMEOUT_MS = 120_000;
const LOOK_EVERY_MS = 100;

export interface SaleStores {
  readonly pool: pg.Pool;
  readonly redis: Redis;
  readonly paymentUrl: string;
}

/** What was sold in one step, as the buyers know it. All of it belongs to these events, and nothing else does. */
export interface Sale {
  readonly eventIds: readonly string[];
  readonly tally: PurchaseTally;
  /** Purchases of which the buyers do not know. */
  readonly undecided: readonly string[];
  /** The payment provider's books before the step. */
  readonly booksBefore: Books;
}

/** The stores contradict the buyers or each other: whatever was measured is worth nothing. */
export class CountsWrong extends Error {
  override readonly name = 'CountsWrong';
  constructor(readonly mismatches: readonly string[]) {
    super(mismatches.join('\n'));
  }
}

/**
 * Waits until nothing of the sale is under way and reads all stores.
 *
 * @returns purchases confirmed, and how long it took until everything that follows a sale was done
 * @throws CountsWrong unless every count is exact
 */
export async function checkSale(stores: SaleStores, sale: Sale): Promise<{ confirmed: number; restAfterMs: number }> {
  const startMs = performance.now();
  const record = await atRest(stores.pool, sale.eventIds);
  const restAfterMs = performance.now() - startMs;
  const confirmedUnheard = await countConfirmed(stores.pool, sale.undecided);
  const [tickets, inventory, books, findings] = await Promise.all([
    countTickets(stores.pool, sale.eventIds),
    countInventory(stores.redis, sale.eventIds),
    readBooks(stores.paymentUrl),
    readFindings(stores.pool, sale.eventIds),
  ]);

  const sold = sale.tally.confirmed + confirmedUnheard;
  const { booksBefore, tally } = sale;
  const expected: [what: string, is: number, shouldBe: number][] = [
    ['tickets in the answers of buyers', tally.tickets, tally.confirmed],
    ['distinct serials in the answers of buyers', tally.distinctTickets, tally.confirmed],
    ['confirmed purchases in PostgreSQL', record.confirmed, sold],
    ['purchases in PostgreSQL that ended otherwise', record.otherwiseEnded, 0],
    ['valid tickets in PostgreSQL', tickets.valid, sold],
    ['distinct serials in PostgreSQL', tickets.distinctSerials, sold],
    ['tickets in PostgreSQL that are not valid', tickets.notValid, 0],
    ['sold in Redis', inventory.sold, sold],
    ['held in Redis', inventory.held, 0],
    ['available in Redis', inventory.available, tickets.total - sold],
    ['events.capacity', tickets.capacity, tickets.total - sold],
    ['lines in the capacity ledger', record.ledgerLines, sold],
    ['lines in the audit log', record.auditLines, sold],
    ['purchases in the statistics', tickets.statisticsPurchases, sold],
    ['amount in the statistics', tickets.statisticsAmountMinor, sold * PRICE_MINOR],
    ['purchases with the payment provider', books.purchases - booksBefore.purchases, sold],
    ['money captured', books.capturedMinor - booksBefore.capturedMinor, sold * PRICE_MINOR],
    ['money refunded', books.refundedMinor - booksBefore.refundedMinor, 0],
  ];
  const mismatches = expected
    .filter(([, is, shouldBe]) => is !== shouldBe)
    .map(([what, is, shouldBe]) => `${what}: ${is} instead of ${shouldBe}`);
  if (mismatches.length + findings.length > 0) throw new CountsWrong([...mismatches, ...findings]);
  return { confirmed: sold, restAfterMs };
}

/** Waits for the outcomes of all purchases and the audit consumer's lines about them. */
async function atRest(pool: pg.Pool, eventIds: readonly string[]): Promise<RecordCounts> {
  const deadlineMs = performance.now() + REST_TIMEOUT_MS;
  for (;;) {
    const counts = await countRecord(pool, eventIds);
    const { open, confirmed, ledgerLines, auditLines } = counts;
    if (open === 0 && ledgerLines >= confirmed && auditLines >= confirmed) return counts;
    if (performance.now() >= deadlineMs) {
      throw new CountsWrong([
        `not quiescent after ${REST_TIMEOUT_MS / 1_000} s: ${open} purchases without an outcome, ${confirmed} confirmed, ` +
          `${ledgerLines} ledger lines, ${auditLines} audit lines`,
      ]);
    }
    await sleep(LOOK_EVERY_MS);
  }
}
