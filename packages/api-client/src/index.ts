export { createApiClient, type ApiClient, type Schema } from './client.js';
export { problemKind } from './problem-kind.js';
export { problemText } from './problem-text.js';
