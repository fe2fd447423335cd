import { randomUUID } from 'node:crypto';
import type { CapacityUpdate } from '@box-office/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { applyCapacityUpdates } from '../audit/apply-capacity-updates.js';
import { recordTransactions } from '../audit/record-transactions.js';
import { claimCancellation } from '../cancellations/claim.js';
import { completeCancellation, settleCancellations } from '../cancellations/complete.js';
import { openEventFixture, PRICE_MINOR, type EventFixture } from '../cancellations/testing/event-fixture.js';
import { findCancellations } from '../cancellations/find.js';
import { readCapacity } from '../events/find.js';
import { messagesOfCancellation, messagesOfSale, type RecordedMessage } from '../messages/of-purchases.js';
import { findPurchases } from '../purchases/find.js';
import { findOwners, listOpenPurchases } from './abandoned.js';
import { correctLedger, recomputeCapacity } from './correct-capacity.js';
import { readEventRecord } from './event-record.js';
import {
  countOpenFindings,
  decideFindings,
  listFindings,
  listActiveFindings,
  recordFindings,
  type NewFinding,
} from './findings.js';
import { findDueEvent, listDueEvents, putCheckpoints } from './checkpoints.js';
import { readMoney } from './money.js';
import {
  beginReconciliationRun,
  findReconciliationRun,
  finishReconciliationRun,
  latestReconciliationRun,
} from './runs.js';

const TOTAL = 10_000;
let fixture: EventFixture;

beforeAll(async () => {
  fixture = await openEventFixture(inject('stack'));
});
afterAll(() => fixture.close());

/** Does what the audit consumer does with messages. */
async function consume(messages: readonly RecordedMessage[]): Promise<void> {
  for (const { body } of messages) {
    if ('CapacityChange' in body) await applyCapacityUpdates(fixture.pool, [body]);
    else await recordTransactions(fixture.pool, [body]);
  }
}

async function sold(quantity = 1, consumed: 'all' | 'capacity' | 'transaction' | 'nothing' = 'all'): Promise<string> {
  const { purchaseId } = await fixture.confirmed(quantity);
  const [capacity, transaction] = (await findPurchases(fixture.pool, [purchaseId])).flatMap(messagesOfSale);
  if (!capacity || !transaction) throw new Error('no messages');
  if (consumed === 'all' || consumed === 'capacity') await consume([capacity]);
  if (consumed === 'all' || consumed === 'transaction') await consume([transaction]);
  return purchaseId;
}

async function cancelled(purchaseId: string, consumed: boolean, settled = true): Promise<string> {
  const claim = await claimCancellation(fixture.pool, fixture.cancellationRequest(purchaseId));
  if (claim.kind !== 'claimed') throw new Error(claim.kind);
  const { cancellationId } = claim.cancellation;
  await completeCancellation(fixture.pool, { cancellationId, refundId: 'refund' });
  if (consumed)
    await consume((await findCancellations(fixture.pool, [cancellationId])).flatMap(messagesOfCancellation));
  if (settled) await settleCancellations(fixture.pool, [cancellationId]);
  return cancellationId;
}

const read = async (complete = true) => {
  const record = await readEventRecord(fixture.pool, { eventId: fixture.eventId, complete });
  if (!record) throw new Error('no record');
  return record;
};

const wrongLinesOf = async (purchaseId: string) =>
  (await read()).wrongLines.find((lines) => lines.purchaseId === purchaseId);

function line(o: Partial<CapacityUpdate>): CapacityUpdate {
  return {
    EventId: fixture.eventId,
    CapacityChange: -1,
    TransactionId: 'T',
    Operation: 'purchase',
    MessageId: randomUUID(),
    PurchaseId: randomUUID(),
    Items: [{ TicketType: 'standard', Quantity: 1 }],
    OccurredAt: new Date().toISOString(),
    ...o,
  };
}

describe('an event as the record has it', () => {
  it('shows no difference where every sale and cancellation has its lines', async () => {
    const [kept, given] = [await sold(2), await sold(3)];
    await cancelled(given, true);
    const record = await read();
    expect(record.wrongLines).toEqual([]);
    expect(record.contradictions).toEqual([]);
    expect(record.totalByLedger).toBe(TOTAL);
    expect(record.capacity).toBe(record.capacityByLedger);
    expect(record.taken.sales.map(({ purchaseId }) => purchaseId)).toContain(kept);
    expect(record.taken.sales.map(({ purchaseId }) => purchaseId)).not.toContain(given);
  });

  it('names the purchases that are in progress', async () => {
    const [{ purchaseId: open }, given] = [await fixture.persisted(), await sold()];
    await cancelled(given, false, false);
    const record = await read();
    expect([record.underWay.has(open), record.underWay.has(given)]).toEqual([true, true]);
    expect(record.wrongLines.map(({ purchaseId }) => purchaseId)).not.toContain(given);
    expect(record.taken.holds.map(({ purchaseId }) => purchaseId)).toContain(open);
  });

  it('is null where there is no such event', async () => {
    expect(await readEventRecord(fixture.pool, { eventId: 'none', complete: false })).toBeNull();
  });
});

describe('lines that are not what happened', () => {
  it.each([
    ['the ledger', 'transaction', { saleLines: 0, change: 0 }, { lines: 1, amountMinor: 2 * PRICE_MINOR }],
    ['the audit log', 'capacity', { saleLines: 1, change: -2 }, { lines: 0, amountMinor: 0 }],
  ] as const)('show where %s has none of a sale', async (_, consumed, ledger, sales) => {
    const purchaseId = await sold(2, consumed);
    expect(await wrongLinesOf(purchaseId)).toMatchObject({
      sold: { tickets: 2, lines: 1, amountMinor: 2 * PRICE_MINOR },
      ledger,
      audit: { sales },
    });
  });

  it('show where a settled cancellation has no line', async () => {
    const purchaseId = await sold(2);
    await cancelled(purchaseId, false);
    expect(await wrongLinesOf(purchaseId)).toMatchObject({
      cancelled: { tickets: 2, lines: 1, amountMinor: 2 * PRICE_MINOR },
      ledger: { cancellationLines: 0, change: -2 },
    });
  });

  it('show where a sale has two, and where there was no sale', async () => {
    const [purchaseId, unknown] = [await sold(1), randomUUID()];
    await applyCapacityUpdates(fixture.pool, [line({ PurchaseId: purchaseId }), line({ PurchaseId: unknown })]);
    expect(await wrongLinesOf(purchaseId)).toMatchObject({ ledger: { saleLines: 2, change: -2 } });
    expect(await wrongLinesOf(unknown)).toMatchObject({ sold: { tickets: 0, lines: 0 }, ledger: { change: -1 } });
  });
});

describe('a correction of the ledger', () => {
  it('makes the lines of a purchase add up, once, however often and concurrently it is corrected', async () => {
    const [purchaseId, unknown] = [await sold(1), randomUUID()];
    await applyCapacityUpdates(fixture.pool, [line({ PurchaseId: purchaseId }), line({ PurchaseId: unknown })]);
    const before = await readCapacity(fixture.pool, fixture.eventId);
    for (const wrong of [purchaseId, unknown]) {
      const findings = await recordFindings(fixture.pool, run(), [finding({ kind: 'duplicate', subject: wrong })]);
      const findingId = findings[0]?.findingId ?? '';
      const correct = () => correctLedger(fixture.pool, { findingId, eventId: fixture.eventId, purchaseId: wrong });
      expect((await Promise.all([correct(), correct(), correct()])).sort()).toEqual([0, 0, 1]);
      expect(await wrongLinesOf(wrong)).toBeUndefined();
    }
    expect(await readCapacity(fixture.pool, fixture.eventId)).toBe((before ?? 0) + 2);
  });

  it('waits while a line of the purchase is still to come', async () => {
    const purchaseId = await sold(1, 'nothing');
    const findingId = randomUUID();
    expect(await correctLedger(fixture.pool, { findingId, eventId: fixture.eventId, purchaseId })).toBe(0);
  });

  it('makes the lines of no purchase add up to the totals', async () => {
    await fixture.pool.query(`update event_ticket_types set total = total + 7 where event_id = $1`, [fixture.eventId]);
    expect((await read()).totalByLedger).toBe(TOTAL);
    const [recorded] = await recordFindings(fixture.pool, run(), [finding({ subject: 'totals' })]);
    const findingId = recorded?.findingId ?? '';
    expect(await correctLedger(fixture.pool, { findingId, eventId: fixture.eventId, purchaseId: null })).toBe(7);
    const record = await read();
    expect([record.totalByLedger, record.capacity]).toEqual([TOTAL + 7, record.capacityByLedger]);
    await fixture.pool.query(`update event_ticket_types set total = total - 7 where event_id = $1`, [fixture.eventId]);
    expect(await correctLedger(fixture.pool, { findingId: randomUUID(), eventId: 'none', purchaseId: null })).toBe(0);
  });
});

describe('the capacity', () => {
  it('that somebody overwrote becomes what the ledger adds up to, while messages are applied', async () => {
    await fixture.pool.query('update events set capacity = 1 where id = $1', [fixture.eventId]);
    const late = Array.from({ length: 20 }, () => line({ Operation: 'adjust', CapacityChange: -1 }));
    await Promise.all([
      recomputeCapacity(fixture.pool, fixture.eventId),
      ...late.map((one) => applyCapacityUpdates(fixture.pool, [one])),
    ]);
    const record = await read();
    expect(record.capacity).toBe(record.capacityByLedger);
    expect(await recomputeCapacity(fixture.pool, fixture.eventId)).toBeNull();
  });
});

const run = (reconciliationId: string = randomUUID()) => ({ reconciliationId, requestedBy: 'ann' });

function finding(o: Partial<NewFinding> = {}): NewFinding {
  return {
    kind: 'capacity_wrong',
    subject: randomUUID(),
    eventId: fixture.eventId,
    ticketType: null,
    purchaseId: null,
    expected: 1,
    found: { held: 2 },
    cause: 'somebody wrote it',
    action: 'to be put right',
    ...o,
  };
}

describe('a finding', () => {
  it('is one finding however many runs see it at once, and keeps who saw it first', async () => {
    const seen = finding();
    const runs = Array.from({ length: 5 }, () => run());
    const recorded = await Promise.all(runs.map((one) => recordFindings(fixture.pool, one, [seen])));
    expect(new Set(recorded.flat().map(({ findingId }) => findingId)).size).toBe(1);
    expect(recorded.flat().filter(({ isNew }) => isNew)).toHaveLength(1);
  });

  it('that was repaired stays so, and the same difference later is another one', async () => {
    const seen = finding();
    const [first] = await recordFindings(fixture.pool, run(), [seen]);
    const findingId = first?.findingId ?? '';
    const open = await listActiveFindings(fixture.pool, { eventId: fixture.eventId, kinds: [seen.kind] });
    expect(open).toContainEqual(expect.objectContaining({ findingId, status: 'found' }));
    await decideFindings(fixture.pool, [{ findingId, status: 'repaired', action: 'put right', cause: 'known now' }]);
    await decideFindings(fixture.pool, [{ findingId, status: 'gone', action: 'nothing' }]);
    const [again] = await recordFindings(fixture.pool, run(), [seen]);
    expect(again).toMatchObject({ isNew: true, status: 'found' });
    const { findings } = await listFindings(fixture.pool, { eventId: fixture.eventId, status: 'repaired', limit: 100 });
    expect(findings.find((one) => one.findingId === findingId)).toMatchObject({
      action: 'put right',
      cause: 'known now',
      by: 'ann',
      expected: 1,
      found: { held: 2 },
    });
  });

  it('that was handed over is open until it is gone', async () => {
    const seen = finding({ kind: 'ticket_without_charge' });
    const [first] = await recordFindings(fixture.pool, run(), [seen]);
    const findingId = first?.findingId ?? '';
    await decideFindings(fixture.pool, [{ findingId, status: 'handed_over', action: 'ask the buyer' }]);
    const [again] = await recordFindings(fixture.pool, run(), [seen]);
    expect(again).toMatchObject({ findingId, isNew: false, status: 'handed_over' });
    const listOpen = () =>
      listActiveFindings(fixture.pool, { eventId: fixture.eventId, kinds: ['ticket_without_charge'] });
    expect(await listOpen()).toMatchObject([{ findingId, status: 'handed_over' }]);
    const open = await countOpenFindings(fixture.pool);
    await decideFindings(fixture.pool, [{ findingId, status: 'gone', action: 'it was paid' }]);
    expect(await listOpen()).toEqual([]);
    expect(await countOpenFindings(fixture.pool)).toEqual({ ...open, handedOver: open.handedOver - 1 });
  });

  it('that was seen lately comes after those that were not, so that each has its turn', async () => {
    const [old, later] = [finding({ kind: 'charge_without_ticket' }), finding({ kind: 'charge_without_ticket' })];
    const open = async () =>
      (await listActiveFindings(fixture.pool, { eventId: fixture.eventId, kinds: [old.kind] })).map(
        (one) => one.subject,
      );
    await recordFindings(fixture.pool, run(), [old]);
    await recordFindings(fixture.pool, run(), [later]);
    expect(await open()).toEqual([old.subject, later.subject]);
    await recordFindings(fixture.pool, run(), [old]);
    expect(await open()).toEqual([later.subject, old.subject]);
  });

  it('that a second run reports as gone is repaired all the same, when the first one reports its repair', async () => {
    const [recorded] = await recordFindings(fixture.pool, run(), [finding()]);
    const findingId = recorded?.findingId ?? '';
    const decide = async (status: 'gone' | 'repaired', action: string): Promise<string | undefined> => {
      await decideFindings(fixture.pool, [{ findingId, status, action }]);
      const { findings } = await listFindings(fixture.pool, { eventId: fixture.eventId, limit: 100 });
      return findings.find((one) => one.findingId === findingId)?.action;
    };
    expect(await decide('gone', 'nothing')).toBe('nothing');
    expect(await decide('repaired', 'put right')).toBe('put right');
    expect(await decide('gone', 'nothing')).toBe('put right');
    expect(await decide('repaired', 'put right again')).toBe('put right');
  });

  it('is listed by what it is about, newest first and in pages', async () => {
    const one = run();
    await recordFindings(fixture.pool, one, [finding(), finding(), finding({ kind: 'duplicate' })]);
    const page = await listFindings(fixture.pool, { reconciliationId: one.reconciliationId, limit: 2 });
    const rest = await listFindings(fixture.pool, {
      reconciliationId: one.reconciliationId,
      limit: 2,
      after: page.next ?? '',
    });
    expect([page.findings.length, rest.findings.length, rest.next]).toEqual([2, 1, null]);
    const { findings } = await listFindings(fixture.pool, {
      reconciliationId: one.reconciliationId,
      kind: 'duplicate',
      limit: 9,
    });
    expect(findings).toHaveLength(1);
  });

  it('cannot be rewritten by the services', async () => {
    const [recorded] = await recordFindings(fixture.pool, run(), [finding()]);
    const rewrite = fixture.pool.query(`update reconciliation_findings set kind = 'duplicate' where id = $1`, [
      recorded?.findingId,
    ]);
    await expect(rewrite).rejects.toMatchObject({ constraint: 'finding_change_is_legal' });
    await expect(fixture.pool.query('delete from reconciliation_findings')).rejects.toThrow(/permission denied/);
  });
});

describe('the turn of an event', () => {
  const later = () => new Date(Date.now() + 60_000).toISOString();
  const due = async (which: 'changed' | 'in_turn') =>
    (await listDueEvents(fixture.pool, { which, before: later(), limit: 100 })).map(({ eventId }) => eventId);
  const mark = (o: { agoMs?: number; tookMs?: number; unfinished?: boolean } = {}) =>
    putCheckpoints(fixture.pool, [
      {
        eventId: fixture.eventId,
        checkedAt: new Date(Date.now() - (o.agoMs ?? 0) + 15_000).toISOString(),
        tookMs: o.tookMs ?? 1,
        complete: true,
        unfinished: o.unfinished ?? false,
      },
    ]);

  beforeEach(async () => {
    await fixture.pool.query(`update reconciliation_findings set status = 'gone', decided_at = now()
                            where status in ('found', 'handed_over')`);
  });

  it('is due when it was never checked, when something changes, or when the last check was unfinished', async () => {
    expect(await due('changed')).toEqual([fixture.eventId]);
    await mark();
    expect(await due('changed')).toEqual([]);
    await mark({ unfinished: true, agoMs: -1_000 });
    expect((await findDueEvent(fixture.pool, fixture.eventId))?.completedAt).not.toBeNull();
  });

  it('comes in any case, the longest unseen first', async () => {
    await mark();
    expect(await due('in_turn')).toEqual([fixture.eventId]);
  });

  it('is due as the later of two checks says, whichever is recorded last', async () => {
    await mark({ unfinished: true, agoMs: -20_000 });
    const { completedAt } = (await findDueEvent(fixture.pool, fixture.eventId)) ?? {};
    await mark({ unfinished: false, agoMs: 5_000 });
    const { rows } = await fixture.pool.query('select unfinished from reconciliation_checkpoints where event_id = $1', [
      fixture.eventId,
    ]);
    expect(rows).toEqual([{ unfinished: true }]);
    expect((await findDueEvent(fixture.pool, fixture.eventId))?.completedAt).toBe(completedAt);
  });
});

describe('stalled purchases', () => {
  it('are listed with their owner and as they were asked for, page by page', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.push((await fixture.claimed()).purchaseId);
    const found: string[] = [];
    let after: string | null = null;
    for (;;) {
      const page = await listOpenPurchases(fixture.pool, { idleMs: 0, after, limit: 2 });
      found.push(...page.map(({ order }) => order.purchaseId));
      const last = page.at(-1);
      if (!last) break;
      after = last.order.purchaseId;
    }
    expect(found.filter((id) => ids.includes(id))).toEqual(ids);
    expect(new Set(found).size).toBe(found.length);
    const [owned] = await findOwners(fixture.pool, ids.slice(0, 1));
    expect(owned).toMatchObject({
      ownerWorkflowId: 'purchase',
      ownerRunId: 'run',
      epoch: 1,
      order: {
        fingerprint: 'fingerprint',
        items: [{ ticketType: 'standard', quantity: 1 }],
        paymentMethod: 'pm_approve',
      },
    });
    const recent = await listOpenPurchases(fixture.pool, { idleMs: 600_000, after: null, limit: 100 });
    expect(recent).toEqual([]);
  });
});

describe('the money of a purchase', () => {
  it('that may be kept is the price of its valid tickets, and nothing of it is settled while it is in progress', async () => {
    const [kept, given, { purchaseId: open }] = [await sold(2), await sold(1), await fixture.persisted()];
    await cancelled(given, true);
    const money = new Map((await readMoney(fixture.pool, [kept, given, open])).map((one) => [one.purchaseId, one]));
    expect(money.get(kept)).toMatchObject({ validMinor: 2 * PRICE_MINOR, underWay: false, paidBackByHand: false });
    expect(money.get(given)).toMatchObject({ validMinor: 0, underWay: false, status: 'cancelled' });
    expect(money.get(open)).toMatchObject({ validMinor: 0, underWay: true });
  });
});

describe('a reconciliation run', () => {
  it('is recorded from its beginning to its end', async () => {
    const reconciliationId = randomUUID();
    await beginReconciliationRun(fixture.pool, {
      reconciliationId,
      requestedBy: 'ann',
      scope: 'all',
      workflowId: 'reconciliation/all',
    });
    expect(await findReconciliationRun(fixture.pool, reconciliationId)).toMatchObject({
      finishedAt: null,
      counts: null,
      requestedBy: 'ann',
    });
    const counts = { events: 1, recovered: 0, found: 0, repaired: 0, handedOver: 0 };
    await finishReconciliationRun(fixture.pool, reconciliationId, counts);
    expect(await findReconciliationRun(fixture.pool, reconciliationId)).toMatchObject({ counts });
    expect(await latestReconciliationRun(fixture.pool)).toEqual(
      await findReconciliationRun(fixture.pool, reconciliationId),
    );
  });
});
