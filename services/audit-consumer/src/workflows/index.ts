export { rebuild } from './rebuild.js';
export { reconciliation } from './reconciliation.js';
