/** What a process needs to carry a purchase worker. */
export { readConfig as readWorkerConfig } from '../config.js';
export { createWorkerMetrics } from './metrics.js';
export { startPurchaseWorker } from './purchase-worker.js';
