import { randomUUID } from 'node:crypto';
import { eventKey, purchaseKey } from '@box-office/contract';
import { purchaseIdOf } from '@box-office/contract/derive';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StartReply } from '../batching/purchase-starter.js';
import { openTestGateway, standard, tokenOf, type TestGateway } from '../testing/gateway.js';

interface Problem {
  readonly type: string;
  readonly status: number;
  readonly [member: string]: unknown;
}

describe('no sale', () => {
  let test: TestGateway;
  beforeAll(async () => {
    test = await openTestGateway();
  });
  afterAll(() => test.close());

  async function problemOf(response: Response): Promise<Problem> {
    expect(response.headers.get('Content-Type')).toBe('application/problem+json');
    const problem = (await response.json()) as Problem;
    expect(problem.status).toBe(response.status);
    return problem;
  }

  describe('402', () => {
    it('says why the payment was declined, leaves the tickets, and is final for its key', async () => {
      const event = await test.createEvent([standard(1)]);
      const once = { key: randomUUID(), token: await tokenOf('ann') };
      const body = { eventId: event.id, quantity: 1, payment: { method: 'pm_decline' } };
      const first = await test.buy(body, once);
      const text = await first.clone().text();
      expect(await problemOf(first)).toMatchObject({
        type: '/problems/payment-declined',
        reason: 'insufficient_funds',
      });
      const repeat = await test.buy(body, once);
      expect(repeat.headers.get('Idempotent-Replayed')).toBe('true');
      expect(await repeat.text()).toBe(text);
      expect((await test.buy({ eventId: event.id, quantity: 1 })).status).toBe(201);
    });
  });

  describe('404', () => {
    it('is for an unknown event, and leaves the key unused', async () => {
      const token = await tokenOf('ben');
      const key = randomUUID();
      const response = await test.buy({ eventId: 'nowhere', quantity: 1 }, { key, token });
      expect(await problemOf(response)).toMatchObject({ status: 404, type: '/problems/unknown-event' });
      const event = await test.createEvent([standard(1)]);
      // The same key with another body: nothing was kept of the first request.
      await expect
        .poll(async () => (await test.buy({ eventId: event.id, quantity: 1 }, { key, token })).status)
        .toBe(201);
    });
  });

  describe('409', () => {
    it('says how many are left when they are not enough', async () => {
      const event = await test.createEvent([standard(3)]);
      const response = await test.buy({ eventId: event.id, quantity: 4 });
      expect(await problemOf(response)).toMatchObject({
        type: '/problems/not-enough-left',
        ticketType: 'Standard',
        available: 3,
      });
      expect(test.starts.some((order) => order.eventId === event.id)).toBe(false);
    });

    it('takes all items or none', async () => {
      const event = await test.createEvent([standard(5), { name: 'Student', priceMinor: 2_500, total: 0 }]);
      const items = [
        { ticketType: 'Standard', quantity: 1 },
        { ticketType: 'Student', quantity: 1 },
      ];
      const response = await test.buy({ eventId: event.id, items });
      expect(await problemOf(response)).toMatchObject({
        type: '/problems/sold-out',
        ticketType: 'Student',
        available: 0,
      });
    });

    it('sold out stays sold out for its key, while another key gets the tickets that came back', async () => {
      const event = await test.createEvent([standard(1)]);
      const counted = await test.inventory.readAvailability(event.id);
      if (counted.kind !== 'counted') throw new Error('the inventory is not usable');
      const held = { purchaseId: randomUUID(), epoch: 1 };
      const items = [{ ticketType: 'Standard', quantity: 1 }];
      await test.inventory.reserve(event.id, counted.generation, [{ ...held, userId: 'cleo', items }]);
      const late = { key: randomUUID(), token: await tokenOf('dora') };
      const refused = await test.buy({ eventId: event.id, quantity: 1 }, late);
      expect(await problemOf(refused)).toMatchObject({ type: '/problems/sold-out' });
      await test.inventory.release(event.id, counted.generation, [held]);
      const again = await test.buy({ eventId: event.id, quantity: 1 }, late);
      expect([again.status, again.headers.get('Idempotent-Replayed')]).toEqual([409, 'true']);
      expect((await test.buy({ eventId: event.id, quantity: 1 })).status).toBe(201);
    });

    const [starts, ended] = ['2030-01-01T00:00:00.000Z', '2020-01-01T00:00:00.000Z'];
    it.each<[string, object, object]>([
      ['a closed event', { status: 'closed' }, { reason: 'closed' }],
      [
        'an event whose sale has not begun',
        { saleStartsAt: starts },
        { reason: 'not_started', from: starts, detail: `The sale of this event starts at ${starts}.` },
      ],
      [
        'an event whose sale is over',
        { saleEndsAt: ended },
        { reason: 'ended', until: ended, detail: `The sale of this event ended at ${ended}.` },
      ],
    ])('is given for %s, and says why and when', async (_, more, why) => {
      const event = await test.createEvent([standard(1)], more);
      const refused = await problemOf(await test.buy({ eventId: event.id, quantity: 1 }));
      expect(refused).toMatchObject({ status: 409, type: '/problems/not-on-sale', ...why });
      const token = await tokenOf(`buyer_${randomUUID()}`);
      const headers = { 'Idempotency-Key': randomUUID() };
      const hold = { token, headers, body: { eventId: event.id, quantity: 1 } };
      expect(await (await test.request('POST', '/api/tickets/holds', hold)).json()).toMatchObject(why);
    });

    it('is given for an event that has ended, also where its sale has no end; a hold of before can still be bought', async () => {
      const event = await test.createEvent([standard(3)]);
      const token = await tokenOf('finn');
      const headers = { 'Idempotency-Key': randomUUID() };
      const body = { eventId: event.id, quantity: 1 };
      const held = await test.request('POST', '/api/tickets/holds', { token, headers, body });
      const { holdId } = (await held.json()) as { holdId: string };
      const endsAt = new Date(Date.now() - 1_000).toISOString();
      const operator = await tokenOf('op', { role: 'operator' });
      const times = { startsAt: '2024-01-01T00:00:00Z', endsAt, saleEndsAt: '2030-06-01T00:00:00Z' };
      const moved = await test.request('PATCH', `/api/events/${event.id}`, { token: operator, body: times });
      expect(moved.status).toBe(200);
      expect(await problemOf(await test.buy(body))).toMatchObject({
        type: '/problems/not-on-sale',
        reason: 'ended',
        until: endsAt,
      });
      expect((await test.buy({ eventId: event.id, holdId }, { token })).status).toBe(201);
    });

    it('is given when the buyer would have more tickets than one may have', async () => {
      const event = await test.createEvent([standard(9)], { limitPerBuyer: 2 });
      const token = await tokenOf('emil');
      expect((await test.buy({ eventId: event.id, quantity: 2 }, { token })).status).toBe(201);
      expect(await problemOf(await test.buy({ eventId: event.id, quantity: 1 }, { token }))).toMatchObject({
        type: '/problems/over-buyer-limit',
        limit: 2,
        held: 2,
      });
    });

    it('does not believe a read model that says no where the inventory says yes', async () => {
      const event = await test.createEvent([standard(1)]);
      const model = JSON.parse((await test.redis.get(eventKey(event.id))) ?? '') as {
        capacity: number;
        ticketTypes: { available: number }[];
      };
      const lying = { ...model, ticketTypes: model.ticketTypes.map((type) => ({ ...type, available: 0 })) };
      await test.redis.set(eventKey(event.id), JSON.stringify(lying));
      expect((await test.buy({ eventId: event.id, quantity: 1 })).status).toBe(201);
    });

    it('is not given for requests of one key that come at once: each waits for the answer of the first', async () => {
      let startNow = (): void => undefined;
      const mayStart = new Promise<void>((resolve) => (startNow = resolve));
      const slow = test.another({
        start: async (order, run): Promise<StartReply> => {
          await mayStart;
          void run(order);
          return { kind: 'started', already: false };
        },
      });
      const event = await test.createEvent([standard(1)]);
      const once = { key: randomUUID(), token: await tokenOf('finn') };
      const first = slow.buy({ eventId: event.id, quantity: 1 }, once);
      await expect.poll(() => slow.starts.length).toBe(1);
      const others = [slow, test].map((gateway) => gateway.buy({ eventId: event.id, quantity: 1 }, once));
      const impatient = await test.another({ waitMs: 300 }).buy({ eventId: event.id, quantity: 1 }, once);
      expect(await problemOf(impatient)).toMatchObject({ status: 409, type: '/problems/purchase-in-flight' });
      expect(impatient.headers.get('Retry-After')).toBe('1');
      startNow();
      const answers = await Promise.all([first, ...others]);
      expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
      expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1);
    });

    it('is not given for requests of one key that come at once where the first cannot be started: another is', async () => {
      let starts = 0;
      let refuse = (): void => undefined;
      const isRefused = new Promise<void>((resolve) => (refuse = resolve));
      const slow = test.another({
        start: async (order, run): Promise<StartReply> => {
          starts += 1;
          if (starts > 1) return (void run(order), { kind: 'started', already: false });
          await isRefused;
          return { kind: 'not_started', cause: 'not_taken', retryAfterS: 1 };
        },
      });
      const event = await test.createEvent([standard(1)]);
      const once = { key: randomUUID(), token: await tokenOf('fred') };
      const first = slow.buy({ eventId: event.id, quantity: 1 }, once);
      await expect.poll(() => slow.starts.length).toBe(1);
      const second = test.another().buy({ eventId: event.id, quantity: 1 }, once);
      refuse();
      expect((await first).status).toBe(503);
      expect((await second).status).toBe(201);
    });

    it('ends when the deadline of a gateway that died has passed: another takes over', async () => {
      const event = await test.createEvent([standard(1)]);
      const once = { key: randomUUID(), token: await tokenOf('gina') };
      const purchaseId = purchaseIdOf('POST /api/tickets/purchase', 'gina', once.key);
      const body = { eventId: event.id, quantity: 1 };
      const probe = test.another({ start: async () => ({ kind: 'not_started', cause: 'not_taken', retryAfterS: 1 }) });
      await probe.buy(body, once);
      const fingerprint = probe.starts[0]?.fingerprint;
      const dead = { fingerprint, userId: 'gina', eventId: event.id, state: 'admitted', gateway: 'dead' };
      await test.redis.set(purchaseKey(purchaseId), JSON.stringify({ ...dead, deadlineMs: Date.now() + 60_000 }));
      expect((await test.another({ waitMs: 200 }).buy(body, once)).status).toBe(409);
      await test.redis.set(purchaseKey(purchaseId), JSON.stringify({ ...dead, deadlineMs: Date.now() - 1 }));
      const others = await Promise.all([test.buy(body, once), test.another().buy(body, once)]);
      expect(others.map(({ status }) => status)).toContain(201);
      expect((await test.buy(body, once)).status).toBe(201);
    });

    it('ends a minute later for a request with another body: nothing can send the first one again', async () => {
      const event = await test.createEvent([standard(1)]);
      const once = { key: randomUUID(), token: await tokenOf('hugo') };
      const purchaseId = purchaseIdOf('POST /api/tickets/purchase', 'hugo', once.key);
      const dead = { fingerprint: 'of another', userId: 'hugo', eventId: event.id, state: 'admitted', gateway: 'dead' };
      const buyAfter = async (s: number): Promise<number> => {
        const deadlineMs = Date.now() - s * 1_000;
        await test.redis.set(purchaseKey(purchaseId), JSON.stringify({ ...dead, deadlineMs }));
        return (await test.another({ waitMs: 200 }).buy({ eventId: event.id, quantity: 1 }, once)).status;
      };
      expect(await buyAfter(30)).toBe(409);
      expect(await buyAfter(61)).toBe(201);
    });
  });
});
