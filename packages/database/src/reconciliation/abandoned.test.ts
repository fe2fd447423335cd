import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openEventFixture, type EventFixture } from '../cancellations/testing/event-fixture.js';
import { claimPurchases } from '../purchases/claim.js';
import { findOwners, listOpenPurchases } from './abandoned.js';

let fixture: EventFixture;

beforeAll(async () => {
  fixture = await openEventFixture(inject('stack'));
});
afterAll(() => fixture.close());

describe('stalled purchases', () => {
  it('are listed with their owner and as they were asked for, page by page', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.push((await fixture.claimed()).purchaseId);
    const found: string[] = [];
    let after: string | null = null;
    for (;;) {
      const page = await listOpenPurchases(fixture.pool, { idleMs: 0, after, limit: 2 });
      found.push(...page.map(({ order }) => order.purchaseId));
      const last = page.at(-1);
      if (!last) break;
      after = last.order.purchaseId;
    }
    expect(found.filter((id) => ids.includes(id))).toEqual(ids);
    expect(new Set(found).size).toBe(found.length);
    const [owned] = await findOwners(fixture.pool, ids.slice(0, 1));
    expect(owned).toMatchObject({
      ownerWorkflowId: 'purchase',
      ownerRunId: 'run',
      epoch: 1,
      order: {
        fingerprint: 'fingerprint',
        items: [{ ticketType: 'standard', quantity: 1 }],
        paymentMethod: 'pm_approve',
      },
    });
    const recent = await listOpenPurchases(fixture.pool, { idleMs: 600_000, after: null, limit: 100 });
    expect(recent).toEqual([]);
  });

  it.each([
    ['paid', {}],
    ['with a return address', { returnUrl: 'https://shop.test/return' }],
    ['complimentary', { paymentMethod: null, complimentary: true }],
  ] as const)('are continued with the order as it was requested: %s', async (_, changes) => {
    const order = { ...fixture.order(2), ...changes };
    await claimPurchases(fixture.pool, [order], { workflowId: 'purchase', runId: 'run' });
    expect(await findOwners(fixture.pool, [order.purchaseId])).toMatchObject([{ order }]);
  });
});
