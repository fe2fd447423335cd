import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sell } from '../testing/sales.js';
import { openSmallOffice, type SmallOffice } from '../testing/small-office.js';

let office: SmallOffice;
beforeAll(async () => {
  office = await openSmallOffice();
});
afterAll(() => office.close());

const find = (kind: string, status: string, eventId: string): Promise<void> =>
  office.tamper(
    `insert into reconciliation_findings (sweep_id, kind, subject, event_id, expected, found, cause, action, status,
                                          requested_by, decided_at)
     values (gen_random_uuid(), $1, gen_random_uuid()::text, $2, '1', '0', 'somebody', 'mended', $3, 'test', now())`,
    [kind, eventId, status],
  );

describe('what reconciliation had to mend', () => {
  it('is a violation of its invariant, unless workflows were terminated', async () => {
    const event = await office.openEvent();
    await sell(office, event);
    await find('missing_message', 'repaired', event.id);
    await find('charge_without_ticket', 'handed_over', event.id);
    expect(await office.faultsOf(event.id)).toEqual(['3 mended_charge_without_ticket', '5 mended_missing_message']);
    expect(await office.faultsOf(event.id, { workflowsLost: true })).toEqual([]);
  });

  it('is none where nothing was wrong but a read model, or all was well at the second look', async () => {
    const event = await office.openEvent();
    await find('wrong_read_model', 'repaired', event.id);
    await find('orphaned_hold', 'gone', event.id);
    expect(await office.faultsOf(event.id)).toEqual([]);
  });
});
