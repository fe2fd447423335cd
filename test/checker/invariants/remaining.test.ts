import { randomUUID } from 'node:crypto';
import { CAPACITY_UPDATES_QUEUE } from '@box-office/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sell } from '../testing/sales.js';
import { openSmallOffice, type SmallOffice } from '../testing/small-office.js';

let office: SmallOffice;
beforeAll(async () => {
  office = await openSmallOffice();
});
afterAll(() => office.close());

describe('invariant 6 is violated by', () => {
  it('nothing while events.capacity is what remains', async () => {
    const event = await office.openEvent();
    await sell(office, event);
    expect(await office.faultsOf(event.id)).toEqual([]);
  });

  it('a capacity that somebody changed', async () => {
    const event = await office.openEvent();
    await office.tamper('update events set capacity = capacity + 1 where id = $1', [event.id]);
    expect(await office.faultsOf(event.id)).toEqual(['6 capacity_differs', '6 capacity_is_not_its_ledger']);
  });

  it('a capacity that moved without a ledger line, even if it is right', async () => {
    const event = await office.openEvent();
    const { purchaseId } = await sell(office, event);
    await office.tamper('delete from capacity_ledger where purchase_id = $1', [purchaseId]);
    expect(await office.faultsOf(event.id)).toContain('6 capacity_is_not_its_ledger');
  });

  it('nothing that is still in a queue: there is no verdict before it is empty', async () => {
    const queue = `${office.options.queuePrefix}${CAPACITY_UPDATES_QUEUE}`;
    await office.publisher.publish([{ queue, messageId: randomUUID(), body: {} }]);
    const verdict = await office.check({ restTimeoutMs: 200 });
    expect(verdict).toEqual({ kind: 'unknown', causes: [`not at rest: 1 messages wait in ${queue}`] });
  });
});
