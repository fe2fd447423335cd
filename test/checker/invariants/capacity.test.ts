import { setTimeout as sleep } from 'node:timers/promises';
import { eventKey } from '@box-office/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cancel, hold } from '../testing/aftermath.js';
import { claim, decline, orderOf, sell } from '../testing/sales.js';
import { openSmallOffice, type SmallOffice } from '../testing/small-office.js';

let office: SmallOffice;
beforeAll(async () => {
  office = await openSmallOffice();
});
afterAll(() => office.close());

const part = (eventId: string, name: string): string => `{${eventKey(eventId)}}:${name}`;

describe('invariant 1 is violated by', () => {
  it('nothing while the stores agree', async () => {
    const event = await office.openEvent();
    await sell(office, event);
    await sell(office, event, [
      { ticketType: 'VIP', quantity: 2 },
      { ticketType: 'Standard', quantity: 1 },
    ]);
    await decline(office, event);
    const sold = await sell(office, event);
    await cancel(office, sold, sold.tickets.slice(0, 1));
    expect((await office.check()).kind).toBe('holds');
  });

  it('a hold that is over in PostgreSQL and goes on in Redis', async () => {
    const event = await office.openEvent();
    const { holdId, end } = await hold(office, event);
    await expect.poll(() => office.faultsOf(event.id), { timeout: 10_000 }).toEqual([]);
    await office.tamper(`update ticket_holds set status = 'released' where id = $1`, [holdId]);
    await end();
    expect(await office.faultsOf(event.id)).toEqual(['1 buyer_count_differs', '1 orphaned_hold']);
  });

  it('a hold that stands in PostgreSQL and that Redis lost', async () => {
    const event = await office.openEvent();
    const { holdId, end } = await hold(office, event);
    await office.inventory.release(event.id, 1, [{ purchaseId: holdId, epoch: 1 }]);
    expect(await office.faultsOf(event.id)).toEqual(['1 buyer_count_differs', '1 hold_differs']);
    await office.tamper(`update ticket_holds set status = 'released' where id = $1`, [holdId]);
    await end();
  });

  it('a wiped inventory', async () => {
    const event = await office.openEvent();
    await office.redis.del(part(event.id, 'inventory'));
    expect(await office.faultsOf(event.id)).toEqual(['1 inventory_unusable']);
  });

  it('counters that are off', async () => {
    const event = await office.openEvent();
    await sell(office, event);
    await office.redis.hincrby(part(event.id, 'inventory'), 'sold:Standard', 1);
    await office.redis.hincrby(part(event.id, 'inventory'), 'next:Standard', 1);
    expect(await office.faultsOf(event.id)).toEqual([
      '1 counts_do_not_add_up',
      '1 free_serials_differ',
      '1 sold_differs',
    ]);
  });

  it('a total that Redis has wrong', async () => {
    const event = await office.openEvent();
    await office.redis.hincrby(part(event.id, 'inventory'), 'total:VIP', 1);
    expect(await office.faultsOf(event.id)).toEqual(['1 inventory_unusable']);
  });

  it('a read model that shows buyers something else', async () => {
    const event = await office.openEvent();
    const json = await office.redis.get(eventKey(event.id));
    await office.redis.set(eventKey(event.id), json?.replace('"available":20', '"available":19') ?? '');
    expect(await office.faultsOf(event.id)).toEqual(['1 read_model_missing']);
    const consistent = json?.replace('"available":20', '"available":19').replace('"held":0', '"held":1');
    await office.redis.set(eventKey(event.id), consistent ?? '');
    expect(await office.faultsOf(event.id)).toEqual(['1 counts_do_not_add_up']);
  });

  it('a reservation that nobody will ever release', async () => {
    const event = await office.openEvent();
    const order = orderOf(event, [{ ticketType: 'VIP', quantity: 1 }], 'pm_approve');
    await office.inventory.reserve(event.id, 1, [{ ...order, epoch: 1 }]);
    expect(await office.faultsOf(event.id)).toEqual(['1 buyer_count_differs', '1 orphaned_hold']);
  });

  it('a sale that Redis was never told of', async () => {
    const event = await office.openEvent();
    const sold = await sell(office, event);
    const items = [{ ticketType: 'Standard', serials: sold.tickets.map(({ serial }) => serial) }];
    await office.inventory.giveBack(event.id, 1, [{ purchaseId: sold.purchaseId, items }]);
    expect(await office.faultsOf(event.id)).toEqual(['1 buyer_count_differs', '1 sale_differs', '1 sold_differs']);
  });

  it('a buyer whose count towards the limit is wrong', async () => {
    const event = await office.openEvent();
    const { userId } = await sell(office, event);
    await office.redis.hincrby(part(event.id, 'buyers'), userId, 1);
    expect(await office.faultsOf(event.id)).toEqual(['1 buyer_count_differs']);
    await office.redis.hincrby(part(event.id, 'buyers'), userId, -1);
    expect(await office.faultsOf(event.id)).toEqual([]);
    await office.tamper('update event_buyers set tickets = tickets - 1 where user_id = $1', [userId]);
    expect(await office.faultsOf(event.id)).toEqual(['1 buyer_count_differs']);
  });

  it('a serial that is lost to everybody', async () => {
    const event = await office.openEvent();
    const order = orderOf(event, [{ ticketType: 'VIP', quantity: 2 }], 'pm_approve');
    await office.inventory.reserve(event.id, 1, [{ ...order, epoch: 1 }]);
    await office.inventory.release(event.id, 1, [{ ...order, epoch: 1 }]);
    await office.redis.zremrangebyrank(part(event.id, 'free'), 0, 0);
    expect(await office.faultsOf(event.id)).toEqual(['1 free_serials_differ']);
  });

  it('a pending ticket of a purchase that is over', async () => {
    const event = await office.openEvent();
    const { purchaseId } = await decline(office, event);
    await office.tamper(
      `insert into event_tickets (id, event_id, ticket_type, serial, purchase_id, user_id, price_minor, currency, status)
       values (gen_random_uuid(), $1, 'VIP', 5, $2, 'b', 0, 'EUR', 'pending')`,
      [event.id, purchaseId],
    );
    expect(await office.faultsOf(event.id)).toEqual(['1 ticket_left_pending']);
  });
});

it('waits for a purchase that is still open, and does not judge it while it changes', async () => {
  const event = await office.openEvent();
  await claim(office, orderOf(event, [{ ticketType: 'VIP', quantity: 1 }], 'pm_approve'));
  const checking = office.check({ restTimeoutMs: 1_000 });
  await sleep(300);
  await office.pool.query(`update event_ticket_transactions set request_id = 'later' where event_id = $1`, [event.id]);
  expect((await checking).kind).toBe('unknown');
});
