export * from './bundle.js';
export * from './heartbeat.js';
