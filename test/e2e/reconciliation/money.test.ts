import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { paymentsOf } from '../../support/office.js';
import { until } from '../../support/until.js';
import { openScene, PRICE_MINOR, type Scene } from './scene.js';
import { findings, inWords, sweep } from './sweeping.js';

let scene: Scene;

beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene.close());

describe.concurrent('a charge without a ticket', () => {
  it('of a purchase that came to nothing is paid back', async () => {
    await scene.plantedUnderLoad({
      plant: async ({ eventId }) => {
        const purchaseId = await scene.declined(eventId);
        await scene.charge(purchaseId, { capture: true });
        return purchaseId;
      },
      finds: ['charge_without_ticket repaired'],
      after: async (_, purchaseId) =>
        expect(await paymentsOf(purchaseId)).toEqual({ captured: 700, refunded: 700, captures: 1 }),
    });
  }, 120_000);

  it('that is a second one of the same purchase is paid back, and the first one kept', async () => {
    await scene.plantedUnderLoad({
      plant: ({ purchaseId }) => scene.charge(purchaseId, { capture: true }),
      finds: ['charge_without_ticket repaired'],
      after: async ({ purchaseId }) =>
        expect(await paymentsOf(purchaseId)).toMatchObject({ captured: 2 * PRICE_MINOR + 700, refunded: 700 }),
    });
  }, 120_000);

  it('that is only set aside is let go', async () => {
    await scene.plantedUnderLoad({
      plant: async ({ eventId }) => {
        const purchaseId = await scene.declined(eventId);
        await scene.charge(purchaseId, { capture: false });
        return purchaseId;
      },
      finds: ['charge_without_ticket repaired'],
      after: async (_, purchaseId) => {
        const books = await scene.backstage.payments.books?.({ purchaseIds: [purchaseId] });
        expect(books?.purchases[0]?.authorisations.map(({ state }) => state)).toContain('voided');
      },
    });
  }, 120_000);

  it('of a purchase that nobody knows is handed over', async () => {
    const purchaseId = randomUUID();
    await scene.charge(purchaseId, { capture: true });
    await until(async () => {
      await sweep(scene.office);
      expect(inWords(await findings(scene.office, { purchaseId }))).toEqual(['charge_without_ticket handed_over']);
    }, 60_000);
    await sweep(scene.office);
    expect(await findings(scene.office, { purchaseId })).toHaveLength(1);
    expect(await paymentsOf(purchaseId)).toMatchObject({ refunded: 0 });
  }, 120_000);
});

describe('a ticket without a charge', () => {
  it('is handed over, and gone when it is paid for', async () => {
    await scene.plantedUnderLoad({
      plant: async ({ purchaseId }) => {
        const books = await scene.backstage.payments.books?.({ purchaseIds: [purchaseId] });
        const authorisationId = books?.purchases[0]?.authorisations[0]?.authorisationId ?? '';
        const refund = { key: `planted:${randomUUID()}`, authorisationId, amountMinor: 2 * PRICE_MINOR };
        await scene.backstage.payments.refund(refund);
      },
      finds: ['ticket_without_charge handed_over'],
      after: async ({ eventId, purchaseId }) => {
        await scene.expectNothingNew(eventId);
        await scene.charge(purchaseId, { capture: true, amountMinor: 2 * PRICE_MINOR });
        await sweep(scene.office, eventId);
        expect(inWords(await findings(scene.office, { eventId }))).toEqual(['ticket_without_charge gone']);
      },
    });
  }, 120_000);
});
