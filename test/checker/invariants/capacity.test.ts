import { setTimeout as sleep } from 'node:timers/promises';
import { eventKey } from '@box-office/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cancel, hold } from '../testing/cancellations-and-holds.js';
import { claim, decline, orderOf, sell } from '../testing/sales.js';
import { startCheckerFixture, type CheckerFixture } from '../testing/checker-fixture.js';

let fixture: CheckerFixture;
beforeAll(async () => {
  fixture = await startCheckerFixture();
});
afterAll(() => fixture.close());

const part = (eventId: string, name: string): string => `{${eventKey(eventId)}}:${name}`;

describe('invariant 1 is violated by', () => {
  it('nothing while the stores agree', async () => {
    const event = await fixture.openEvent();
    await sell(fixture, event);
    await sell(fixture, event, [
      { ticketType: 'VIP', quantity: 2 },
      { ticketType: 'Standard', quantity: 1 },
    ]);
    await decline(fixture, event);
    const sold = await sell(fixture, event);
    await cancel(fixture, sold, sold.tickets.slice(0, 1));
    expect((await fixture.check()).kind).toBe('holds');
  });

  it('a hold that has ended in PostgreSQL and is active in Redis', async () => {
    const event = await fixture.openEvent();
    const { holdId, end } = await hold(fixture, event);
    await expect.poll(() => fixture.faultsOf(event.id)).toEqual([]);
    await fixture.tamper(`update ticket_holds set status = 'released' where id = $1`, [holdId]);
    await end();
    expect(await fixture.faultsOf(event.id)).toEqual(['1 buyer_count_differs', '1 orphaned_hold']);
  });

  it('a hold that is active in PostgreSQL and missing in Redis', async () => {
    const event = await fixture.openEvent();
    const { holdId, end } = await hold(fixture, event);
    await fixture.inventory.release(event.id, 1, [{ purchaseId: holdId, epoch: 1 }]);
    expect(await fixture.faultsOf(event.id)).toEqual(['1 buyer_count_differs', '1 hold_differs']);
    await fixture.tamper(`update ticket_holds set status = 'released' where id = $1`, [holdId]);
    await end();
  });

  it('a wiped inventory', async () => {
    const event = await fixture.openEvent();
    await fixture.redis.del(part(event.id, 'inventory'));
    expect(await fixture.faultsOf(event.id)).toEqual(['1 inventory_unusable']);
  });

  it('wrong counters in Redis', async () => {
    const event = await fixture.openEvent();
    await sell(fixture, event);
    await fixture.redis.hincrby(part(event.id, 'inventory'), 'sold:Standard', 1);
    await fixture.redis.hincrby(part(event.id, 'inventory'), 'next:Standard', 1);
    expect(await fixture.faultsOf(event.id)).toEqual([
      '1 counts_do_not_add_up',
      '1 free_serials_differ',
      '1 sold_differs',
    ]);
  });

  it('a wrong total in Redis', async () => {
    const event = await fixture.openEvent();
    await fixture.redis.hincrby(part(event.id, 'inventory'), 'total:VIP', 1);
    expect(await fixture.faultsOf(event.id)).toEqual(['1 inventory_unusable']);
  });

  it('a read model that differs from the inventory', async () => {
    const event = await fixture.openEvent();
    const json = await fixture.redis.get(eventKey(event.id));
    await fixture.redis.set(eventKey(event.id), json?.replace('"available":20', '"available":19') ?? '');
    expect(await fixture.faultsOf(event.id)).toEqual(['1 read_model_missing']);
    const consistent = json?.replace('"available":20', '"available":19').replace('"held":0', '"held":1');
    await fixture.redis.set(eventKey(event.id), consistent ?? '');
    expect(await fixture.faultsOf(event.id)).toEqual(['1 counts_do_not_add_up']);
  });

  it('a reservation without a purchase', async () => {
    const event = await fixture.openEvent();
    const order = orderOf(event, [{ ticketType: 'VIP', quantity: 1 }], 'pm_approve');
    await fixture.inventory.reserve(event.id, 1, [{ ...order, epoch: 1 }]);
    expect(await fixture.faultsOf(event.id)).toEqual(['1 buyer_count_differs', '1 orphaned_hold']);
  });

  it('a sale that is missing in Redis', async () => {
    const event = await fixture.openEvent();
    const sold = await sell(fixture, event);
    const items = [{ ticketType: 'Standard', serials: sold.tickets.map(({ serial }) => serial) }];
    await fixture.inventory.giveBack(event.id, 1, [{ purchaseId: sold.purchaseId, items }]);
    expect(await fixture.faultsOf(event.id)).toEqual(['1 buyer_count_differs', '1 sale_differs', '1 sold_differs']);
  });

  it('a buyer whose count towards the limit is wrong', async () => {
    const event = await fixture.openEvent();
    const { userId } = await sell(fixture, event);
    await fixture.redis.hincrby(part(event.id, 'buyers'), userId, 1);
    expect(await fixture.faultsOf(event.id)).toEqual(['1 buyer_count_differs']);
    await fixture.redis.hincrby(part(event.id, 'buyers'), userId, -1);
    expect(await fixture.faultsOf(event.id)).toEqual([]);
    await fixture.tamper('update event_buyers set tickets = tickets - 1 where user_id = $1', [userId]);
    expect(await fixture.faultsOf(event.id)).toEqual(['1 buyer_count_differs']);
  });

  it('a serial that is neither owned nor free', async () => {
    const event = await fixture.openEvent();
    const order = orderOf(event, [{ ticketType: 'VIP', quantity: 2 }], 'pm_approve');
    await fixture.inventory.reserve(event.id, 1, [{ ...order, epoch: 1 }]);
    await fixture.inventory.release(event.id, 1, [{ ...order, epoch: 1 }]);
    await fixture.redis.zremrangebyrank(part(event.id, 'free'), 0, 0);
    expect(await fixture.faultsOf(event.id)).toEqual(['1 free_serials_differ']);
  });

  it('a pending ticket of a purchase that has ended', async () => {
    const event = await fixture.openEvent();
    const { purchaseId } = await decline(fixture, event);
    await fixture.tamper(
      `insert into event_tickets (id, event_id, ticket_type, serial, purchase_id, user_id, price_minor, currency, status)
       values (gen_random_uuid(), $1, 'VIP', 5, $2, 'b', 0, 'EUR', 'pending')`,
      [event.id, purchaseId],
    );
    expect(await fixture.faultsOf(event.id)).toEqual(['1 ticket_left_pending']);
  });
});

it('waits for a purchase that is open, and gives no verdict on it while it changes', async () => {
  const event = await fixture.openEvent();
  await claim(fixture, orderOf(event, [{ ticketType: 'VIP', quantity: 1 }], 'pm_approve'));
  const checking = fixture.check({ quiescenceTimeoutMs: 1_000 });
  await sleep(300);
  await fixture.pool.query(`update event_ticket_transactions set request_id = 'later' where event_id = $1`, [event.id]);
  expect((await checking).kind).toBe('unknown');
});
