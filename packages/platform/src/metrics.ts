import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Makes the metrics of a registry. Nothing is registered globally, so that one test process can have two of them. */
export function metricsIn(registry: Registry) {
  const registers = [registry];
  return {
    counter: <L extends string = never>(name: string, help: string, labelNames: readonly L[] = []): Counter<L> =>
      new Counter({ name, help, labelNames, registers }),
    histogram: <L extends string = never>(
      name: string,
      help: string,
      o: { readonly buckets: number[]; readonly labelNames?: readonly L[] },
    ): Histogram<L> => new Histogram({ name, help, labelNames: [], ...o, registers }),
    /** @param collect sets it at each scrape */
    gauge: <L extends string = never>(
      name: string,
      help: string,
      labelNames: readonly L[] = [],
      collect?: (gauge: Gauge<L>) => void | Promise<void>,
    ): Gauge<L> =>
      new Gauge({
        name,
        help,
        labelNames,
        registers,
        ...(collect && {
          collect(this: Gauge<L>) {
            return collect(this);
          },
        }),
      }),
  };
}
