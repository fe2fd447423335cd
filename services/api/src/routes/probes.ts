import { Hono } from 'hono';
import { answer } from '../answers.js';
import type { GatewayEnv } from '../context.js';

/**
 * What load balancers ask on the public port. Which check failed, and the metrics, are told on the port for operators.
 *
 * - `/livez`: 200 as long as the event loop turns: a restart does not mend a server that is away.
 * - `/readyz`: 200 or 503.
 */
export function probes(o: {
  isReady: () => Promise<boolean>;
  /** True from the moment on which the process shuts down, so that no new requests are sent here. */
  isLeaving: () => boolean;
}): Hono<GatewayEnv> {
  return new Hono<GatewayEnv>()
    .get('/livez', (c) => answer(c, 200, { ok: true }))
    .get('/readyz', async (c) => {
      const ok = !o.isLeaving() && (await o.isReady());
      return answer(c, ok ? 200 : 503, { ok });
    });
}
