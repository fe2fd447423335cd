import { randomUUID } from 'node:crypto';
import { purchaseKey } from '@box-office/contract';
import { purchaseIdOf } from '@box-office/contract/derive';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGateway, standard, tokenOf } from '../../testing/gateway.js';
import type { TestGateway } from '../../testing/gateway.js';

const ROUTE = 'POST /api/tickets/purchase';

describe('a crowd before an event that is sold out', () => {
  let test: TestGateway;
  beforeAll(async () => {
    test = await openTestGateway();
  });
  afterAll(() => test.close());

  /** An event whose only ticket somebody holds, and what lets it go. */
  async function soldOut() {
    const event = await test.createEvent([standard(1)]);
    const look = await test.inventory.look(event.id);
    if (look.kind !== 'counted') throw new Error('the inventory is not usable');
    const hold = { purchaseId: randomUUID(), epoch: 1 };
    const items = [{ ticketType: 'Standard', quantity: 1 }];
    await test.inventory.reserve(event.id, look.generation, [{ ...hold, userId: 'first', items }]);
    const wish = { eventId: event.id, quantity: 1 };
    const crowd = async (count: number): Promise<number[]> => {
      const answers = await Promise.all(Array.from({ length: count }, () => test.buy(wish)));
      return answers.map(({ status }) => status);
    };
    return { event, wish, crowd, letGo: () => test.inventory.release(event.id, look.generation, [hold]) };
  }

  it('is turned away without a workflow, and who comes when the ticket is back gets it at once', async () => {
    const { event, crowd, letGo } = await soldOut();
    for (let wave = 0; wave < 5; wave++) expect(await crowd(40)).toEqual(Array<number>(40).fill(409));
    expect(test.starts.filter(({ eventId }) => eventId === event.id)).toEqual([]);
    await letGo();
    const statuses = await crowd(40);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(new Set(statuses)).toEqual(new Set([201, 409]));
    expect(await crowd(40)).toEqual(Array<number>(40).fill(409));
  });

  it('is told the same again for the same key, even after the ticket came back', async () => {
    const { wish, crowd, letGo } = await soldOut();
    await crowd(2);
    const once = { key: randomUUID(), token: await tokenOf('ann') };
    const refused = await test.buy(wish, once);
    const text = await refused.text();
    await letGo();
    const again = await test.buy(wish, once);
    expect([again.status, again.headers.get('Idempotent-Replayed'), await again.text()]).toEqual([409, 'true', text]);
    expect((await test.buy({ ...wish, quantity: 2 }, once)).status).toBe(422);
  });

  it('has one answer for requests with one key that come at once', async () => {
    const { wish, crowd } = await soldOut();
    await crowd(2);
    const once = { key: randomUUID(), token: await tokenOf('ben') };
    const answers = await Promise.all(Array.from({ length: 10 }, () => test.buy(wish, once)));
    expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1);
    expect(answers.filter((answer) => answer.headers.get('Idempotent-Replayed') === 'true')).toHaveLength(9);
  });

  it('never hides a ticket from who has it: a lost key is found in PostgreSQL', async () => {
    const event = await test.createEvent([standard(1)]);
    const wish = { eventId: event.id, quantity: 1 };
    const once = { key: randomUUID(), token: await tokenOf('cleo') };
    const bought = await test.buy(wish, once);
    expect(bought.status).toBe(201);
    expect((await test.buy(wish)).status).toBe(409);
    await test.redis.del(purchaseKey(purchaseIdOf(ROUTE, 'cleo', once.key)));
    const again = await test.buy(wish, once);
    expect([again.status, await again.text()]).toEqual([201, await bought.text()]);
  });

  it('is not told "sold out" from an inventory that is gone', async () => {
    const { event, wish, crowd } = await soldOut();
    await crowd(2);
    await test.redis.del(`{event:${event.id}}:inventory`);
    const [status] = await crowd(1);
    expect(status).toBe(503);
    await expect.poll(async () => (await test.buy(wish)).status, { timeout: 10_000 }).toBe(201);
  });
});
