export { createApiClient, type ApiClient, type Schema } from './client.js';
export { problemText } from './problem-text.js';
