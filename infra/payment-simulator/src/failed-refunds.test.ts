import { paymentKey } from '@box-office/payments';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AMOUNT, openSimulator, type Simulation } from './testing/simulation.js';

let simulation: Simulation;
beforeAll(async () => {
  simulation = await openSimulator();
});
afterAll(() => simulation.close());

it('a refund that fails after it was accepted is in the statement, and its money is the seller’s again', async () => {
  const { patient, statement, purchase } = simulation;
  const { purchaseId, authorised, capture, refund } = purchase('pm_card_refundFail');
  const id = await authorised(patient);
  await capture(id);
  const { position } = await patient.statement({ after: null });
  expect(await refund(id)).toMatchObject({ kind: 'refunded' });

  const captured = { authorisationId: id, state: 'captured', capturedMinor: AMOUNT, refundedMinor: 0 };
  const { purchases } = await patient.statement({ after: position });
  expect(purchases).toMatchObject([{ purchaseId, authorisations: [captured] }]);
  const query = { purchaseId, authorisationIds: [id], since: null };
  expect(await patient.readPurchases([query])).toMatchObject([{ purchaseId, authorisations: [captured] }]);
  expect(await statement(purchaseId)).toMatchObject({ purchases: [{ capturedMinor: AMOUNT, refundedMinor: 0 }] });
  expect(await refund(id), 'the same refund again').toEqual({ kind: 'refused', reason: 'failed' });
  expect(await refund(id, AMOUNT, 'another key')).toMatchObject({ kind: 'refunded' });
  const { failedKeys } = await patient.readReturned(id);
  expect(failedKeys.toSorted()).toEqual([paymentKey(purchaseId, 1, 'refund'), 'another key'].toSorted());
});
