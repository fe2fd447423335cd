import { metricsIn } from '@box-office/platform';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { StartReply } from './batching/purchase-starter.js';

/** The gateway's metrics for Prometheus. */
export interface GatewayMetrics {
  /** One answered request. `route` is the endpoint's path with its parameters unfilled. */
  answered(method: string, route: string, status: number, durationMs: number): void;
  /** The result of a purchase request: an outcome's kind, `open`, `unavailable`… */
  purchase(result: string): void;
  /** The size of one batch, and the time until Temporal accepted its workflow. */
  batch(size: number, startMs: number): void;
  /** The result of a request for a hold. */
  hold(result: string): void;
  /** What came of the start of a purchase. */
  start(reply: StartReply): void;
}

/** How long a count of the workflows that need an operator is cached. */
const INTERVENTION_FRESH_MS = 5_000;

/**
 * @param o.waiting counts the requests that wait for an outcome at this moment
 * @param o.queued counts those whose purchase waits for its batch
 * @param o.needingIntervention counts the workflows that need an operator, as Temporal lists them
 */
export function createMetrics(o: {
  waiting: () => number;
  queued: () => number;
  registry?: Registry;
  needingIntervention?: () => Promise<number>;
  processMetrics?: boolean;
}): GatewayMetrics {
  const registry = o.registry ?? new Registry();
  if (o.processMetrics ?? false) collectDefaultMetrics({ register: registry });
  const make = metricsIn(registry);
  const duration = make.histogram('http_request_duration_seconds', 'Time from the arrival of a request to its answer', {
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  });
  const purchases = make.counter('purchase_answers_total', 'Answers to purchase requests by result', ['result']);
  const holds = make.counter('hold_answers_total', 'Answers to requests for holds by result', ['result']);
  const starts = make.counter(
    'purchase_workflow_starts_total',
    'Purchases sent to their workflow by result, and why not',
    ['result', 'cause'],
  );
  make.gauge('purchases_waiting', 'Requests that wait for the outcome of their purchase', [], (gauge) =>
    gauge.set(o.waiting()),
  );
  make.gauge('purchases_queued', 'Purchases that wait for their batch', [], (gauge) => gauge.set(o.queued()));
  if (o.needingIntervention) registerNeedsAttention(registry, o.needingIntervention);
  const batchSizes = make.histogram('purchase_batch_size', 'Purchases in one workflow', {
    buckets: [1, 2, 5, 10, 20, 35, 49, 50],
  });
  const batchStarts = make.histogram('purchase_workflow_start_seconds', 'Time that the start of one workflow takes', {
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 10],
  });
  return {
    batch(size, startMs) {
      batchSizes.observe(size);
      batchStarts.observe(startMs / 1_000);
    },
    answered: (method, route, status, durationMs) => duration.observe({ method, route, status }, durationMs / 1_000),
    purchase: (result) => purchases.inc({ result }),
    hold: (result) => holds.inc({ result }),
    start: (reply) => starts.inc({ result: reply.kind, cause: reply.kind === 'not_started' ? reply.cause : '' }),
  };
}

/** One figure for the whole installation, the same at every gateway; NaN while Temporal does not answer. */
function registerNeedsAttention(registry: Registry, count: () => Promise<number>): void {
  let counted: Promise<number> | undefined;
  let countedMs = 0;
  const help =
    'Open purchases, cancellations and holds that need an operator; the same at every gateway, NaN if not known';
  metricsIn(registry).gauge('workflows_needing_attention', help, [], async (gauge) => {
    if (counted === undefined || Date.now() - countedMs >= INTERVENTION_FRESH_MS) {
      countedMs = Date.now();
      counted = count().catch(() => Number.NaN);
    }
    gauge.set(await counted);
  });
}
