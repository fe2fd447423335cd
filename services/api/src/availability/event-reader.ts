import type { EventReadModel } from '@box-office/contract';
import { readEventReadModel } from '@box-office/inventory';
import type { ReportUnreadable } from '@box-office/platform';
import { LRUCache } from 'lru-cache';

const MAX_EVENTS = 500;

/** Reads the JSON of `event:<id>`; null where it is not the event's read model, like a missing one. */
export type ReadEvent = (eventId: string, json: string) => EventReadModel | null;

/**
 * An event's read model is parsed once for each of its states, not once per request: while an event is sold out, its
 * text stays the same for thousands of requests, and comparing it costs a fraction of parsing it.
 */
export function createEventReader(report: ReportUnreadable): ReadEvent {
  const parsed = new LRUCache<string, { readonly json: string; readonly event: EventReadModel | null }>({
    max: MAX_EVENTS,
  });
  return (eventId, json) => {
    const known = parsed.get(eventId);
    if (known?.json === json) return known.event;
    const event = readEventReadModel(eventId, json, report);
    parsed.set(eventId, { json, event });
    return event;
  };
}
