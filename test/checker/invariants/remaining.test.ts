import { randomUUID } from 'node:crypto';
import { CAPACITY_UPDATES_QUEUE } from '@box-office/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sell } from '../testing/sales.js';
import { startCheckerFixture, type CheckerFixture } from '../testing/checker-fixture.js';

let fixture: CheckerFixture;
beforeAll(async () => {
  fixture = await startCheckerFixture();
});
afterAll(() => fixture.close());

describe('invariant 6 is violated by', () => {
  it('nothing while events.capacity is the number of tickets left', async () => {
    const event = await fixture.openEvent();
    await sell(fixture, event);
    expect(await fixture.faultsOf(event.id)).toEqual([]);
  });

  it('a capacity that was changed by hand', async () => {
    const event = await fixture.openEvent();
    await fixture.tamper('update events set capacity = capacity + 1 where id = $1', [event.id]);
    expect(await fixture.faultsOf(event.id)).toEqual(['6 capacity_differs', '6 capacity_is_not_its_ledger']);
  });

  it('a capacity that changed without a ledger line, even if it is right', async () => {
    const event = await fixture.openEvent();
    const { purchaseId } = await sell(fixture, event);
    await fixture.tamper('delete from capacity_ledger where purchase_id = $1', [purchaseId]);
    expect(await fixture.faultsOf(event.id)).toContain('6 capacity_is_not_its_ledger');
  });

  it('no message that is still queued: there is no verdict until the queues are empty', async () => {
    const queue = `${fixture.options.queuePrefix}${CAPACITY_UPDATES_QUEUE}`;
    await fixture.publisher.publish([{ queue, messageId: randomUUID(), body: {} }]);
    const verdict = await fixture.check({ quiescenceTimeoutMs: 200 });
    expect(verdict).toEqual({ kind: 'unknown', causes: [`not quiescent: 1 messages wait in ${queue}`] });
  });
});
