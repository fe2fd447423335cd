import { randomUUID } from 'node:crypto';
import type { Logger } from '@box-office/platform';
import type { MiddlewareHandler } from 'hono';
import type { GatewayEnv } from '../context.js';
import type { GatewayMetrics } from '../../metrics.js';
import { securityHeaders } from './security-headers.js';

/** Request ids that a caller may choose; others are replaced. */
const REQUEST_ID = /^[\w.:-]{1,128}$/;

/**
 * Gives each request its id (the caller's X-Request-Id if it is valid, else a new one), and when it is answered writes
 * one log line and one measurement. The answers themselves carry the id: see `answer.ts`.
 */
export function observe(o: {
  logger: Logger;
  metrics: GatewayMetrics;
  behindTls: boolean;
}): MiddlewareHandler<GatewayEnv> {
  const headers = securityHeaders(o.behindTls);
  return async function observeRequest(c, next) {
    const startedMs = performance.now();
    const asked = c.req.header('x-request-id');
    const requestId = asked !== undefined && REQUEST_ID.test(asked) ? asked : randomUUID();
    c.set('requestId', requestId);
    c.set('securityHeaders', headers);
    await next();
    // Answers to preflights are not made by `answer.ts`.
    if (c.req.method === 'OPTIONS') for (const [name, value] of Object.entries(headers)) c.res.headers.set(name, value);
    const durationMs = performance.now() - startedMs;
    const route = c.get('route') ?? 'none';
    const status = c.res.status;
    o.metrics.answered(c.req.method, route, status, durationMs);
    // Probes and pages are frequent and concern no purchase.
    const level = route.startsWith('/api/') || route === 'none' || status >= 500 ? 'info' : 'debug';
    if (!o.logger.isLevelEnabled(level)) return;
    o.logger[level](
      {
        requestId,
        purchaseId: c.get('purchaseId'),
        subject: c.get('caller')?.subject,
        method: c.req.method,
        path: c.req.path,
        status,
        durationMs: Math.round(durationMs * 10) / 10,
      },
      'request answered',
    );
  };
}
