import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type pg from 'pg';
import type { PurchaseTally } from '../load/purchase-tally.js';
import { PRICE_MINOR } from '../bench-harness.js';
import {
  countConfirmed,
  countInventory,
  countRecord,
  countTickets,
  readStatement,
  readFindings,
  type StatementTotals,
  type RecordCounts,
} from './counts.js';

const QUIESCENCE_TIMEOUT_MS = 120_000;
const CHECK_INTERVAL_MS = 100;

export interface SaleStores {
  readonly pool: pg.Pool;
  readonly redis: Redis;
  readonly paymentUrl: string;
}

/** The sales of one step according to the answers to buyers. The events have no other sales. */
export interface Sale {
  readonly eventIds: readonly string[];
  readonly tally: PurchaseTally;
  /** Purchases without a final answer. */
  readonly undecided: readonly string[];
  /** The payment provider's totals before the step. */
  readonly statementBefore: StatementTotals;
}

/** The stores contradict the answers or each other, so the measurement is void. */
export class CountsWrong extends Error {
  override readonly name = 'CountsWrong';
  constructor(readonly mismatches: readonly string[]) {
    super(mismatches.join('\n'));
  }
}

/**
 * Waits until the sale is quiescent and compares all stores with the answers.
 *
 * @returns confirmed purchases, and how long it took until the stores were quiescent
 * @throws CountsWrong unless every count is exact
 */
export async function checkSale(
  stores: SaleStores,
  sale: Sale,
): Promise<{ confirmed: number; quiescentAfterMs: number }> {
  const startMs = performance.now();
  const record = await waitUntilQuiescent(stores.pool, sale.eventIds);
  const quiescentAfterMs = performance.now() - startMs;
  const confirmedUnanswered = await countConfirmed(stores.pool, sale.undecided);
  const [tickets, inventory, statement, findings] = await Promise.all([
    countTickets(stores.pool, sale.eventIds),
    countInventory(stores.redis, sale.eventIds),
    readStatement(stores.paymentUrl),
    readFindings(stores.pool, sale.eventIds),
  ]);

  const sold = sale.tally.confirmed + confirmedUnanswered;
  const { statementBefore, tally } = sale;
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
    ['purchases with the payment provider', statement.purchases - statementBefore.purchases, sold],
    ['money captured', statement.capturedMinor - statementBefore.capturedMinor, sold * PRICE_MINOR],
    ['money refunded', statement.refundedMinor - statementBefore.refundedMinor, 0],
  ];
  const mismatches = expected
    .filter(([, is, shouldBe]) => is !== shouldBe)
    .map(([what, is, shouldBe]) => `${what}: ${is} instead of ${shouldBe}`);
  if (mismatches.length + findings.length > 0) throw new CountsWrong([...mismatches, ...findings]);
  return { confirmed: sold, quiescentAfterMs };
}

/** Waits until all purchases have outcomes and the audit consumer has written their lines. */
async function waitUntilQuiescent(pool: pg.Pool, eventIds: readonly string[]): Promise<RecordCounts> {
  const deadlineMs = performance.now() + QUIESCENCE_TIMEOUT_MS;
  for (;;) {
    const counts = await countRecord(pool, eventIds);
    const { open, confirmed, ledgerLines, auditLines } = counts;
    if (open === 0 && ledgerLines >= confirmed && auditLines >= confirmed) return counts;
    if (performance.now() >= deadlineMs) {
      throw new CountsWrong([
        `not quiescent after ${QUIESCENCE_TIMEOUT_MS / 1_000} s: ${open} purchases without an outcome, ${confirmed} confirmed, ` +
          `${ledgerLines} ledger lines, ${auditLines} audit lines`,
      ]);
    }
    await sleep(CHECK_INTERVAL_MS);
  }
}
