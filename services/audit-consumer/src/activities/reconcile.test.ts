import { randomUUID } from 'node:crypto';
import { claimPurchases, decideFindings, recordFindings, type DueEvent, type NewFinding } from '@box-office/database';
import { openTestDatabase, separateEventIds, type TestDatabase } from '@box-office/database/testing';
import { createInventory } from '@box-office/inventory';
import type { PurchasePayments, PurchaseQuery } from '@box-office/payments';
import { createLogger, createRedis, redisReady } from '@box-office/platform';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { DueRepair } from '../reconciliation/confirm-findings.js';
import type { ReconciliationDeps } from '../reconciliation/deps.js';
import { inActivity } from '../testing/in-activity.js';
import { orderOf, soldEvent as soldTickets } from '../testing/sold-event.js';
import { createEventActivities } from './reconcile-events.js';
import { createStatementActivities } from './reconcile-statement.js';

const RUN = { reconciliationId: randomUUID(), requestedBy: 'schedule' };
const PURCHASES_PER_STATEMENT_PAGE = 20;

let database: TestDatabase;
let running: Set<string>;
let statement: PurchasePayments[];
let redis: ReturnType<typeof createRedis>;

beforeAll(async () => {
  const logger = createLogger({ service: 'test', level: 'silent' });
  redis = createRedis({ url: inject('stack').redisUrl, name: 'reconcile test', logger });
  await redisReady(redis, 5_000);
});
afterAll(() => redis.disconnect());
beforeEach(async () => {
  const stack = inject('stack');
  database = await openTestDatabase(stack, 4);
  await separateEventIds(database.databaseUrl, stack.databaseOwnerUrl);
  [running, statement] = [new Set(), []];
});
afterEach(() => database.close());

/** A charge of a purchase that PostgreSQL does not know is at the end of the statement. */
function charge(state: 'captured' | 'unknown' = 'captured'): string {
  const purchaseId = randomUUID();
  const amounts = { amountMinor: 2_500, capturedMinor: 2_500, refundedMinor: 0, currency: 'EUR' };
  const authorisation = { key: `key ${purchaseId}`, authorisationId: `pi_${purchaseId}`, ...amounts };
  statement.push({ purchaseId, authorisations: [{ ...authorisation, state }] });
  return purchaseId;
}

const deps = (): ReconciliationDeps => {
  const parts = {
    pool: database.pool,
    inventory: createInventory(redis),
    returnedPayments: 'report',
    idleMs: 0,
    mayHaveUnconsumedMessages: async () => true,
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
      readPurchases: async (queries: readonly PurchaseQuery[]) =>
        statement.filter((entry) =>
          queries.some(
            ({ purchaseId, authorisationIds }) =>
              purchaseId === entry.purchaseId &&
              entry.authorisations.some(({ authorisationId }) => authorisationIds.includes(authorisationId)),
          ),
        ),
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

/** What a scheduled run does with the provider statement. */
async function checkTwice() {
  const { checkStatement, confirmStatement } = createStatementActivities(deps());
  return confirmStatement(RUN, await inActivity(checkStatement));
}

const compareStatement = async (): Promise<number> => (await checkTwice()).found;

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

  it('are left for another check as long as not all of them are recorded', async () => {
    for (let i = 0; i < 120; i++) charge();
    for (const hasMore of [true, true, false]) expect(await checkTwice()).toMatchObject({ hasMore });
    expect(await foundPurchases()).toHaveLength(120);
  });

  it('are each checked once for an operator, also those whose workflows never end', async () => {
    for (let i = 0; i < 250; i++) running.add(charge());
    const { checkStatement, confirmStatement } = createStatementActivities(deps());
    const answers: (boolean | undefined)[] = [];
    let firstTurn: number | undefined;
    do {
      const confirmed = await confirmStatement(RUN, await inActivity(() => checkStatement(firstTurn)));
      answers.push(confirmed.hasMore);
      ({ firstTurn } = confirmed);
    } while (answers.at(-1) === true && answers.length < 10);
    expect(answers).toEqual([true, true, false]);
  });

  it('are all checked for an operator, also those that a failed attempt has taken', async () => {
    const charged = Array.from({ length: 250 }, () => charge());
    for (const purchaseId of charged) running.add(purchaseId);
    const working = deps();
    const failing = { ...working.payments, readPurchases: () => Promise.reject(new Error('no answer')) };
    const { checkStatement, confirmStatement } = createStatementActivities(working);
    const compared = new Set<string>();
    let firstTurn: number | undefined;
    let hasMore: boolean | undefined = true;
    for (let check = 1; hasMore === true && check < 10; check++) {
      const from = firstTurn;
      if (check === 2) {
        const broken = createStatementActivities({ ...working, payments: failing });
        await expect(inActivity(() => broken.checkStatement(from))).rejects.toThrow('no answer');
      }
      const statement = await inActivity(() => checkStatement(from), { attempt: check === 2 ? 2 : 1 });
      for (const purchaseId of statement.purchaseIds) compared.add(purchaseId);
      ({ firstTurn, hasMore } = await confirmStatement(RUN, statement));
    }
    expect(hasMore).toBe(false);
    expect(compared.size).toBe(charged.length);
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

/** An event with so many confirmed purchases of one ticket. */
const soldEvent = async (purchases: number): Promise<string> =>
  (
    await soldTickets(
      database,
      Array.from({ length: purchases }, () => 1),
    )
  ).eventId;

/** What a scheduled run does with events. @returns the repairs that are due */
async function compareEvents(events: readonly DueEvent[]): Promise<readonly DueRepair[]> {
  const { checkEvents, confirmEvents } = createEventActivities(deps());
  const { due } = await inActivity(async () => confirmEvents(RUN, await checkEvents(events, false), false));
  return due;
}

const checkedNow = (eventId: string): DueEvent => {
  const now = new Date().toISOString();
  return { eventId, isRebuilt: false, checkedAt: now, completedAt: now };
};

/** Records a finding that waits for an operator. */
async function handOver(finding: Pick<NewFinding, 'kind' | 'subject' | 'eventId' | 'purchaseId'>): Promise<void> {
  const more = { ticketType: null, expected: 1, found: 2, cause: 'planted', action: 'planted' };
  const recorded = await recordFindings(database.pool, RUN, [{ ...finding, ...more }]);
  const decisions = recorded.map(({ findingId }) => ({ findingId, status: 'handed_over', action: 'planted' }) as const);
  await decideFindings(database.pool, decisions);
}

/** Findings with their status. */
async function statuses(kind: NewFinding['kind']): Promise<string[]> {
  const { rows } = await database.pool.query<{ finding: string }>(
    `select subject || ': ' || status as finding from reconciliation_findings where kind = $1 order by subject`,
    [kind],
  );
  return rows.map(({ finding }) => finding);
}

const wrongReadModels = async (event: DueEvent): Promise<string[]> =>
  (await compareEvents([event])).flatMap(({ kind, subject }) => (kind === 'wrong_read_model' ? [subject] : []));

describe('a read model whose repair failed', () => {
  it('is due for repair again in the next run, although none of its purchases has changed', async () => {
    const event = { eventId: await soldEvent(21), isRebuilt: false };
    const wrong = await wrongReadModels({ ...event, checkedAt: null, completedAt: null });
    expect(wrong.length).toBeGreaterThanOrEqual(21);
    const now = Date.now();
    const checked = { checkedAt: new Date(now + 60_000).toISOString(), completedAt: new Date(now).toISOString() };
    expect((await wrongReadModels({ ...event, ...checked })).toSorted()).toEqual(wrong.toSorted());
  });
});

describe('a contradiction in the record', () => {
  it('of a small event is found by every check', async () => {
    const eventId = await soldEvent(1);
    const { rows } = await database.pool.query<{ purchaseId: string }>(
      `insert into event_tickets (id, event_id, ticket_type, serial, purchase_id, user_id, price_minor, currency, status)
       select gen_random_uuid(), event_id, ticket_type, 20, purchase_id, user_id, 0, currency, 'valid'
         from event_tickets where event_id = $1
       returning purchase_id as "purchaseId"`,
      [eventId],
    );
    const purchaseId = rows[0]?.purchaseId ?? '';
    const finding = `not_as_told standard 20 ${purchaseId}: handed_over`;
    await compareEvents([checkedNow(eventId)]);
    expect(await statuses('serial_mismatch')).toEqual([finding]);
    await compareEvents([checkedNow(eventId)]);
    expect(await statuses('serial_mismatch')).toEqual([finding]);
  });
});

describe('a finding that waits for an operator', () => {
  it('of an event stays open while a check could not compare what it is about', async () => {
    const eventId = await soldEvent(1);
    for (const kind of ['missing_message', 'lost_hold'] as const) {
      await handOver({ kind, subject: 'planted', eventId, purchaseId: null });
    }
    // Messages may be unconsumed, and Redis has no inventory.
    await compareEvents([checkedNow(eventId)]);
    expect(await statuses('missing_message')).toEqual(['planted: handed_over']);
    expect(await statuses('lost_hold')).toEqual(['planted: handed_over']);
  });

  it('of a payment that this release does not know stays open in the next run', async () => {
    const purchaseId = charge('unknown');
    for (let run = 0; run < 3; run++) await compareStatement();
    expect(await statuses('charge_without_ticket')).toEqual([`${purchaseId} pi_${purchaseId}: handed_over`]);
  });

  it('of a payment stays open while the purchase is in progress', async () => {
    const order = orderOf(await database.createEvent());
    await claimPurchases(database.pool, [order], { workflowId: 'purchase', runId: 'run' });
    const { purchaseId, eventId } = order;
    await handOver({ kind: 'ticket_without_charge', subject: purchaseId, eventId, purchaseId });
    await compareStatement();
    expect(await statuses('ticket_without_charge')).toEqual([`${purchaseId}: handed_over`]);
  });
});

describe('an event whose check fails', () => {
  it('does not keep the other events from being checked, and is checked completely the next time', async () => {
    const { pool } = database;
    const eventIds = [await soldEvent(1), await soldEvent(1), await soldEvent(1)];
    const [broken = '', ...others] = eventIds;
    const working = deps();
    const snapshotAtOnce = (eventId: string) =>
      eventId === broken ? Promise.reject(new Error('not readable')) : working.inventory.snapshotAtOnce(eventId);
    const failing = { ...working, inventory: { ...working.inventory, snapshotAtOnce } };
    const { checkEvents } = createEventActivities(failing);
    const checked = await inActivity(() => checkEvents(eventIds.map(checkedNow), false));
    expect(checked.map(({ due, failure }) => [due.eventId, failure])).toEqual([
      ...others.map((id) => [id, undefined]),
      [broken, 'not readable'],
    ]);
    const { rows } = await pool.query<{ id: string; complete: boolean }>(
      'select event_id as id, completed_at is not null as complete from reconciliation_checkpoints order by event_id',
    );
    expect(rows).toEqual(
      eventIds.map((id) => ({ id, complete: id !== broken })).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    );
  });
});
