// For what puts the gateway's application together in another way than main.ts does.
export { createApp, type AppDeps } from './http/app.js';
export { createTokenVerifier } from './http/auth/token-verifier.js';
export { listen } from './http/listen.js';
export { createMetrics } from './metrics.js';
