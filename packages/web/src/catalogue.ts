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
/** Ids of events that were found are remembered up to so many. */
const MAX_FOUND = 10_000;

/** The events as the gateway has them, read once for all readers who ask in the same moment. */
export interface Catalogue {
  /** Those that are not over, in the order in which they were created. */
  list(): Promise<Reply<readonly Event[]>>;
  /**
   * @param o.fresh reads it now
   * @param o.visitor the gateway as the reader who has named the id, who may have made it up: asked while the id was never
   *   found, so that such ids use up the limit of their sender, and no limit and no memory of the service
   */
  event(id: string, o?: { fresh?: boolean; visitor?: ApiClient }): Promise<Reply<Event>>;
}

/** @param anybody the gateway without a token */
export function createCatalogue(anybody: ApiClient, logger: Pick<Logger, 'warn'>): Catalogue {
  const lists = new LRUCache<'all', Promise<Reply<readonly Event[]>>>({ max: 1, ttl: LIST_FRESH_MS });
  const events = new LRUCache<string, Promise<Reply<Event>>>({ max: MAX_EVENTS_KEPT, ttl: EVENT_FRESH_MS });
  const found = new LRUCache<string, true>({ max: MAX_FOUND });

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
      for (const { id } of reply.data.events) found.set(id, true);
      if (reply.data.next === null) return { ok: true, data: all };
      after = reply.data.next;
    }
    if (!hasWarned) {
      logger.warn({ listed: all.length }, 'there are more events than are listed: the newest ones are left out');
    }
    hasWarned = true;
    return { ok: true, data: all };
  }

  async function readEvent(id: string, as: ApiClient): Promise<Reply<Event>> {
    const reply = await replyTo(as.GET('/api/events/{id}', { params: { path: { id } } }));
    if (reply.ok) found.set(reply.data.id, true);
    return reply;
  }

  /** Keeps a reply for a second, unless it says nothing of the event: a limit, or no answer. */
  function readForAll(id: string): Promise<Reply<Event>> {
    const read = readEvent(id, anybody).then((reply) => {
      const isOfEvent = reply.ok || reply.problem.status === 404;
      if (!isOfEvent && events.peek(id) === read) events.delete(id);
      return reply;
    });
    events.set(id, read);
    return read;
  }

  return {
    list() {
      const known = lists.get('all');
      if (known !== undefined) return known;
      const read = readAll();
      lists.set('all', read);
      return read;
    },
    event(id, { fresh = false, visitor } = {}) {
      const known = fresh ? undefined : events.get(id);
      if (known !== undefined) return known;
      return visitor === undefined || found.has(id) ? readForAll(id) : readEvent(id, visitor);
    },
  };
}
