import { randomUUID } from 'node:crypto';
import { purchaseKey } from '@box-office/contract';
import { purchaseIdOf } from '@box-office/contract/derive';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGateway, standard, tokenOf, type TestGateway } from '../testing/gateway.js';

const ROUTE = 'POST /api/tickets/purchase';

describe('many requests for an event that is sold out', () => {
  let test: TestGateway;
  beforeAll(async () => {
    test = await openTestGateway();
  });
  afterAll(() => test.close());

  /** An event whose only ticket is reserved, and a function that releases it. */
  async function soldOut() {
    const event = await test.createEvent([standard(1)]);
    const counted = await test.inventory.readAvailability(event.id);
    if (counted.kind !== 'counted') throw new Error('the inventory is not usable');
    const hold = { purchaseId: randomUUID(), epoch: 1 };
    const items = [{ ticketType: 'Standard', quantity: 1 }];
    await test.inventory.reserve(event.id, counted.generation, [{ ...hold, userId: 'first', items }]);
    const body = { eventId: event.id, quantity: 1 };
    const buyMany = async (count: number): Promise<number[]> => {
      const answers = await Promise.all(Array.from({ length: count }, () => test.buy(body)));
      return answers.map(({ status }) => status);
    };
    return { event, body, buyMany, release: () => test.inventory.release(event.id, counted.generation, [hold]) };
  }

  it('are refused without a workflow, and the first request after the ticket came back gets it at once', async () => {
    const { event, buyMany, release } = await soldOut();
    for (let wave = 0; wave < 5; wave++) expect(await buyMany(40)).toEqual(Array<number>(40).fill(409));
    expect(test.starts.filter(({ eventId }) => eventId === event.id)).toEqual([]);
    await release();
    const statuses = await buyMany(40);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(new Set(statuses)).toEqual(new Set([201, 409]));
    expect(await buyMany(40)).toEqual(Array<number>(40).fill(409));
  });

  it('get the same answer for the same key, even after the ticket came back', async () => {
    const { body, buyMany, release } = await soldOut();
    await buyMany(2);
    const once = { key: randomUUID(), token: await tokenOf('ann') };
    const refused = await test.buy(body, once);
    const text = await refused.text();
    await release();
    const again = await test.buy(body, once);
    expect([again.status, again.headers.get('Idempotent-Replayed'), await again.text()]).toEqual([409, 'true', text]);
    expect((await test.buy({ ...body, quantity: 2 }, once)).status).toBe(422);
  });

  it('have one answer for concurrent requests with one key', async () => {
    const { body, buyMany } = await soldOut();
    await buyMany(2);
    const once = { key: randomUUID(), token: await tokenOf('ben') };
    const answers = await Promise.all(Array.from({ length: 10 }, () => test.buy(body, once)));
    expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1);
    expect(answers.filter((answer) => answer.headers.get('Idempotent-Replayed') === 'true')).toHaveLength(9);
  });

  it('never hide a ticket from its buyer: a lost key is found in PostgreSQL', async () => {
    const event = await test.createEvent([standard(1)]);
    const body = { eventId: event.id, quantity: 1 };
    const once = { key: randomUUID(), token: await tokenOf('cleo') };
    const bought = await test.buy(body, once);
    expect(bought.status).toBe(201);
    expect((await test.buy(body)).status).toBe(409);
    await test.redis.del(purchaseKey(purchaseIdOf(ROUTE, 'cleo', once.key)));
    const again = await test.buy(body, once);
    expect([again.status, await again.text()]).toEqual([201, await bought.text()]);
  });

  it('are not answered "sold out" from an inventory that is lost', async () => {
    const { event, body, buyMany } = await soldOut();
    await buyMany(2);
    await test.redis.del(`{event:${event.id}}:inventory`);
    const [status] = await buyMany(1);
    expect(status).toBe(503);
    await expect.poll(async () => (await test.buy(body)).status).toBe(201);
  });
});
