import { Hono } from 'hono';
import { answer } from './answer.js';
import type { GatewayEnv } from './context.js';

/**
 * Probes for load balancers on the public port. The failed check and the metrics are on the health port.
 *
 * - `/livez`: 200 as long as the event loop runs: a restart does not help against an unavailable dependency.
 * - `/readyz`: 200 or 503.
 */
export function probes(o: {
  isReady: () => Promise<boolean>;
  /** True from the moment on which the process shuts down, so that load balancers send no new requests. */
  isShuttingDown: () => boolean;
}): Hono<GatewayEnv> {
  return new Hono<GatewayEnv>()
    .get('/livez', (c) => answer(c, 200, { ok: true }))
    .get('/readyz', async (c) => {
      const ok = !o.isShuttingDown() && (await o.isReady());
      return answer(c, ok ? 200 : 503, { ok });
    });
}
