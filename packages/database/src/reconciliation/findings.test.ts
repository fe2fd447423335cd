import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { applyCapacityUpdates } from '../audit/apply-capacity-updates.js';
import { capacityUpdate } from '../audit/testing/messages.js';
import { openEventFixture, type EventFixture } from '../cancellations/testing/event-fixture.js';
import { correctLedger } from './correct-capacity.js';
import {
  countOpenFindings,
  decideFindings,
  listActiveFindings,
  listFindings,
  recordFindings,
  type NewFinding,
} from './findings.js';
import { beginRepair } from './made-repairs.js';
import { storableText } from '../storable-text.js';
import { newFinding, newRun as run } from './testing/new-finding.js';

let fixture: EventFixture;

beforeAll(async () => {
  fixture = await openEventFixture(inject('stack'));
});
afterAll(() => fixture.close());

const finding = (changes: Partial<NewFinding> = {}) => newFinding(fixture.eventId, changes);

/** What the audit log says was done about a finding. */
async function auditedActions(findingId: string): Promise<string[]> {
  const { rows } = await fixture.pool.query<{ action: string }>(
    `select state_after ->> 'action' as action from audit_logs where details ->> 'findingId' = $1 order by state_after ->> 'status'`,
    [findingId],
  );
  return rows.map(({ action }) => action);
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

  it('that was handed over is decided again with its new action once its cause has changed', async () => {
    const seen = finding();
    const [first] = await recordFindings(fixture.pool, run(), [seen]);
    const findingId = first?.findingId ?? '';
    await decideFindings(fixture.pool, [{ findingId, status: 'handed_over', action: 'decide about a part' }]);
    const same = await recordFindings(fixture.pool, run(), [{ ...seen, action: 'another' }]);
    expect(same).toMatchObject([{ findingId, status: 'handed_over' }]);
    const changed = { ...seen, cause: 'all of it', action: 'cancel the tickets' };
    expect(await recordFindings(fixture.pool, run(), [changed])).toMatchObject([{ findingId, status: 'found' }]);
    const { findings } = await listFindings(fixture.pool, { eventId: fixture.eventId, limit: 100 });
    expect(findings.find((one) => one.findingId === findingId)).toMatchObject({
      status: 'found',
      decidedAt: null,
      cause: 'all of it',
      action: 'cancel the tickets',
    });
    await decideFindings(fixture.pool, [{ findingId, status: 'handed_over', action: 'cancel the tickets' }]);
    expect(await auditedActions(findingId)).toEqual(['decide about a part', 'cancel the tickets']);
  });

  it('is recorded whatever its texts contain', async () => {
    const subject = `a\u0000 \ud83c ${randomUUID()}`;
    const found = { begins: 'cut \ud83c', 'a\u0000': 'b\u0000', path: 'c:\\u0000 \\', whole: '🎫' };
    const recorded = await recordFindings(fixture.pool, run(), [finding({ subject, found }), finding()]);
    expect(recorded.map((one) => one.subject)).toContain(storableText(subject));
    const { findings } = await listFindings(fixture.pool, { eventId: fixture.eventId, limit: 100 });
    expect(findings.find((one) => one.subject === storableText(subject))?.found).toEqual({
      begins: 'cut \ufffd',
      'a\ufffd': 'b\ufffd',
      path: 'c:\\u0000 \\',
      whole: '🎫',
    });
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

  it('that was repaired has one line in the audit log, also if a second run reported it as gone', async () => {
    const [recorded] = await recordFindings(fixture.pool, run(), [finding()]);
    const findingId = recorded?.findingId ?? '';
    for (const status of ['gone', 'repaired', 'repaired'] as const) {
      await decideFindings(fixture.pool, [{ findingId, status, action: 'as reported' }]);
    }
    expect(await auditedActions(findingId)).toEqual(['as reported']);
  });

  it('that is gone after a repair of money had begun is repaired, with a line in the audit log', async () => {
    const [recorded] = await recordFindings(fixture.pool, run(), [finding()]);
    const findingId = recorded?.findingId ?? '';
    await beginRepair(fixture.pool, findingId);
    const decided = await decideFindings(fixture.pool, [{ findingId, status: 'gone', action: 'nothing' }]);
    const action = 'an earlier attempt began this, and the discrepancy is gone: to be put right';
    expect(decided).toEqual([{ findingId, status: 'repaired', action }]);
    expect(await auditedActions(findingId)).toEqual([action]);
  });

  it('that is gone after its correction of the ledger is repaired, with a line in the audit log', async () => {
    const { pool, eventId } = fixture;
    const purchaseId = randomUUID();
    await applyCapacityUpdates(pool, [capacityUpdate(eventId, -1, { PurchaseId: purchaseId })]);
    const [recorded] = await recordFindings(pool, run(), [finding({ kind: 'duplicate' })]);
    const findingId = recorded?.findingId ?? '';
    expect(await correctLedger(pool, { findingId, eventId, purchaseId })).not.toBe(0);
    await decideFindings(pool, [{ findingId, status: 'gone', action: 'nothing' }]);
    expect(await auditedActions(findingId)).toEqual([
      'an earlier attempt began this, and the discrepancy is gone: to be put right',
    ]);
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
