import { randomUUID } from 'node:crypto';
import { CAPACITY_UPDATES_QUEUE } from '@box-office/contract';
import { deadLetterQueueOf } from '@box-office/messaging';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cancel } from '../testing/cancellations-and-holds.js';
import { decline, sell } from '../testing/sales.js';
import { startCheckerFixture, violationsIn, type CheckerFixture } from '../testing/checker-fixture.js';

let fixture: CheckerFixture;
beforeAll(async () => {
  fixture = await startCheckerFixture();
});
afterAll(() => fixture.close());

describe('invariant 5 is violated by', () => {
  it('nothing while each sale has its two lines', async () => {
    const event = await fixture.openEvent();
    await sell(fixture, event);
    expect((await fixture.check()).kind).toBe('holds');
  });

  it('a missing ledger line', async () => {
    const event = await fixture.openEvent();
    const { purchaseId } = await sell(fixture, event);
    await fixture.tamper('delete from capacity_ledger where purchase_id = $1', [purchaseId]);
    expect(await fixture.faultsOf(event.id)).toEqual(['5 ledger_line_missing', '6 capacity_is_not_its_ledger']);
  });

  it('a doubled ledger line', async () => {
    const event = await fixture.openEvent();
    const { purchaseId } = await sell(fixture, event);
    await fixture.tamper(
      `insert into capacity_ledger (message_id, event_id, purchase_id, transaction_id, operation, change, items, occurred_at)
       select gen_random_uuid(), event_id, purchase_id, transaction_id, operation, change, items, occurred_at
         from capacity_ledger where purchase_id = $1`,
      [purchaseId],
    );
    expect(await fixture.faultsOf(event.id)).toEqual(['5 ledger_line_doubled', '6 capacity_is_not_its_ledger']);
  });

  it('a ledger line with a wrong amount', async () => {
    const event = await fixture.openEvent();
    const { purchaseId } = await sell(fixture, event);
    await fixture.tamper('update capacity_ledger set change = change - 1 where purchase_id = $1', [purchaseId]);
    expect(await fixture.faultsOf(event.id)).toEqual(['5 ledger_line_differs', '6 capacity_is_not_its_ledger']);
  });

  it('a ledger line without a sale', async () => {
    const event = await fixture.openEvent();
    const { purchaseId } = await decline(fixture, event);
    await fixture.tamper(
      `insert into capacity_ledger (message_id, event_id, purchase_id, operation, change, items, occurred_at)
       values (gen_random_uuid(), $1, $2, 'purchase', -1, '[]', now())`,
      [event.id, purchaseId],
    );
    expect(await fixture.faultsOf(event.id)).toEqual(['5 ledger_line_unfounded', '6 capacity_is_not_its_ledger']);
  });

  it('a missing audit line', async () => {
    const event = await fixture.openEvent();
    const { purchaseId } = await sell(fixture, event);
    await fixture.tamper('delete from audit_logs where purchase_id = $1', [purchaseId]);
    expect(await fixture.faultsOf(event.id)).toEqual(['5 audit_line_missing']);
  });

  it('a doubled audit line', async () => {
    const event = await fixture.openEvent();
    const { purchaseId } = await sell(fixture, event);
    await fixture.tamper(
      `select from audit_logs, append_audit_lines(jsonb_build_array(jsonb_build_object(
                'messageId', gen_random_uuid(), 'kind', kind, 'purchaseId', purchase_id, 'eventId', event_id,
                'amountMinor', amount_minor, 'occurredAt', occurred_at, 'details', '{}')))
        where purchase_id = $1`,
      [purchaseId],
    );
    expect(await fixture.faultsOf(event.id)).toEqual(['5 audit_line_doubled']);
  });

  it('a cancellation without its audit line', async () => {
    const event = await fixture.openEvent();
    const sold = await sell(fixture, event);
    await cancel(fixture, sold, sold.tickets.slice(0, 1));
    await cancel(fixture, sold, sold.tickets.slice(1));
    expect(await fixture.faultsOf(event.id)).toEqual([]);
    await fixture.tamper(
      `delete from audit_logs where message_id = (
         select message_id from audit_logs where kind = 'cancel' and purchase_id = $1 limit 1)`,
      [sold.purchaseId],
    );
    expect(await fixture.faultsOf(event.id)).toEqual(['5 audit_line_missing']);
  });

  it('a cancellation that gave back more than it cancelled', async () => {
    const event = await fixture.openEvent();
    const sold = await sell(fixture, event);
    await cancel(fixture, sold, sold.tickets);
    await fixture.tamper(
      `update capacity_ledger set change = change + 1 where operation = 'cancel' and event_id = $1`,
      [event.id],
    );
    expect(await fixture.faultsOf(event.id)).toEqual(['5 ledger_line_differs', '6 capacity_is_not_its_ledger']);
  });

  it('a ledger line without a cancellation', async () => {
    const event = await fixture.openEvent();
    await fixture.tamper(
      `insert into capacity_ledger (message_id, event_id, operation, change, items, occurred_at)
       values (gen_random_uuid(), $1, 'cancel', 1, '[]', now())`,
      [event.id],
    );
    expect(violationsIn(await fixture.check())).toContainEqual(
      expect.objectContaining({ invariant: 5, fault: 'ledger_line_unfounded', expected: 'no line', found: 1 }),
    );
  });

  it('a dead letter', async () => {
    const queue = deadLetterQueueOf(`${fixture.options.queuePrefix}${CAPACITY_UPDATES_QUEUE}`);
    await fixture.publisher.publish([{ queue, messageId: randomUUID(), body: {} }]);
    expect(violationsIn(await fixture.check())).toContainEqual(
      expect.objectContaining({ invariant: 5, fault: 'dead_letter', found: 1 }),
    );
  });
});
