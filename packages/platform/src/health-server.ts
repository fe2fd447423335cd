import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';
import { runHealthChecks } from './health-checks.js';
import type { HealthChecks, HealthReport } from './health-checks.js';
import { closeHttpServer, listenOn } from './http-server.js';
import type { Logger } from './logger.js';

const CHECK_TIMEOUT_MS = 2_000;
/** Longest that closing waits for a probe under way. */
const CLOSE_TIMEOUT_MS = 1_000;

export interface HealthServer {
  /** The port in use, also when 0 was asked for. */
  readonly port: number;
  close(): Promise<void>;
  /** The checks' outcome at this moment, as `/readyz` tells it. */
  readiness(): Promise<HealthReport>;
  /** From now on `/readyz` answers 503: the first step of a shutdown. */
  failReadiness(): void;
}

/**
 * The probes and metrics of a process, on a port of their own that only its operators can reach.
 *
 * - `/livez`: 200 as long as the event loop turns. It checks nothing else: a restart does not mend an unavailable server.
 * - `/readyz`: 200 or 503 with `{ ok, failed }`, and `degraded` where there are such checks. Probes that arrive together
 *   share one run of the checks.
 * - `/metrics`: Prometheus text, if a registry was given.
 */
export async function startHealthServer(o: {
  host: string;
  /** 0 for any free one. */
  port: number;
  checks: HealthChecks;
  /** Shown as `degraded` if they fail; the process is ready all the same. */
  degradingChecks?: HealthChecks | undefined;
  logger: Logger;
  metrics?: Registry;
}): Promise<HealthServer> {
  let leaving = false;
  let running: Promise<HealthReport> | undefined;

  async function readiness(): Promise<HealthReport> {
    if (leaving) return { ok: false, failed: { process: 'shutting down' } };
    running ??= check().finally(() => (running = undefined));
    return running;
  }

  async function check(): Promise<HealthReport> {
    const [report, others] = await Promise.all([
      runHealthChecks(o.checks, CHECK_TIMEOUT_MS),
      o.degradingChecks && runHealthChecks(o.degradingChecks, CHECK_TIMEOUT_MS),
    ]);
    return others ? { ...report, degraded: others.failed } : report;
  }

  async function answer(path: string, response: ServerResponse): Promise<void> {
    if (path === '/livez') return send(response, 200, 'application/json', '{"ok":true}');
    if (path === '/readyz') {
      const report = await readiness();
      return send(response, report.ok ? 200 : 503, 'application/json', JSON.stringify(report));
    }
    if (path === '/metrics' && o.metrics) {
      return send(response, 200, o.metrics.contentType, await o.metrics.metrics());
    }
    send(response, 404, 'application/json', '{"ok":false}');
  }

  const server = createServer({ requestTimeout: 5_000, headersTimeout: 5_000 }, (request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    answer(path, response).catch((error: unknown) => {
      o.logger.error({ err: error, path }, 'a probe failed');
      if (!response.headersSent) send(response, 500, 'application/json', '{"ok":false}');
    });
  });
  const port = await listenOn(server, o);
  o.logger.info({ host: o.host, port }, 'health server listens');

  return {
    port,
    readiness,
    failReadiness: () => {
      leaving = true;
    },
    close: () => {
      leaving = true;
      return closeHttpServer(server, CLOSE_TIMEOUT_MS);
    },
  };
}

function send(response: ServerResponse, status: number, contentType: string, body: string): void {
  response
    .writeHead(status, {
      'content-type': contentType,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    .end(body);
}
