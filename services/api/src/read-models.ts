import { userTicketsKey } from '@box-office/contract';
import type { Inventory } from '@box-office/inventory';
import type { Redis } from 'ioredis';
import type { ForeignValues } from './foreign-values.js';
import type { ReadModels } from './ports.js';

/** The read models in Redis. */
export function createReadModels(
  redis: Redis,
  inventory: Pick<Inventory, 'availability'>,
  foreign: Pick<ForeignValues, 'userTickets'>,
): ReadModels {
  return {
    events: (eventIds) => inventory.availability(eventIds),
    async userTickets(userId) {
      // Unlike GET, MGET takes a key of another type for one that is not there.
      const [json] = await redis.mget(userTicketsKey(userId));
      return typeof json === 'string' ? foreign.userTickets(userId, json) : null;
    },
  };
}
