export * from './activity-summaries.js';
export * from './failure-cause.js';
export * from './progress-log.js';
