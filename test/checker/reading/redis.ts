import { createInventory } from '@box-office/inventory';
import { Redis } from 'ioredis';
import type { InventoryReading } from './stores.js';

const COMMAND_TIMEOUT_MS = 10_000;

/** Inventory and read model of these events, by event id. */
export async function readInventories(
  redisUrl: string,
  eventIds: readonly string[],
): Promise<ReadonlyMap<string, InventoryReading>> {
  const redis = new Redis(redisUrl, {
    connectionName: 'checker',
    lazyConnect: true,
    connectTimeout: COMMAND_TIMEOUT_MS,
    commandTimeout: COMMAND_TIMEOUT_MS,
    retryStrategy: null,
  });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    const inventory = createInventory(redis);
    const readings = new Map<string, InventoryReading>();
    for (const eventId of eventIds) {
      const snapshot = await inventory.snapshot(eventId);
      const [readModel] = await inventory.availability([eventId]);
      readings.set(eventId, { snapshot, readModel: readModel ?? null });
    }
    return readings;
  } finally {
    redis.disconnect();
  }
}
