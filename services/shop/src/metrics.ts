import { Gauge, type Registry } from 'prom-client';

/** Counts the pages that are live. */
export function countLivePages(registry: Registry, livePages: () => number): void {
  new Gauge({
    name: 'shop_live_pages',
    help: 'Pages that are shown live availability at this moment',
    registers: [registry],
    collect() {
      this.set(livePages());
    },
  });
}
