import { finalisePurchases, persistTickets, recordEventCancellation } from '@box-office/database';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { items, openHoldHarness, serials, type HoldHarness } from '../hold/testing/hold-harness.js';
import { createEventCancellationActivities } from './activities.js';

let harness: HoldHarness;
beforeAll(async () => {
  harness = await openHoldHarness(inject('stack'));
});
afterAll(() => harness.close());

it('the purchases of a cancelled event are cancelled for the first request, also after a repeat by another operator', async () => {
  const { pool, inventory } = harness;
  const { id: eventId } = await harness.openedEvent(5);
  const one = await harness.buying({ eventId, wanted: items(1) });
  await harness.reserve(one);
  await persistTickets(pool, [{ ...one.claim, items: serials(1), authorisationId: 'a' }]);
  await finalisePurchases(pool, [one.claim]);

  const first = { requestedBy: 'ann', reason: 'storm', requestId: 'first' };
  const repeat = { eventId, requestedBy: 'ben', reason: 'again', requestId: 'second' };
  await recordEventCancellation(pool, { eventId, ...first });
  await recordEventCancellation(pool, repeat);
  const activities = createEventCancellationActivities({ pool, inventory, eventCancellationsPerS: 10 });
  const { requests } = await activities.nextToCancel(repeat, null, new Date().toISOString());
  expect(requests).toMatchObject([{ purchaseId: one.claim.purchaseId, eventId, tickets: null, ...first }]);
});
