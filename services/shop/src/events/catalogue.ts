import type { Schema } from '@box-office/api-client';
import { LRUCache } from 'lru-cache';
import { replyTo, type Gateway, type Reply } from '../http/gateway.js';

export type Event = Schema<'Event'>;

const PAGE_SIZE = 100;
/** The gateway lists all events; the shop shows at most so many pages of them. */
const MAX_PAGES = 20;
const LIST_FRESH_MS = 2_000;
const EVENT_FRESH_MS = 1_000;
const MAX_EVENTS_KEPT = 500;

/** The events as the gateway has them, read once for all buyers who ask in the same moment. */
export interface Catalogue {
  list(): Promise<Reply<readonly Event[]>>;
  /** @param o.fresh reads it now */
  event(id: string, o?: { fresh: boolean }): Promise<Reply<Event>>;
}

export function createCatalogue(gateway: Pick<Gateway, 'anybody'>): Catalogue {
  const lists = new LRUCache<'all', Promise<Reply<readonly Event[]>>>({ max: 1, ttl: LIST_FRESH_MS });
  const events = new LRUCache<string, Promise<Reply<Event>>>({ max: MAX_EVENTS_KEPT, ttl: EVENT_FRESH_MS });

  async function readAll(): Promise<Reply<readonly Event[]>> {
    const all: Event[] = [];
    let after: string | undefined;
    for (let page = 0; page < MAX_PAGES; page++) {
      const query = { limit: PAGE_SIZE, ...(after !== undefined && { after }) };
      const reply = await replyTo(gateway.anybody.GET('/api/events', { params: { query } }));
      if (!reply.ok) return reply;
      all.push(...reply.data.events);
      if (reply.data.next === null) break;
      after = reply.data.next;
    }
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
      const read = replyTo(gateway.anybody.GET('/api/events/{id}', { params: { path: { id } } }));
      events.set(id, read);
      return read;
    },
  };
}
