// For what puts the gateway's application together in another way than main.ts does.
export { createApp, type AppDeps } from './app.js';
export { createTokenVerifier } from './auth/token-verifier.js';
export { listen } from './listen.js';
export { createMetrics } from './metrics.js';
