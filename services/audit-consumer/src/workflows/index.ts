export { rebuild } from './rebuild.js';
export { reconciliation } from './reconciliation.js';
export { recovery } from './recovery.js';
export { redisRebuild } from './redis-rebuild.js';
