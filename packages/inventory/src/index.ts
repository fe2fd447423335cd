export { MAX_EVENTS_PER_READ } from './availability.js';
export { MAX_TICKET_TYPES, MAX_TOTAL } from './event-details.js';
export { createInventory, type Inventory } from './inventory.js';
export type * from './outcomes.js';
export { replaceIfUnchanged } from './replace-if-unchanged.js';
export { parseStored, readEventReadModel, type OnUnreadable } from './stored-values.js';
export { MAX_PURCHASES_PER_CALL } from './wire.js';
export { MAX_WRITES_PER_CALL, type VersionedEntry } from './write-if-newer.js';
