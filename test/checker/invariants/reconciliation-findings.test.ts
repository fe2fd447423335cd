import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

  it('is no violation if only a read model was wrong, or the second check found no difference', async () => {
    const { id: eventId } = await fixture.openEvent();
    await plantFinding('wrong_read_model', 'repaired', { eventId });
    await plantFinding('orphaned_hold', 'gone', { eventId });
    await plantFinding('capacity_wrong', 'repaired', { eventId, subject: 'inventory' });
    expect(await fixture.faultsOf(eventId)).toEqual([]);
  });
});
