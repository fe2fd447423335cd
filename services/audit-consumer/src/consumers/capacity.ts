import { applyCapacityUpdates } from '@box-office/database';
import { parseCapacityUpdate, type BatchConsumer } from '@box-office/messaging';
import { createConsumer, type ConsumerDeps } from './consumer.js';

/** Applies the messages of `ticket.capacity.updates` to `events.capacity`, each message id once. */
export const createCapacityConsumer = (deps: ConsumerDeps): BatchConsumer =>
  createConsumer(deps, {
    queue: deps.topology.queues.capacityUpdates,
    parse: parseCapacityUpdate,
    write: (messages) => applyCapacityUpdates(deps.pool, messages),
    where: 'the ledger',
  });
