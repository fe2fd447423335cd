import { Gauge, Histogram, type Registry } from 'prom-client';

/** The shop's metrics for Prometheus. */
export interface ShopMetrics {
  /** One answered request; an answer that is streamed counts when it begins. */
  answered(method: string, status: number, durationMs: number): void;
}

export function createMetrics(registry: Registry, livePages: () => number): ShopMetrics {
  const registers = [registry];
  const duration = new Histogram({
    name: 'shop_request_duration_seconds',
    help: 'Time from the arrival of a request to the beginning of its answer',
    labelNames: ['method', 'status'] as const,
    buckets: [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers,
  });
  new Gauge({
    name: 'shop_live_pages',
    help: 'Pages that are shown live availability at this moment',
    registers,
    collect() {
      this.set(livePages());
    },
  });
  return {
    answered: (method, status, durationMs) => duration.observe({ method, status }, durationMs / 1_000),
  };
}
