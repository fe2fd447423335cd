import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSmallOffice, type SmallOffice } from '../testing/small-office.js';

let office: SmallOffice;
beforeAll(async () => {
  office = await openSmallOffice();
});
afterAll(() => office.close());

interface Planted {
  readonly eventId: string;
  readonly purchaseId?: string;
  readonly subject?: string;
  readonly cause?: string;
}

const find = (kind: string, status: string, o: Planted): Promise<void> =>
  office.tamper(
    `insert into reconciliation_findings (sweep_id, kind, subject, event_id, purchase_id, expected, found, cause,
                                          action, status, requested_by, decided_at)
     values (gen_random_uuid(), $1, $2, $3, $4, '1', '0', $5, 'mended', $6, 'test', now())`,
    [kind, o.subject ?? randomUUID(), o.eventId, o.purchaseId ?? null, o.cause ?? 'somebody', status],
  );

describe('what reconciliation had to mend', () => {
  it('is a violation of its invariant', async () => {
    const { id: eventId } = await office.openEvent();
    await find('missing_message', 'repaired', { eventId });
    await find('charge_without_ticket', 'handed_over', { eventId });
    expect(await office.faultsOf(eventId)).toEqual(['3 mended_charge_without_ticket', '5 mended_missing_message']);
    expect(await office.faultsOf(eventId, { workflowsLost: true })).toHaveLength(2);
  });

  it('is none where a workflow was terminated, of what that one left behind', async () => {
    const { id: eventId } = await office.openEvent();
    const [purchaseId, holdId] = [randomUUID(), randomUUID()];
    const terminated = 'its workflow purchase/1 is over: terminated';
    await find('abandoned', 'repaired', { eventId, purchaseId, subject: `purchase ${purchaseId}`, cause: terminated });
    await find('orphaned_hold', 'repaired', { eventId, purchaseId, subject: purchaseId });
    await find('abandoned', 'repaired', { eventId, subject: `hold ${holdId}`, cause: terminated });
    await find('orphaned_hold', 'repaired', { eventId, subject: holdId });
    expect(await office.faultsOf(eventId)).toEqual(['1 mended_orphaned_hold', '7 mended_abandoned']);
    expect(await office.faultsOf(eventId, { workflowsLost: true })).toEqual([]);
    await find('orphaned_hold', 'repaired', { eventId, purchaseId: randomUUID() });
    expect(await office.faultsOf(eventId, { workflowsLost: true })).toEqual(['1 mended_orphaned_hold']);
  });

  it('is none where nothing was wrong but a read model, or all was well at the second look', async () => {
    const { id: eventId } = await office.openEvent();
    await find('wrong_read_model', 'repaired', { eventId });
    await find('orphaned_hold', 'gone', { eventId });
    await find('capacity_wrong', 'repaired', { eventId, subject: 'inventory' });
    expect(await office.faultsOf(eventId)).toEqual([]);
  });
});
