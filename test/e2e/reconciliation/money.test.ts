import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newBuyer, paymentsOf } from '../../support/test-system.js';
import { until } from '../../support/until.js';
import { openReconciliationFixture, PRICE_MINOR, type ReconciliationFixture } from './reconciliation-fixture.js';
import { findings, lastingFindings, summariesOf, reconcile } from './reconciliation-runs.js';

let fixture: ReconciliationFixture;

beforeAll(async () => {
  fixture = await openReconciliationFixture();
});
afterAll(() => fixture.close());

describe.concurrent('a charge without a ticket', () => {
  it('of a declined purchase is refunded', async () => {
    await fixture.plantUnderLoad({
      plant: async ({ eventId }) => {
        const purchaseId = await fixture.declined(eventId);
        await fixture.charge(purchaseId, { capture: true });
        return purchaseId;
      },
      finds: ['charge_without_ticket repaired'],
      after: async (_, purchaseId) =>
        expect(await paymentsOf(purchaseId)).toEqual({ captured: 700, refunded: 700, captures: 1 }),
    });
  });

  it('that is a second one of the same purchase is paid back, and the first one kept', async () => {
    await fixture.plantUnderLoad({
      plant: ({ purchaseId }) => fixture.charge(purchaseId, { capture: true }),
      finds: ['charge_without_ticket repaired'],
      after: async ({ purchaseId }) =>
        expect(await paymentsOf(purchaseId)).toMatchObject({ captured: 2 * PRICE_MINOR + 700, refunded: 700 }),
    });
  });

  it('that is authorised and not captured is voided', async () => {
    await fixture.plantUnderLoad({
      plant: async ({ eventId }) => {
        const purchaseId = await fixture.declined(eventId);
        await fixture.charge(purchaseId, { capture: false });
        return purchaseId;
      },
      finds: ['charge_without_ticket repaired'],
      after: async (_, purchaseId) => {
        const authorisations = await fixture.stores.authorisationsOf(purchaseId);
        expect(authorisations.map(({ state }) => state)).toContain('voided');
      },
    });
  });

  it('of an unknown purchase is handed over to an operator', async () => {
    const purchaseId = randomUUID();
    await fixture.charge(purchaseId, { capture: true });
    await until(async () => {
      await reconcile(fixture.system);
      expect(summariesOf(await findings(fixture.system, { purchaseId }))).toEqual([
        'charge_without_ticket handed_over',
      ]);
    }, 60_000);
    await reconcile(fixture.system);
    expect(await findings(fixture.system, { purchaseId })).toHaveLength(1);
    expect(await paymentsOf(purchaseId)).toMatchObject({ refunded: 0 });
  });
});

describe('a refund that the buyer’s bank could not take', () => {
  it('is tried once more by reconciliation, then handed over to an operator', async () => {
    const { system } = fixture;
    const eventId = await fixture.createEvent();
    const as = newBuyer();
    const { body } = await system.buy({ eventId, quantity: 2, payment: { method: 'pm_card_refundFail' } }, { as });
    const { purchaseId } = body;
    await until(async () => {
      const cancelled = await system.call('POST', `/api/purchases/${purchaseId}/cancel`, {
        as,
        role: 'buyer',
        body: {},
      });
      expect(cancelled).toMatchObject({ status: 200, body: { refundedMinor: 2 * PRICE_MINOR } });
    });
    await until(async () => {
      await reconcile(system, eventId);
      const found = await lastingFindings(system, { purchaseId });
      expect(found.map(({ kind, status }) => [kind, status])).toEqual([
        ['charge_without_ticket', 'handed_over'],
        ['charge_without_ticket', 'repaired'],
      ]);
      expect(found[0]).toMatchObject({ expected: { keptMinor: 0 }, found: { keptMinor: 2 * PRICE_MINOR } });
    }, 60_000);
    expect(await paymentsOf(purchaseId)).toEqual({ captured: 2 * PRICE_MINOR, refunded: 0, captures: 1 });
    await fixture.expectNothingNew(eventId);
  });
});

describe('a ticket without a charge', () => {
  it('is handed over to an operator, and the finding is closed when the ticket is paid for', async () => {
    await fixture.plantUnderLoad({
      plant: async ({ purchaseId }) => {
        const [authorisation] = await fixture.stores.authorisationsOf(purchaseId);
        const authorisationId = authorisation?.authorisationId ?? '';
        const refund = { key: `planted:${randomUUID()}`, authorisationId, amountMinor: 2 * PRICE_MINOR };
        await fixture.stores.payments.refund(refund);
      },
      finds: ['ticket_without_charge handed_over'],
      after: async ({ eventId, purchaseId }) => {
        await fixture.expectNothingNew(eventId);
        await fixture.charge(purchaseId, { capture: true, amountMinor: 2 * PRICE_MINOR });
        await reconcile(fixture.system, eventId);
        expect(summariesOf(await findings(fixture.system, { eventId }))).toEqual(['ticket_without_charge gone']);
      },
    });
  });
});
