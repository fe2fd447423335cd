import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import type { GatewayEnv } from '../context.js';

/** How long a browser may cache the answer to a preflight. */
const MAX_AGE_S = 600;

/** Headers of answers that scripts of other origins may read. */
const EXPOSED = [
  'ETag',
  'Idempotent-Replayed',
  'Location',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'X-Request-Id',
];

/**
 * Lets the pages of these origins call the API from a browser. Without cookies: callers are identified by their bearer token.
 *
 * @param origins as browsers send them (`https://shop.example`); `*` for any
 */
export function crossOrigin(origins: readonly string[]): MiddlewareHandler<GatewayEnv> {
  return cors({
    origin: origins.includes('*') ? '*' : [...origins],
    allowMethods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key', 'If-Match', 'X-Request-Id'],
    exposeHeaders: EXPOSED,
    maxAge: MAX_AGE_S,
  });
}
