import type { ApiClient, Schema } from '@box-office/api-client';
import type { Logger } from '@box-office/platform';
import { LRUCache } from 'lru-cache';
import { replyTo, type Reply } from './replies.js';

export type Event = Schema<'Event'>;

const PAGE_SIZE = 100;
/** So many are listed at most. */
const MAX_EVENTS = 2_000;
const LIST_FRESH_MS = 2_000;
const EVENT_FRESH_MS = 1_000;
const MAX_EVENTS_KEPT = 500;

/** The events as the gateway has them, read once for all readers who ask in the same moment. */
export interface Catalogue {
  /** Those that are not over, in the order in which they were created. */
  list(): Promise<Reply<readonly Event[]>>;
  /** @param o.fresh reads it now */
  event(id: string, o?: { fresh: boolean }): Promise<Reply<Event>>;
}

/** @param anybody the gateway without a token */
export function createCatalogue(anybody: ApiClient, logger: Pick<Logger, 'warn'>): Catalogue {
  const lists = new LRUCache<'all', Promise<Reply<readonly Event[]>>>({ max: 1, ttl: LIST_FRESH_MS });
  const events = new LRUCache<string, Promise<Reply<Event>>>({ max: MAX_EVENTS_KEPT, ttl: EVENT_FRESH_MS });

  let hasWarned = false;

  async function readAll(): Promise<Reply<readonly Event[]>> {
    const all: Event[] = [];
    const endsFrom = new Date().toISOString();
    let after: string | undefined;
    while (all.length < MAX_EVENTS) {
      const query = { limit: PAGE_SIZE, endsFrom, ...(after !== undefined && { after }) };
      const reply = await replyTo(anybody.GET('/api/events', { params: { query } }));
      if (!reply.ok) return reply;
      all.push(...reply.data.events);
      if (reply.data.next === null) return { ok: true, data: all };
      after = reply.data.next;
    }
    if (!hasWarned) {
      logger.warn({ listed: all.length }, 'there are more events than are listed: the newest ones are left out');
    }
    hasWarned = true;
    return { ok: true, data: all };
  }

  return {
    list() {
      const known = lists.get('all');
      if (known !== undefined) return known;
      const read = readAll();
      lists.set('all', read);
      return read;
    },
    event(id, { fresh } = { fresh: false }) {
      const known = fresh ? undefined : events.get(id);
      if (known !== undefined) return known;
      const read = replyTo(anybody.GET('/api/events/{id}', { params: { path: { id } } }));
      events.set(id, read);
      return read;
    },
  };
}
