export * from './cancellation-start.js';
export * from './detached-purchase.js';
export * from './search-attributes.js';
