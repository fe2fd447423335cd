export { confirmSales } from './confirm-sales.js';
export { publishDetails, updateDetails } from './publish-details.js';
export { refreshReadModels, transactionEntry, transactionModel } from './read-models.js';
export { rebuildFromDatabase, type InventorySyncDeps } from './rebuild-from-database.js';
export { releaseHolds } from './release-holds.js';
export { withUsableInventory } from './usable-inventory.js';
export { findWrongReadModels, rewriteReadModels, type WrongReadModel } from './wrong-read-models.js';
