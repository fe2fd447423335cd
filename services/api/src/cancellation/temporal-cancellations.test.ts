import { randomUUID } from 'node:crypto';
import { Client } from '@temporalio/client';
import { afterEach, expect, inject, it, vi } from 'vitest';
import { connectToTemporal } from '../temporal/connection.js';
import { logger } from '../testing/gateway.js';
import { createTemporalCancellations } from './temporal-cancellations.js';

const { temporalAddress, temporalNamespace } = inject('stack');
afterEach(() => vi.restoreAllMocks());

it.each([
  ['again where Temporal is unavailable', '127.0.0.1:1', temporalNamespace, 3],
  ['once where Temporal would refuse it again', temporalAddress, `no-${randomUUID()}`, 1],
])('sends a start %s', async (_, address, namespace, calls) => {
  const connection = connectToTemporal({ options: { address }, callMs: 2_500 });
  const warn = vi.spyOn(logger, 'warn');
  const cancellations = createTemporalCancellations({ client: new Client({ connection, namespace }), logger });
  const request = { eventId: randomUUID(), requestedBy: 'olga', reason: 'storm', requestId: 'request' };
  expect(await cancellations.startOfEvent(request)).toMatchObject({ kind: 'unavailable' });
  expect(warn).toHaveBeenCalledTimes(calls);
  await connection.close();
});
