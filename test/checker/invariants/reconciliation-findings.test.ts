import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CorruptedKey } from '../corrupted-keys.js';
import { startCheckerFixture, type CheckerFixture } from '../testing/checker-fixture.js';

let fixture: CheckerFixture;
beforeAll(async () => {
  fixture = await startCheckerFixture();
});
afterAll(() => fixture.close());

interface Planted {
  readonly eventId: string;
  readonly purchaseId?: string;
  readonly subject?: string;
  readonly cause?: string;
}

const plantFinding = (kind: string, status: string, o: Planted): Promise<void> =>
  fixture.tamper(
    `insert into reconciliation_findings (reconciliation_id, kind, subject, event_id, purchase_id, expected, found, cause,
                                          action, status, requested_by, decided_at)
     values (gen_random_uuid(), $1, $2, $3, $4, '1', '0', $5, 'repaired', $6, 'test', now())`,
    [kind, o.subject ?? randomUUID(), o.eventId, o.purchaseId ?? null, o.cause ?? 'a test', status],
  );

describe('a finding of reconciliation', () => {
  it('is a violation of its invariant', async () => {
    const { id: eventId } = await fixture.openEvent();
    await plantFinding('missing_message', 'repaired', { eventId });
    await plantFinding('charge_without_ticket', 'handed_over', { eventId });
    expect(await fixture.faultsOf(eventId)).toEqual(['3 finding_charge_without_ticket', '5 finding_missing_message']);
    expect(await fixture.faultsOf(eventId, { workflowsTerminated: true })).toHaveLength(2);
  });

  it('is no violation if a terminated workflow caused it', async () => {
    const { id: eventId } = await fixture.openEvent();
    const [purchaseId, holdId] = [randomUUID(), randomUUID()];
    const terminated = 'its workflow purchase/1 is closed: terminated';
    await plantFinding('abandoned', 'repaired', {
      eventId,
      purchaseId,
      subject: `purchase ${purchaseId}`,
      cause: terminated,
    });
    await plantFinding('orphaned_hold', 'repaired', { eventId, purchaseId, subject: purchaseId });
    await plantFinding('abandoned', 'repaired', { eventId, subject: `hold ${holdId}`, cause: terminated });
    await plantFinding('orphaned_hold', 'repaired', { eventId, subject: holdId });
    expect(await fixture.faultsOf(eventId)).toEqual(['1 finding_orphaned_hold', '7 finding_abandoned']);
    expect(await fixture.faultsOf(eventId, { workflowsTerminated: true })).toEqual([]);
    await plantFinding('orphaned_hold', 'repaired', { eventId, purchaseId: randomUUID() });
    expect(await fixture.faultsOf(eventId, { workflowsTerminated: true })).toEqual(['1 finding_orphaned_hold']);
  });

  it('is no violation if a workflow was terminated before it began, and one if it failed', async () => {
    const { id: eventId } = await fixture.openEvent();
    const plant = (cause: string): Promise<void> => {
      const purchaseId = randomUUID();
      return plantFinding('abandoned', 'repaired', { eventId, purchaseId, subject: `purchase ${purchaseId}`, cause });
    };
    await plant('workflow purchases/1 closed before it left a row: terminated');
    expect(await fixture.faultsOf(eventId)).toEqual(['7 finding_abandoned']);
    expect(await fixture.faultsOf(eventId, { workflowsTerminated: true })).toEqual([]);
    await plant('workflow purchases/1 closed before it left a row: failed');
    expect(await fixture.faultsOf(eventId, { workflowsTerminated: true })).toEqual(['7 finding_abandoned']);
  });

  it('is no violation if only a read model was wrong, or the second check found no difference', async () => {
    const { id: eventId } = await fixture.openEvent();
    await plantFinding('wrong_read_model', 'repaired', { eventId });
    await plantFinding('orphaned_hold', 'gone', { eventId });
    await plantFinding('capacity_wrong', 'repaired', { eventId, subject: 'inventory' });
    expect(await fixture.faultsOf(eventId)).toEqual([]);
  });

  describe('about what a fault has overwritten in Redis', () => {
    const [PAST_MS, FUTURE_MS] = [-30_000, 3_600_000];
    const corrupted = (key: string, fields: readonly string[] = [], afterMs = PAST_MS): CorruptedKey => ({
      key,
      fields,
      atMs: Date.now() + afterMs,
    });

    it('is no violation: owners whose entries were unreadable, and the counts of their event', async () => {
      const { id: eventId } = await fixture.openEvent();
      const [sold, held, released] = [randomUUID(), randomUUID(), randomUUID()];
      await plantFinding('lost_hold', 'repaired', { eventId, subject: sold, purchaseId: sold });
      await plantFinding('lost_hold', 'repaired', { eventId, subject: held, purchaseId: held });
      await plantFinding('orphaned_hold', 'repaired', { eventId, subject: released, purchaseId: released });
      await plantFinding('capacity_wrong', 'repaired', { eventId, subject: 'counts of Standard' });
      await plantFinding('capacity_wrong', 'repaired', { eventId, subject: 'tickets per buyer' });
      expect(await fixture.faultsOf(eventId)).toEqual([
        '1 finding_lost_hold',
        '1 finding_orphaned_hold',
        '6 finding_capacity_wrong',
      ]);
      const corruptedKeys = [
        corrupted(`{event:${eventId}}:sales`, [sold]),
        corrupted(`{event:${eventId}}:holds`, [randomUUID(), held]),
        corrupted(`{event:${eventId}}:tombstones`, [released]),
      ];
      expect(await fixture.faultsOf(eventId, { corruptedKeys })).toEqual([]);
    });

    it('is a violation if it is about another event, owner or count, or is of another kind', async () => {
      const [event, other] = [await fixture.openEvent(), await fixture.openEvent()];
      const [owner, another] = [randomUUID(), randomUUID()];
      const corruptedKeys = [
        corrupted(`{event:${event.id}}:sales`, [owner]),
        corrupted(`{event:${event.id}}:free`),
        corrupted(`event:${other.id}`),
      ];
      const faultsWith = async (kind: string, subject: string, eventId = event.id): Promise<string[]> => {
        await plantFinding(kind, 'repaired', { eventId, subject });
        const faults = await fixture.faultsOf(eventId, { corruptedKeys });
        await fixture.tamper('delete from reconciliation_findings');
        return faults;
      };
      expect(await faultsWith('lost_hold', owner)).toEqual([]);
      expect(await faultsWith('lost_hold', another)).toEqual(['1 finding_lost_hold']);
      expect(await faultsWith('lost_hold', owner, other.id)).toEqual(['1 finding_lost_hold']);
      expect(await faultsWith('orphaned_hold', owner)).toEqual(['1 finding_orphaned_hold']);
      expect(await faultsWith('serial_mismatch', owner)).toEqual(['1 finding_serial_mismatch']);
      expect(await faultsWith('charge_without_ticket', owner)).toEqual(['3 finding_charge_without_ticket']);
      expect(await faultsWith('capacity_wrong', 'counts of VIP')).toEqual([]);
      expect(await faultsWith('capacity_wrong', 'counts of VIP', other.id)).toEqual(['6 finding_capacity_wrong']);
      for (const subject of ['total of VIP', 'events.capacity', 'ledger of the totals']) {
        expect(await faultsWith('capacity_wrong', subject)).toEqual(['6 finding_capacity_wrong']);
      }
    });

    it('is a violation if it is older, or if the inventory was rebuilt long before the finding', async () => {
      const { id: eventId } = await fixture.openEvent();
      await plantFinding('capacity_wrong', 'repaired', { eventId, subject: 'counts of VIP' });
      const key = `{event:${eventId}}:free`;
      expect(await fixture.faultsOf(eventId, { corruptedKeys: [corrupted(key)] })).toEqual([]);
      expect(await fixture.faultsOf(eventId, { corruptedKeys: [corrupted(key, [], FUTURE_MS)] })).toHaveLength(1);
      await fixture.tamper(`update event_inventory set changed_at = now() - interval '10 min' where event_id = $1`, [
        eventId,
      ]);
      expect(await fixture.faultsOf(eventId, { corruptedKeys: [corrupted(key)] })).toEqual([]);
      expect(await fixture.faultsOf(eventId, { corruptedKeys: [corrupted(key, [], -FUTURE_MS)] })).toHaveLength(1);
    });
  });
});
