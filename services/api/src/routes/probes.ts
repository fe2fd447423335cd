import { runHealthChecks } from '@box-office/platform';
import type { HealthChecks, HealthReport } from '@box-office/platform';
import { Hono } from 'hono';
import type { Registry } from 'prom-client';
import { answer } from '../answers.js';
import type { GatewayEnv } from '../context.js';

const CHECK_TIMEOUT_MS = 2_000;

/**
 * - `/livez`: 200 as long as the event loop turns: a restart does not mend a server that is away.
 * - `/readyz`: 200, or 503 with the name and error of each check that failed. Probes that come together share one run.
 * - `/metrics`: Prometheus text.
 */
export function probes(o: {
  checks: HealthChecks;
  /** True from the moment on which the process shuts down, so that no new requests are sent here. */
  isLeaving: () => boolean;
  metrics: Registry;
}): Hono<GatewayEnv> {
  let running: Promise<HealthReport> | undefined;

  async function readiness(): Promise<HealthReport> {
    if (o.isLeaving()) return { ok: false, failed: { process: 'shutting down' } };
    running ??= runHealthChecks(o.checks, CHECK_TIMEOUT_MS).finally(() => (running = undefined));
    return running;
  }

  return new Hono<GatewayEnv>()
    .get('/livez', (c) => answer(c, 200, { ok: true }))
    .get('/readyz', async (c) => {
      const report = await readiness();
      return answer(c, report.ok ? 200 : 503, report);
    })
    .get('/metrics', async (c) => {
      const headers = { 'Content-Type': o.metrics.contentType, 'X-Request-Id': c.get('requestId') };
      return new Response(await o.metrics.metrics(), { headers });
    });
}
