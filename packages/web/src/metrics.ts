import { Histogram, type Registry } from 'prom-client';

/** Metrics of the answers, for Prometheus. */
export interface RequestMetrics {
  /** One answered request; an answer that is streamed counts when it begins. */
  answered(method: string, status: number, durationMs: number): void;
}

/** @param service begins the name of the metric */
export function createRequestMetrics(registry: Registry, service: string): RequestMetrics {
  const duration = new Histogram({
    name: `${service}_request_duration_seconds`,
    help: 'Time from the arrival of a request to the beginning of its answer',
    labelNames: ['method', 'status'] as const,
    buckets: [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
  return {
    answered: (method, status, durationMs) => duration.observe({ method, status }, durationMs / 1_000),
  };
}
