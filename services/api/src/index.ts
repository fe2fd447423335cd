// For programs that assemble the gateway differently from main.ts: benchmarks.
export { createApp, type AppDeps } from './http/app.js';
export { createTokenVerifier } from './http/auth/token-verifier.js';
export { listen } from './http/listen.js';
export { createMetrics } from './metrics.js';
