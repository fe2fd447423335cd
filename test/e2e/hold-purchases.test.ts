import { randomUUID } from 'node:crypto';
import { holdWorkflowId } from '@box-office/contract';
import { inLockOrder } from '@box-office/database/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { paymentsOf, validSerials, type TestSystem } from '../support/test-system.js';
import { until } from '../support/until.js';
import { openHoldFixture, serialsOf, type HoldFixture } from './hold-fixture.js';

let fixture: HoldFixture;
let system: TestSystem;

beforeAll(async () => {
  fixture = await openHoldFixture({ api: 2, worker: 1, auditConsumer: 1 });
  ({ system } = fixture);
});

afterAll(() => fixture.close());

describe('a hold', () => {
  it.each(['pm_decline_stolen', 'pm_capture_refused'])(
    'whose purchase ends without tickets (%s) has them again, until another card buys them',
    async (method) => {
      const { eventId, as, holdId } = await fixture.createHold({ total: 2, quantity: 2 });
      const declined = await system.buy({ eventId, holdId, payment: { method } }, { as });
      expect(declined.status).toBe(402);
      expect(await fixture.statusOf(holdId)).toBe('active');
      expect(await fixture.availableOf(eventId)).toBe(0);
      expect((await system.buy({ eventId, quantity: 1 })).status).toBe(409);
      expect(await fixture.workflowStatusOf(holdId)).toBe('RUNNING');
      const bought = await system.buy({ eventId, holdId }, { as });
      expect([bought.status, serialsOf(bought.body.tickets)]).toEqual([201, [1, 2]]);
      await until(async () => expect(await fixture.workflowStatusOf(holdId)).toBe('COMPLETED'));
    },
  );

  it('that a purchase has returned still expires at its time', async () => {
    const { eventId, as, holdId, expiresAt } = await fixture.createHold({ total: 2, quantity: 2, seconds: 3 });
    expect((await system.buy({ eventId, holdId, payment: { method: 'pm_decline_stolen' } }, { as })).status).toBe(402);
    expect(await fixture.statusOf(holdId)).toBe('active');
    await until(async () => expect(await fixture.statusOf(holdId)).toBe('expired'));
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(expiresAt));
    await until(async () => expect(await fixture.availableOf(eventId)).toBe(2));
    await until(async () => expect(await fixture.workflowStatusOf(holdId)).toBe('COMPLETED'));
  });

  it('is charged once, however many purchases name it at once: the others are told by which it is used', async () => {
    const { eventId, as, holdId } = await fixture.createHold({ total: 9, quantity: 2 });
    const keys = [1, 2, 3, 4].map(() => randomUUID());
    const buy = (key: string) => system.buy({ eventId, holdId }, { as, key });
    const answers = await Promise.all(keys.map(buy));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409]);
    const winner = answers.find(({ status }) => status === 201)?.body.purchaseId;
    for (const { status, body } of answers) {
      if (status === 409) expect(['/problems/hold-in-use', '/problems/hold-used']).toContain(body.type);
      expect(body.purchaseId).toBe(winner);
    }
    for (const [i, { status }] of answers.entries()) {
      const again = await buy(keys[i] ?? '');
      const type = status === 409 ? '/problems/hold-used' : undefined;
      expect([again.status, again.body.type]).toEqual([status, type]);
    }
    expect(await validSerials(system, eventId)).toEqual([1, 2]);
    const { rows } = await system.pool.query<{ id: string }>(
      'select id from event_ticket_transactions where event_id = $1',
      [eventId],
    );
    let charged = 0;
    for (const { id } of rows) charged += (await paymentsOf(id)).captured;
    expect(charged).toBe(5_000);
  });

  it('leaves the keys of refused purchases usable: repeated one after the other, each uses the hold', async () => {
    const { eventId, as, holdId } = await fixture.createHold({ total: 2, quantity: 2 });
    const keys = [randomUUID(), randomUUID(), randomUUID()];
    // So slow that all three requests are there before the first is declined.
    const declined = { method: 'pm_slow_1500+decline_stolen' };
    const buy = (key: string, gateway: number) =>
      system.buy({ eventId, holdId, payment: declined }, { as, key, gateway });
    const answers = await Promise.all(keys.map((key, i) => buy(key, i % 2)));
    expect(answers.map(({ body }) => body.type).toSorted()).toEqual([
      '/problems/hold-in-use',
      '/problems/hold-in-use',
      '/problems/payment-declined',
    ]);
    const purchases = new Set<string>();
    for (const [i, key] of keys.entries()) {
      // At the other gateway.
      const { status, body } = await buy(key, (i + 1) % 2);
      expect([status, body.type]).toEqual([402, '/problems/payment-declined']);
      purchases.add(body.purchaseId);
    }
    expect(purchases.size).toBe(3);
    expect(await fixture.statusOf(holdId)).toBe('active');
    expect(serialsOf((await system.buy({ eventId, holdId }, { as })).body.tickets)).toEqual([1, 2]);
  });

  it('that expires while a purchase uses it can be bought, and is free at once if the purchase gets no tickets', async () => {
    const slow = (part: string) => ({ payment: { method: `pm_slow_1500${part}` } });
    const [bought, declined] = await Promise.all(
      ['', '+decline_stolen'].map(async (part) => {
        const { eventId, as, holdId } = await fixture.createHold({ total: 2, quantity: 2, seconds: 1 });
        const answer = await system.buy({ eventId, holdId, ...slow(part) }, { as });
        return {
          holdId,
          answer,
          status: await fixture.statusOf(holdId),
          available: await fixture.availableOf(eventId),
        };
      }),
    );
    expect(bought).toMatchObject({ answer: { status: 201 }, status: 'used', available: 0 });
    expect(declined).toMatchObject({ answer: { status: 402 }, status: 'expired', available: 2 });
    for (const one of [bought, declined]) {
      await until(async () => expect(await fixture.workflowStatusOf(one?.holdId ?? '')).toBe('COMPLETED'));
    }
  });

  it('cannot be released while a purchase uses it; its cancelled workflow releases it when the purchase returns it', async () => {
    const { eventId, as, holdId } = await fixture.createHold({ total: 2, quantity: 2 });
    const buying = system.buy({ eventId, holdId, payment: { method: 'pm_slow_1500+decline_stolen' } }, { as });
    await until(async () => expect(await fixture.statusOf(holdId)).toBe('in_use'));
    const refused = await fixture.releaseHold(holdId, as);
    expect([refused.status, refused.body.type]).toEqual([409, '/problems/hold-in-use']);
    await fixture.temporal.workflow.getHandle(holdWorkflowId(holdId)).cancel();
    expect(await fixture.workflowStatusOf(holdId)).toBe('RUNNING');
    expect((await buying).status).toBe(402);
    await until(async () => expect(await fixture.statusOf(holdId)).toBe('released'));
    await until(async () => expect(await fixture.availableOf(eventId)).toBe(2));
    await until(async () => expect(await fixture.workflowStatusOf(holdId)).toBe('COMPLETED'));
  });

  it('is released although an earlier request to release it found it in use', async () => {
    const { eventId, as, holdId } = await fixture.createHold({ total: 2, quantity: 2 });
    const payment = { method: 'pm_slow_1500+decline_stolen' };
    // The request reads the hold as active, and its purchase is the first to change the row.
    const [bought, refused] = await inLockOrder(
      system.pool,
      { text: 'select from ticket_holds where id = $1 for update', values: [holdId] },
      () => system.buy({ eventId, holdId, payment }, { as }),
      () => fixture.releaseHold(holdId, as),
    );
    expect(refused).toMatchObject({ status: 409, body: { type: '/problems/hold-in-use' } });
    expect(bought).toMatchObject({ status: 402 });
    expect(await fixture.statusOf(holdId)).toBe('active');
    expect(await fixture.releaseHold(holdId, as)).toMatchObject({ status: 200, body: { status: 'released' } });
    expect(await fixture.availableOf(eventId)).toBe(2);
  });

  it('whose workflow is terminated is still returned by a declined purchase and bought by the next', async () => {
    const { eventId, as, holdId } = await fixture.createHold({ total: 2, quantity: 2 });
    await fixture.temporal.workflow.getHandle(holdWorkflowId(holdId)).terminate('test');
    const declined = { payment: { method: 'pm_decline_stolen' } };
    expect((await system.buy({ eventId, holdId, ...declined }, { as })).status).toBe(402);
    expect([await fixture.statusOf(holdId), await fixture.availableOf(eventId)]).toEqual(['active', 0]);
    expect((await system.buy({ eventId, holdId }, { as })).status).toBe(201);
  });
});
