export { cancelEvent } from './cancel-event.js';
export { alterEvent, openEvent, openEventOnce, publishFacts } from './change-event.js';
export { confirmSales } from './confirm-sales.js';
export { refreshReadModels, transactionEntry } from './read-models.js';
export { restoreInventory, type RestorationDeps } from './restore-inventory.js';
export { withUsableInventory } from './usable-inventory.js';
export { findWrongReadModels, rewriteReadModels, type WrongReadModel } from './wrong-read-models.js';
