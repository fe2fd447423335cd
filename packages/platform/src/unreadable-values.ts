import { Counter, type Registry } from 'prom-client';
import type { Logger } from './logger.js';

/** At most one line in this time for each source; the metric counts all of them. */
const LOG_EVERY_MS = 10_000;
const MAX_NAME_CHARS = 200;

/**
 * Told of each value in a store and each message that is not what its schema says. It is treated as absent.
 *
 * @param source the kind of key, channel or queue, such as `event`; one of a few, because it becomes a label
 * @param name the key or channel itself
 */
export type ReportUnreadable = (source: string, name: string, why: string) => void;

/** Counts such values in `unreadable_values_total` and logs them at a bounded rate. */
export function createUnreadableReports(o: { logger: Logger; registry: Registry }): ReportUnreadable {
  const counter = new Counter({
    name: 'unreadable_values_total',
    help: 'Values and messages of a store that were not what their schema says and were treated as absent, by source',
    labelNames: ['source'] as const,
    registers: [o.registry],
  });
  const sources = new Map<string, { lastLoggedMs: number; unlogged: number }>();
  return (source, name, why) => {
    counter.inc({ source });
    const state = sources.get(source) ?? { lastLoggedMs: -Infinity, unlogged: 0 };
    sources.set(source, state);
    if (performance.now() - state.lastLoggedMs < LOG_EVERY_MS) {
      state.unlogged++;
      return;
    }
    const details = { source, name: name.slice(0, MAX_NAME_CHARS), why, unlogged: state.unlogged };
    o.logger.warn(details, 'a stored value or message was unreadable; it is treated as absent');
    Object.assign(state, { lastLoggedMs: performance.now(), unlogged: 0 });
  };
}
