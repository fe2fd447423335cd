import { userTicketsKey } from '@box-office/contract';
import type { UserTicketsReadModel } from '@box-office/contract';
import type { Inventory } from '@box-office/inventory';
import type { Redis } from 'ioredis';
import type { ReadModels } from './ports.js';

/** The read models in Redis. */
export function createReadModels(redis: Redis, inventory: Pick<Inventory, 'availability'>): ReadModels {
  return {
    events: (eventIds) => inventory.availability(eventIds),
    async userTickets(userId) {
      const json = await redis.get(userTicketsKey(userId));
      return json === null ? null : (JSON.parse(json) as UserTicketsReadModel);
    },
  };
}
