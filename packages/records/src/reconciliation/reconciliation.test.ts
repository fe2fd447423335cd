import { randomUUID } from 'node:crypto';
import type { CapacityUpdate } from '@box-office/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { applyCapacityUpdates } from '../audit/apply-capacity-updates.js';
import { recordTransactions } from '../audit/record-transactions.js';
import { claimCancellation } from '../cancellations/claim.js';
import { completeCancellation, settleCancellations } from '../cancellations/complete.js';
import { openEventDesk, PRICE_MINOR, type EventDesk } from '../cancellations/testing/event-desk.js';
import { findCancellations } from '../cancellations/find.js';
import { readCapacity } from '../events/find.js';
import { messagesOfCancellation, messagesOfSale, type RecordedMessage } from '../messages/of-purchases.js';
import { findPurchases } from '../purchases/find.js';
import { findOwners, listStandingPurchases } from './abandoned.js';
import { correctLedger, recomputeCapacity } from './correct-capacity.js';
import { readEventRecord } from './event-record.js';
import {
  countOpenFindings,
  decideFindings,
  listFindings,
  listStandingFindings,
  recordFindings,
  type NewFinding,
} from './findings.js';
import { findDueEvent, listDueEvents, putMarks } from './marks.js';
import { readMoney } from './money.js';
import { beginSweep, findSweep, finishSweep, latestSweep } from './sweeps.js';

const TOTAL = 10_000;
let desk: EventDesk;

beforeAll(async () => {
  desk = await openEventDesk(inject('stack'));
});
afterAll(() => desk.close());

/** Does what the audit consumer does with messages. */
async function consume(messages: readonly RecordedMessage[]): Promise<void> {
  for (const { body } of messages) {
    if ('CapacityChange' in body) await applyCapacityUpdates(desk.pool, [body]);
    else await recordTransactions(desk.pool, [body]);
  }
}

async function sold(quantity = 1, told: 'all' | 'capacity' | 'transaction' | 'nothing' = 'all'): Promise<string> {
  const { purchaseId } = await desk.confirmed(quantity);
  const [capacity, transaction] = (await findPurchases(desk.pool, [purchaseId])).flatMap(messagesOfSale);
  if (!capacity || !transaction) throw new Error('no messages');
  if (told === 'all' || told === 'capacity') await consume([capacity]);
  if (told === 'all' || told === 'transaction') await consume([transaction]);
  return purchaseId;
}

async function cancelled(purchaseId: string, told: boolean, settled = true): Promise<string> {
  const claim = await claimCancellation(desk.pool, desk.wish(purchaseId));
  if (claim.kind !== 'claimed') throw new Error(claim.kind);
  const { cancellationId } = claim.cancellation;
  await completeCancellation(desk.pool, { cancellationId, refundId: 'refund' });
  if (told) await consume((await findCancellations(desk.pool, [cancellationId])).flatMap(messagesOfCancellation));
  if (settled) await settleCancellations(desk.pool, [cancellationId]);
  return cancellationId;
}

const read = async (complete = true) => {
  const record = await readEventRecord(desk.pool, { eventId: desk.eventId, complete });
  if (!record) throw new Error('no record');
  return record;
};

const wrongLinesOf = async (purchaseId: string) =>
  (await read()).wrongLines.find((lines) => lines.purchaseId === purchaseId);

function line(o: Partial<CapacityUpdate>): CapacityUpdate {
  return {
    EventId: desk.eventId,
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
  it('shows no difference where every sale and cancellation is told of', async () => {
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

  it('names the purchases that are in motion', async () => {
    const [{ purchaseId: open }, given] = [await desk.persisted(), await sold()];
    await cancelled(given, false, false);
    const record = await read();
    expect([record.underWay.has(open), record.underWay.has(given)]).toEqual([true, true]);
    expect(record.wrongLines.map(({ purchaseId }) => purchaseId)).not.toContain(given);
    expect(record.taken.holds.map(({ purchaseId }) => purchaseId)).toContain(open);
  });

  it('is null where there is no such event', async () => {
    expect(await readEventRecord(desk.pool, { eventId: 'none', complete: false })).toBeNull();
  });
});

describe('lines that are not what happened', () => {
  it.each([
    ['the ledger', 'transaction', { saleLines: 0, change: 0 }, { lines: 1, amountMinor: 2 * PRICE_MINOR }],
    ['the audit log', 'capacity', { saleLines: 1, change: -2 }, { lines: 0, amountMinor: 0 }],
  ] as const)('show where %s has none of a sale', async (_, told, ledger, sales) => {
    const purchaseId = await sold(2, told);
    expect(await wrongLinesOf(purchaseId)).toMatchObject({
      sold: { tickets: 2, lines: 1, amountMinor: 2 * PRICE_MINOR },
      ledger,
      audit: { sales },
    });
  });

  it('show where a settled cancellation is told of nowhere', async () => {
    const purchaseId = await sold(2);
    await cancelled(purchaseId, false);
    expect(await wrongLinesOf(purchaseId)).toMatchObject({
      cancelled: { tickets: 2, lines: 1, amountMinor: 2 * PRICE_MINOR },
      ledger: { cancellationLines: 0, change: -2 },
    });
  });

  it('show where a sale has two, and where there was no sale', async () => {
    const [purchaseId, nobody] = [await sold(1), randomUUID()];
    await applyCapacityUpdates(desk.pool, [line({ PurchaseId: purchaseId }), line({ PurchaseId: nobody })]);
    expect(await wrongLinesOf(purchaseId)).toMatchObject({ ledger: { saleLines: 2, change: -2 } });
    expect(await wrongLinesOf(nobody)).toMatchObject({ sold: { tickets: 0, lines: 0 }, ledger: { change: -1 } });
  });
});

describe('a correction of the ledger', () => {
  it('makes the lines of a purchase add up, once, whoever corrects and however often', async () => {
    const [purchaseId, nobody] = [await sold(1), randomUUID()];
    await applyCapacityUpdates(desk.pool, [line({ PurchaseId: purchaseId }), line({ PurchaseId: nobody })]);
    const before = await readCapacity(desk.pool, desk.eventId);
    for (const wrong of [purchaseId, nobody]) {
      const findings = await recordFindings(desk.pool, sweep(), [finding({ kind: 'duplicate', subject: wrong })]);
      const findingId = findings[0]?.findingId ?? '';
      const correct = () => correctLedger(desk.pool, { findingId, eventId: desk.eventId, purchaseId: wrong });
      expect((await Promise.all([correct(), correct(), correct()])).sort()).toEqual([0, 0, 1]);
      expect(await wrongLinesOf(wrong)).toBeUndefined();
    }
    expect(await readCapacity(desk.pool, desk.eventId)).toBe((before ?? 0) + 2);
  });

  it('waits while a line of the purchase is still to come', async () => {
    const purchaseId = await sold(1, 'nothing');
    const findingId = randomUUID();
    expect(await correctLedger(desk.pool, { findingId, eventId: desk.eventId, purchaseId })).toBe(0);
  });

  it('makes the lines of no purchase add up to the totals', async () => {
    await desk.pool.query(`update event_ticket_types set total = total + 7 where event_id = $1`, [desk.eventId]);
    expect((await read()).totalByLedger).toBe(TOTAL);
    const [recorded] = await recordFindings(desk.pool, sweep(), [finding({ subject: 'totals' })]);
    const findingId = recorded?.findingId ?? '';
    expect(await correctLedger(desk.pool, { findingId, eventId: desk.eventId, purchaseId: null })).toBe(7);
    const record = await read();
    expect([record.totalByLedger, record.capacity]).toEqual([TOTAL + 7, record.capacityByLedger]);
    await desk.pool.query(`update event_ticket_types set total = total - 7 where event_id = $1`, [desk.eventId]);
    expect(await correctLedger(desk.pool, { findingId: randomUUID(), eventId: 'none', purchaseId: null })).toBe(0);
  });
});

describe('the capacity', () => {
  it('that somebody overwrote becomes what the ledger adds up to, while messages are applied', async () => {
    await desk.pool.query('update events set capacity = 1 where id = $1', [desk.eventId]);
    const late = Array.from({ length: 20 }, () => line({ Operation: 'adjust', CapacityChange: -1 }));
    await Promise.all([
      recomputeCapacity(desk.pool, desk.eventId),
      ...late.map((one) => applyCapacityUpdates(desk.pool, [one])),
    ]);
    const record = await read();
    expect(record.capacity).toBe(record.capacityByLedger);
    expect(await recomputeCapacity(desk.pool, desk.eventId)).toBeNull();
  });
});

const sweep = (sweepId: string = randomUUID()) => ({ sweepId, requestedBy: 'ann' });

function finding(o: Partial<NewFinding> = {}): NewFinding {
  return {
    kind: 'capacity_wrong',
    subject: randomUUID(),
    eventId: desk.eventId,
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
  it('is one however many sweeps see it at once, and keeps who saw it first', async () => {
    const seen = finding();
    const sweeps = Array.from({ length: 5 }, () => sweep());
    const recorded = await Promise.all(sweeps.map((one) => recordFindings(desk.pool, one, [seen])));
    expect(new Set(recorded.flat().map(({ findingId }) => findingId)).size).toBe(1);
    expect(recorded.flat().filter(({ isNew }) => isNew)).toHaveLength(1);
  });

  it('that was repaired stays so, and the same difference later is another one', async () => {
    const seen = finding();
    const [first] = await recordFindings(desk.pool, sweep(), [seen]);
    const findingId = first?.findingId ?? '';
    const standing = await listStandingFindings(desk.pool, { eventId: desk.eventId, kinds: [seen.kind] });
    expect(standing).toContainEqual(expect.objectContaining({ findingId, status: 'found' }));
    await decideFindings(desk.pool, [{ findingId, status: 'repaired', action: 'put right', cause: 'known now' }]);
    await decideFindings(desk.pool, [{ findingId, status: 'gone', action: 'nothing' }]);
    const [again] = await recordFindings(desk.pool, sweep(), [seen]);
    expect(again).toMatchObject({ isNew: true, status: 'found' });
    const { findings } = await listFindings(desk.pool, { eventId: desk.eventId, status: 'repaired', limit: 100 });
    expect(findings.find((one) => one.findingId === findingId)).toMatchObject({
      action: 'put right',
      cause: 'known now',
      by: 'ann',
      expected: 1,
      found: { held: 2 },
    });
  });

  it('that was handed over stands until it is gone', async () => {
    const seen = finding({ kind: 'ticket_without_charge' });
    const [first] = await recordFindings(desk.pool, sweep(), [seen]);
    const findingId = first?.findingId ?? '';
    await decideFindings(desk.pool, [{ findingId, status: 'handed_over', action: 'ask the buyer' }]);
    const [again] = await recordFindings(desk.pool, sweep(), [seen]);
    expect(again).toMatchObject({ findingId, isNew: false, status: 'handed_over' });
    const standing = () => listStandingFindings(desk.pool, { eventId: desk.eventId, kinds: ['ticket_without_charge'] });
    expect(await standing()).toMatchObject([{ findingId, status: 'handed_over' }]);
    const open = await countOpenFindings(desk.pool);
    await decideFindings(desk.pool, [{ findingId, status: 'gone', action: 'it was paid' }]);
    expect(await standing()).toEqual([]);
    expect(await countOpenFindings(desk.pool)).toEqual({ ...open, handedOver: open.handedOver - 1 });
  });

  it('that was seen lately stands behind those that were not, so that each has its turn', async () => {
    const [old, later] = [finding({ kind: 'charge_without_ticket' }), finding({ kind: 'charge_without_ticket' })];
    const standing = async () =>
      (await listStandingFindings(desk.pool, { eventId: desk.eventId, kinds: [old.kind] })).map((one) => one.subject);
    await recordFindings(desk.pool, sweep(), [old]);
    await recordFindings(desk.pool, sweep(), [later]);
    expect(await standing()).toEqual([old.subject, later.subject]);
    await recordFindings(desk.pool, sweep(), [old]);
    expect(await standing()).toEqual([later.subject, old.subject]);
  });

  it('that a second sweep sees gone is repaired all the same, when the first one says that it did it', async () => {
    const [recorded] = await recordFindings(desk.pool, sweep(), [finding()]);
    const findingId = recorded?.findingId ?? '';
    const decide = async (status: 'gone' | 'repaired', action: string): Promise<string | undefined> => {
      await decideFindings(desk.pool, [{ findingId, status, action }]);
      const { findings } = await listFindings(desk.pool, { eventId: desk.eventId, limit: 100 });
      return findings.find((one) => one.findingId === findingId)?.action;
    };
    expect(await decide('gone', 'nothing')).toBe('nothing');
    expect(await decide('repaired', 'put right')).toBe('put right');
    expect(await decide('gone', 'nothing')).toBe('put right');
    expect(await decide('repaired', 'put right again')).toBe('put right');
  });

  it('is listed by what it is about, newest first and in pages', async () => {
    const one = sweep();
    await recordFindings(desk.pool, one, [finding(), finding(), finding({ kind: 'duplicate' })]);
    const page = await listFindings(desk.pool, { sweepId: one.sweepId, limit: 2 });
    const rest = await listFindings(desk.pool, { sweepId: one.sweepId, limit: 2, after: page.next ?? '' });
    expect([page.findings.length, rest.findings.length, rest.next]).toEqual([2, 1, null]);
    const { findings } = await listFindings(desk.pool, { sweepId: one.sweepId, kind: 'duplicate', limit: 9 });
    expect(findings).toHaveLength(1);
  });

  it('cannot be rewritten by the services', async () => {
    const [recorded] = await recordFindings(desk.pool, sweep(), [finding()]);
    const rewrite = desk.pool.query(`update reconciliation_findings set kind = 'duplicate' where id = $1`, [
      recorded?.findingId,
    ]);
    await expect(rewrite).rejects.toMatchObject({ constraint: 'finding_change_is_legal' });
    await expect(desk.pool.query('delete from reconciliation_findings')).rejects.toThrow(/permission denied/);
  });
});

describe('the turn of an event', () => {
  const later = () => new Date(Date.now() + 60_000).toISOString();
  const due = async (which: 'changed' | 'in_turn') =>
    (await listDueEvents(desk.pool, { which, before: later(), limit: 100 })).map(({ eventId }) => eventId);
  const mark = (o: { agoMs?: number; tookMs?: number; unfinished?: boolean } = {}) =>
    putMarks(desk.pool, [
      {
        eventId: desk.eventId,
        lookedAt: new Date(Date.now() - (o.agoMs ?? 0) + 15_000).toISOString(),
        tookMs: o.tookMs ?? 1,
        complete: true,
        unfinished: o.unfinished ?? false,
      },
    ]);

  beforeEach(async () => {
    await desk.pool.query(`update reconciliation_findings set status = 'gone', decided_at = now()
                            where status in ('found', 'handed_over')`);
  });

  it('comes when it was never looked at, when something changes, or when the last look was not all', async () => {
    expect(await due('changed')).toEqual([desk.eventId]);
    await mark();
    expect(await due('changed')).toEqual([]);
    await mark({ unfinished: true, agoMs: -1_000 });
    expect((await findDueEvent(desk.pool, desk.eventId))?.completedAt).not.toBeNull();
  });

  it('comes in any case, the longest unseen first', async () => {
    await mark();
    expect(await due('in_turn')).toEqual([desk.eventId]);
  });

  it('comes as the later of two looks says, whichever is noted last', async () => {
    await mark({ unfinished: true, agoMs: -20_000 });
    const { completedAt } = (await findDueEvent(desk.pool, desk.eventId)) ?? {};
    await mark({ unfinished: false, agoMs: 5_000 });
    const { rows } = await desk.pool.query('select unfinished from reconciliation_marks where event_id = $1', [
      desk.eventId,
    ]);
    expect(rows).toEqual([{ unfinished: true }]);
    expect((await findDueEvent(desk.pool, desk.eventId))?.completedAt).toBe(completedAt);
  });
});

describe('purchases that stand still', () => {
  it('are listed with their owner and as they were asked for, page by page', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.push((await desk.claimed()).purchaseId);
    const found: string[] = [];
    let after: string | null = null;
    for (;;) {
      const page = await listStandingPurchases(desk.pool, { idleMs: 0, after, limit: 2 });
      found.push(...page.map(({ order }) => order.purchaseId));
      const last = page.at(-1);
      if (!last) break;
      after = last.order.purchaseId;
    }
    expect(found.filter((id) => ids.includes(id))).toEqual(ids);
    expect(new Set(found).size).toBe(found.length);
    const [owned] = await findOwners(desk.pool, ids.slice(0, 1));
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
    const recent = await listStandingPurchases(desk.pool, { idleMs: 600_000, after: null, limit: 100 });
    expect(recent).toEqual([]);
  });
});

describe('the money of a purchase', () => {
  it('that may be kept is the price of its valid tickets, and nothing of it is settled while it is in motion', async () => {
    const [kept, given, { purchaseId: open }] = [await sold(2), await sold(1), await desk.persisted()];
    await cancelled(given, true);
    const money = new Map((await readMoney(desk.pool, [kept, given, open])).map((one) => [one.purchaseId, one]));
    expect(money.get(kept)).toMatchObject({ validMinor: 2 * PRICE_MINOR, underWay: false, paidBackByHand: false });
    expect(money.get(given)).toMatchObject({ validMinor: 0, underWay: false, status: 'cancelled' });
    expect(money.get(open)).toMatchObject({ validMinor: 0, underWay: true });
  });
});

describe('a sweep', () => {
  it('is recorded from its beginning to its end', async () => {
    const sweepId = randomUUID();
    await beginSweep(desk.pool, { sweepId, requestedBy: 'ann', scope: 'all', workflowId: 'reconciliation/all' });
    expect(await findSweep(desk.pool, sweepId)).toMatchObject({ finishedAt: null, counts: null, requestedBy: 'ann' });
    const counts = { events: 1, recovered: 0, found: 0, repaired: 0, handedOver: 0 };
    await finishSweep(desk.pool, sweepId, counts);
    expect(await findSweep(desk.pool, sweepId)).toMatchObject({ counts });
    expect(await latestSweep(desk.pool)).toEqual(await findSweep(desk.pool, sweepId));
  });
});
