import { randomUUID } from 'node:crypto';
import { holdWorkflowId } from '@box-office/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { paymentsOf, validSerials, type Office } from '../support/office.js';
import { until } from '../support/until.js';
import { openHoldOffice, serialsOf, type HoldOffice } from './holding.js';

let at: HoldOffice;
let office: Office;

beforeAll(async () => {
  at = await openHoldOffice({ api: 2, worker: 1, auditConsumer: 1 });
  ({ office } = at);
});

afterAll(() => at.close());

describe('a hold', () => {
  it.each(['pm_decline_stolen', 'pm_capture_refused'])(
    'whose purchase ends without tickets (%s) has them again, until another card buys them',
    async (method) => {
      const { eventId, as, holdId } = await at.held({ total: 2, quantity: 2 });
      const declined = await office.buy({ eventId, holdId, payment: { method } }, { as });
      expect(declined.status).toBe(402);
      expect(await at.statusOf(holdId)).toBe('active');
      expect(await at.availableOf(eventId)).toBe(0);
      expect((await office.buy({ eventId, quantity: 1 })).status).toBe(409);
      expect(await at.workflowOf(holdId)).toBe('RUNNING');
      const bought = await office.buy({ eventId, holdId }, { as });
      expect([bought.status, serialsOf(bought.body.tickets)]).toEqual([201, [1, 2]]);
      await until(async () => expect(await at.workflowOf(holdId)).toBe('COMPLETED'));
    },
  );

  it('that was returned lapses at its time all the same', async () => {
    const { eventId, as, holdId, expiresAt } = await at.held({ total: 2, quantity: 2, seconds: 3 });
    expect((await office.buy({ eventId, holdId, payment: { method: 'pm_decline_stolen' } }, { as })).status).toBe(402);
    expect(await at.statusOf(holdId)).toBe('active');
    await until(async () => expect(await at.statusOf(holdId)).toBe('expired'));
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(expiresAt));
    await until(async () => expect(await at.availableOf(eventId)).toBe(2));
    await until(async () => expect(await at.workflowOf(holdId)).toBe('COMPLETED'));
  });

  it('is charged once, however many purchases name it at once: the others are told by which it is used', async () => {
    const { eventId, as, holdId } = await at.held({ total: 9, quantity: 2 });
    const keys = [1, 2, 3, 4].map(() => randomUUID());
    const buy = (key: string) => office.buy({ eventId, holdId }, { as, key });
    const answers = await Promise.all(keys.map(buy));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409]);
    const winner = answers.find(({ status }) => status === 201)?.body.purchaseId;
    for (const { status, body } of answers) {
      if (status === 409) expect(['/problems/hold-in-use', '/problems/hold-used']).toContain(body.type);
      expect(body.purchaseId).toBe(winner);
    }
    for (const [place, { status }] of answers.entries()) {
      const again = await buy(keys[place] ?? '');
      const type = status === 409 ? '/problems/hold-used' : undefined;
      expect([again.status, again.body.type]).toEqual([status, type]);
    }
    expect(await validSerials(office, eventId)).toEqual([1, 2]);
    const { rows } = await office.pool.query<{ id: string }>(
      'select id from event_ticket_transactions where event_id = $1',
      [eventId],
    );
    let charged = 0;
    for (const { id } of rows) charged += (await paymentsOf(id)).captured;
    expect(charged).toBe(5_000);
  });

  it('leaves the keys of purchases that were not begun usable: one after the other buys with the hold', async () => {
    const { eventId, as, holdId } = await at.held({ total: 2, quantity: 2 });
    const keys = [randomUUID(), randomUUID(), randomUUID()];
    const declined = { method: 'pm_slow_300+decline_stolen' };
    const buy = (key: string, gateway: number) =>
      office.buy({ eventId, holdId, payment: declined }, { as, key, gateway });
    const answers = await Promise.all(keys.map((key, i) => buy(key, i % 2)));
    expect(answers.map(({ body }) => body.type).toSorted()).toEqual([
      '/problems/hold-in-use',
      '/problems/hold-in-use',
      '/problems/payment-declined',
    ]);
    const purchases = new Set<string>();
    for (const [i, key] of keys.entries()) {
      // At the other gateway than before.
      const { status, body } = await buy(key, (i + 1) % 2);
      expect([status, body.type]).toEqual([402, '/problems/payment-declined']);
      purchases.add(body.purchaseId);
    }
    expect(purchases.size).toBe(3);
    expect(await at.statusOf(holdId)).toBe('active');
    expect(serialsOf((await office.buy({ eventId, holdId }, { as })).body.tickets)).toEqual([1, 2]);
  });

  it('whose time is over while a purchase uses it can be bought, and is free at once if that one ends without tickets', async () => {
    const slow = (part: string) => ({ payment: { method: `pm_slow_1500${part}` } });
    const [bought, declined] = await Promise.all(
      ['', '+decline_stolen'].map(async (part) => {
        const { eventId, as, holdId } = await at.held({ total: 2, quantity: 2, seconds: 1 });
        const answer = await office.buy({ eventId, holdId, ...slow(part) }, { as });
        return { holdId, answer, status: await at.statusOf(holdId), available: await at.availableOf(eventId) };
      }),
    );
    expect(bought).toMatchObject({ answer: { status: 201 }, status: 'used', available: 0 });
    expect(declined).toMatchObject({ answer: { status: 402 }, status: 'expired', available: 2 });
    for (const one of [bought, declined]) {
      await until(async () => expect(await at.workflowOf(one?.holdId ?? '')).toBe('COMPLETED'));
    }
  });

  it('cannot be given back while a purchase uses it; a cancelled workflow gives back what that one returns', async () => {
    const { eventId, as, holdId } = await at.held({ total: 2, quantity: 2 });
    const buying = office.buy({ eventId, holdId, payment: { method: 'pm_slow_1500+decline_stolen' } }, { as });
    await until(async () => expect(await at.statusOf(holdId)).toBe('in_use'));
    const refused = await at.giveBack(holdId, as);
    expect([refused.status, refused.body.type]).toEqual([409, '/problems/hold-in-use']);
    await at.temporal.workflow.getHandle(holdWorkflowId(holdId)).cancel();
    expect(await at.workflowOf(holdId)).toBe('RUNNING');
    expect((await buying).status).toBe(402);
    await until(async () => expect(await at.statusOf(holdId)).toBe('released'));
    await until(async () => expect(await at.availableOf(eventId)).toBe(2));
    await until(async () => expect(await at.workflowOf(holdId)).toBe('COMPLETED'));
  });

  it('whose workflow is lost while a purchase uses it is returned and bought all the same', async () => {
    const { eventId, as, holdId } = await at.held({ total: 2, quantity: 2 });
    await at.temporal.workflow.getHandle(holdWorkflowId(holdId)).terminate('test');
    const declined = { payment: { method: 'pm_decline_stolen' } };
    expect((await office.buy({ eventId, holdId, ...declined }, { as })).status).toBe(402);
    expect([await at.statusOf(holdId), await at.availableOf(eventId)]).toEqual(['active', 0]);
    expect((await office.buy({ eventId, holdId }, { as })).status).toBe(201);
  });
});
