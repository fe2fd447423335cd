import { userTicketsKey, type EventReadModel, type UserTicketsReadModel } from '@box-office/contract';
import type { Inventory } from '@box-office/inventory';
import type { Redis } from 'ioredis';
import type { ForeignValues } from '../foreign-values.js';

/** The read models in Redis; null where Redis has none of the event or user, or none that can be read. */
export interface ReadModels {
  events(eventIds: readonly string[]): Promise<readonly (EventReadModel | null)[]>;
  userTickets(userId: string): Promise<UserTicketsReadModel | null>;
}

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
