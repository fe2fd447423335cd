export { createInventory, type Inventory } from './inventory.js';
export type * from './outcomes.js';
export type { RedisClient } from './script.js';
export { MAX_PURCHASES_PER_CALL } from './wire.js';
export type { VersionedEntry } from './write-if-newer.js';
