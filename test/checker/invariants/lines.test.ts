import { randomUUID } from 'node:crypto';
import { CAPACITY_UPDATES_QUEUE } from '@box-office/contract';
import { deadLetterQueueOf } from '@box-office/messaging';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cancel } from '../testing/aftermath.js';
import { decline, sell } from '../testing/sales.js';
import { openSmallOffice, violationsIn, type SmallOffice } from '../testing/small-office.js';

let office: SmallOffice;
beforeAll(async () => {
  office = await openSmallOffice();
});
afterAll(() => office.close());

describe('invariant 5 is violated by', () => {
  it('nothing while each sale has its two lines', async () => {
    const event = await office.openEvent();
    await sell(office, event);
    expect((await office.check()).kind).toBe('holds');
  });

  it('a missing ledger line', async () => {
    const event = await office.openEvent();
    const { purchaseId } = await sell(office, event);
    await office.tamper('delete from capacity_ledger where purchase_id = $1', [purchaseId]);
    expect(await office.faultsOf(event.id)).toEqual(['5 ledger_line_missing', '6 capacity_is_not_its_ledger']);
  });

  it('a doubled ledger line', async () => {
    const event = await office.openEvent();
    const { purchaseId } = await sell(office, event);
    await office.tamper(
      `insert into capacity_ledger (message_id, event_id, purchase_id, transaction_id, operation, change, items, occurred_at)
       select gen_random_uuid(), event_id, purchase_id, transaction_id, operation, change, items, occurred_at
         from capacity_ledger where purchase_id = $1`,
      [purchaseId],
    );
    expect(await office.faultsOf(event.id)).toEqual(['5 ledger_line_doubled', '6 capacity_is_not_its_ledger']);
  });

  it('a ledger line that says something else', async () => {
    const event = await office.openEvent();
    const { purchaseId } = await sell(office, event);
    await office.tamper('update capacity_ledger set change = change - 1 where purchase_id = $1', [purchaseId]);
    expect(await office.faultsOf(event.id)).toEqual(['5 ledger_line_differs', '6 capacity_is_not_its_ledger']);
  });

  it('a ledger line of a sale that was none', async () => {
    const event = await office.openEvent();
    const { purchaseId } = await decline(office, event);
    await office.tamper(
      `insert into capacity_ledger (message_id, event_id, purchase_id, operation, change, items, occurred_at)
       values (gen_random_uuid(), $1, $2, 'purchase', -1, '[]', now())`,
      [event.id, purchaseId],
    );
    expect(await office.faultsOf(event.id)).toEqual(['5 ledger_line_unfounded', '6 capacity_is_not_its_ledger']);
  });

  it('a missing audit line', async () => {
    const event = await office.openEvent();
    const { purchaseId } = await sell(office, event);
    await office.tamper('delete from audit_logs where purchase_id = $1', [purchaseId]);
    expect(await office.faultsOf(event.id)).toEqual(['5 audit_line_missing']);
  });

  it('a doubled audit line', async () => {
    const event = await office.openEvent();
    const { purchaseId } = await sell(office, event);
    await office.tamper(
      `select from audit_logs, append_audit_lines(jsonb_build_array(jsonb_build_object(
                'messageId', gen_random_uuid(), 'kind', kind, 'purchaseId', purchase_id, 'eventId', event_id,
                'amountMinor', amount_minor, 'occurredAt', occurred_at, 'details', '{}')))
        where purchase_id = $1`,
      [purchaseId],
    );
    expect(await office.faultsOf(event.id)).toEqual(['5 audit_line_doubled']);
  });

  it('a cancellation that one of the books does not tell of', async () => {
    const event = await office.openEvent();
    const sold = await sell(office, event);
    await cancel(office, sold, sold.tickets.slice(0, 1));
    await cancel(office, sold, sold.tickets.slice(1));
    expect(await office.faultsOf(event.id)).toEqual([]);
    await office.tamper(
      `delete from audit_logs where message_id = (
         select message_id from audit_logs where kind = 'cancel' and purchase_id = $1 limit 1)`,
      [sold.purchaseId],
    );
    expect(await office.faultsOf(event.id)).toEqual(['5 audit_line_missing']);
  });

  it('a cancellation that gave back more than it cancelled', async () => {
    const event = await office.openEvent();
    const sold = await sell(office, event);
    await cancel(office, sold, sold.tickets);
    await office.tamper(`update capacity_ledger set change = change + 1 where operation = 'cancel' and event_id = $1`, [
      event.id,
    ]);
    expect(await office.faultsOf(event.id)).toEqual(['5 ledger_line_differs', '6 capacity_is_not_its_ledger']);
  });

  it('a line of a cancellation that was none', async () => {
    const event = await office.openEvent();
    await office.tamper(
      `insert into capacity_ledger (message_id, event_id, operation, change, items, occurred_at)
       values (gen_random_uuid(), $1, 'cancel', 1, '[]', now())`,
      [event.id],
    );
    expect(violationsIn(await office.check())).toContainEqual(
      expect.objectContaining({ invariant: 5, fault: 'ledger_line_unfounded', expected: 'no line', found: 1 }),
    );
  });

  it('a dead letter', async () => {
    const queue = deadLetterQueueOf(`${office.options.queuePrefix}${CAPACITY_UPDATES_QUEUE}`);
    await office.publisher.publish([{ queue, messageId: randomUUID(), body: {} }]);
    expect(violationsIn(await office.check())).toContainEqual(
      expect.objectContaining({ invariant: 5, fault: 'dead_letter', found: 1 }),
    );
  });
});
