import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** The gateway's metrics for Prometheus, in a registry of their own so that one test process can have two gateways. */
export interface GatewayMetrics {
  readonly registry: Registry;
  /** One answered request. `route` is the endpoint's path with its parameters unfilled. */
  answered(method: string, route: string, status: number, durationMs: number): void;
  /** The result of a purchase request: an outcome's kind, `open`, `unavailable`… */
  purchase(result: string): void;
  /** The size of one batch, and the time until Temporal accepted its workflow. */
  batch(size: number, startMs: number): void;
  /** The result of a request for a hold. */
  hold(result: string): void;
  /** The result of a start at Temporal. */
  start(result: string): void;
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
  const registers = [registry];
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the arrival of a request to its answer',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const purchases = new Counter({
    name: 'purchase_answers_total',
    help: 'Answers to purchase requests by result',
    labelNames: ['result'] as const,
    registers,
  });
  const holds = new Counter({
    name: 'hold_answers_total',
    help: 'Answers to requests for holds by result',
    labelNames: ['result'] as const,
    registers,
  });
  const starts = new Counter({
    name: 'purchase_workflow_starts_total',
    help: 'Purchases sent to their workflow by result',
    labelNames: ['result'] as const,
    registers,
  });
  registerQueues(registry, o);
  if (o.needingIntervention) registerNeedsAttention(registry, o.needingIntervention);
  const batchSizes = new Histogram({
    name: 'purchase_batch_size',
    help: 'Purchases in one workflow',
    buckets: [1, 2, 5, 10, 20, 35, 49, 50],
    registers,
  });
  const batchStarts = new Histogram({
    name: 'purchase_workflow_start_seconds',
    help: 'Time that the start of one workflow takes',
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 10],
    registers,
  });
  return {
    registry,
    batch(size, startMs) {
      batchSizes.observe(size);
      batchStarts.observe(startMs / 1_000);
    },
    answered: (method, route, status, durationMs) => duration.observe({ method, route, status }, durationMs / 1_000),
    purchase: (result) => purchases.inc({ result }),
    hold: (result) => holds.inc({ result }),
    start: (result) => starts.inc({ result }),
  };
}

/** The requests that wait at this moment. */
function registerQueues(registry: Registry, o: { waiting: () => number; queued: () => number }): void {
  const registers = [registry];
  new Gauge({
    name: 'purchases_waiting',
    help: 'Requests that wait for the outcome of their purchase',
    registers,
    collect() {
      this.set(o.waiting());
    },
  });
  new Gauge({
    name: 'purchases_queued',
    help: 'Purchases that wait for their batch',
    registers,
    collect() {
      this.set(o.queued());
    },
  });
}

/** One figure for the whole installation, the same at every gateway; NaN while Temporal does not answer. */
function registerNeedsAttention(registry: Registry, count: () => Promise<number>): void {
  let counted: Promise<number> | undefined;
  let countedMs = 0;
  new Gauge({
    name: 'workflows_needing_attention',
    help: 'Open purchases, cancellations and holds that need an operator; the same at every gateway, NaN if not known',
    registers: [registry],
    async collect() {
      if (counted === undefined || Date.now() - countedMs >= INTERVENTION_FRESH_MS) {
        countedMs = Date.now();
        counted = count().catch(() => Number.NaN);
      }
      this.set(await counted);
    },
  });
}
