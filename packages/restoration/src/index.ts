export { cancelEvent } from './cancel-event.js';
export { alterEvent, openEvent } from './change-event.js';
export { restoreInventory, type RestorationDeps } from './restore-inventory.js';
export { withUsableInventory } from './usable-inventory.js';
