export * from './messages.js';
export * from './money.js';
export * from './orders.js';
export * from './purchase-record.js';
export * from './read-models.js';
export * from './redis-keys.js';
export * from './statuses.js';
export * from './temporal.js';
