import { randomUUID } from 'node:crypto';
import { openTestDatabase, type TestDatabase } from '@box-office/database/testing';
import type { PurchasePayments } from '@box-office/payments';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import type { ReconciliationDeps } from '../reconciliation/deps.js';
import { createReconciliationActivities } from './reconcile.js';

const RUN = { reconciliationId: randomUUID(), requestedBy: 'schedule' };
const PURCHASES_PER_STATEMENT_PAGE = 20;

let database: TestDatabase;
let running: Set<string>;
let statement: PurchasePayments[];

beforeEach(async () => {
  database = await openTestDatabase(inject('stack'), 4);
  [running, statement] = [new Set(), []];
});
afterEach(() => database.close());

/** A charge of a purchase that PostgreSQL does not know is at the end of the statement. */
function charge(): string {
  const purchaseId = randomUUID();
  const amounts = { amountMinor: 2_500, capturedMinor: 2_500, refundedMinor: 0, currency: 'EUR' };
  const authorisation = { key: `key ${purchaseId}`, authorisationId: `pi_${purchaseId}`, ...amounts };
  statement.push({ purchaseId, authorisations: [{ ...authorisation, state: 'captured' }] });
  return purchaseId;
}

const deps = (): ReconciliationDeps => {
  const parts = {
    ...{ pool: database.pool, returnedPayments: 'report', idleMs: 0 },
    payments: {
      statement: async ({ after }: { after: string | null }) => {
        const end = Number(after ?? 0) + PURCHASES_PER_STATEMENT_PAGE;
        const purchases = statement.slice(Number(after ?? 0), end);
        return {
          purchases,
          disputes: [],
          position: `${Math.min(end, statement.length)}`,
          isLast: end >= statement.length,
        };
      },
      readPurchases: async (queries: readonly { purchaseId: string }[]) =>
        statement.filter((entry) => queries.some(({ purchaseId }) => purchaseId === entry.purchaseId)),
    },
    workflows: {
      stateOf: async (workflowId: string) =>
        [...running].some((id) => workflowId.includes(id))
          ? { kind: 'running', runId: randomUUID() }
          : { kind: 'closed', completed: false, status: 'unknown', closedAtMs: null },
    },
  };
  return parts as unknown as ReconciliationDeps;
};

/** What a run does with the provider statement. @returns the number of new findings */
async function compareStatement(): Promise<number> {
  const activities = createReconciliationActivities(deps(), { recheckDelayMs: 0 });
  return (await activities.confirmStatement(RUN, await activities.checkStatement())).found;
}

async function foundPurchases(): Promise<string[]> {
  const { rows } = await database.pool.query<{ id: string }>('select purchase_id as id from reconciliation_findings');
  return rows.map(({ id }) => id);
}

describe('payments that are not as expected', () => {
  it('are all found after some runs, however many the statement shows at once', async () => {
    const charged = Array.from({ length: 220 }, charge);
    const counts: number[] = [];
    for (let run = 0; run < 8; run++) counts.push(await compareStatement());
    expect(Math.max(...counts)).toBeLessThanOrEqual(50);
    expect((await foundPurchases()).toSorted()).toEqual(charged.toSorted());
    const { rows } = await database.pool.query('select from unresolved_payments');
    expect(rows).toEqual([]);
  });

  it('are found once their workflow has ended, if it ran while the statement was read', async () => {
    const purchaseId = charge();
    running.add(purchaseId);
    expect(await compareStatement()).toBe(0);
    running.clear();
    expect(await compareStatement()).toBe(1);
    expect(await foundPurchases()).toEqual([purchaseId]);
  });

  it('are found behind any number of purchases whose workflows never end', async () => {
    for (let i = 0; i < 250; i++) running.add(charge());
    const last = charge();
    for (let run = 0; run < 4; run++) await compareStatement();
    expect(await foundPurchases()).toEqual([last]);
  });
});
