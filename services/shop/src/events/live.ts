import type { Catalogue, Event } from '@box-office/web';

const READ_EVERY_MS = 1_000;
const MAX_LISTENERS = 5_000;

/** The newest state of an event; `stale` while the gateway does not answer. */
type LiveState = { readonly kind: 'live'; readonly event: Event } | { readonly kind: 'stale' };

/** Reads an event once a second for all who watch it. */
export interface LiveAvailability {
  /**
   * Calls the listener now and then each second until the returned function is called. Null if too many watch already.
   */
  watch(eventId: string, listener: (state: LiveState) => void): (() => void) | null;
  listeners(): number;
  close(): void;
}

interface Watched {
  readonly listeners: Set<(state: LiveState) => void>;
  readonly timer: NodeJS.Timeout;
  state: LiveState | undefined;
  reading: boolean;
}

export function createLiveAvailability(catalogue: Pick<Catalogue, 'event'>): LiveAvailability {
  const events = new Map<string, Watched>();
  let count = 0;

  async function read(eventId: string, watched: Watched): Promise<void> {
    // A read that takes longer than a second is followed by silence, which the pages notice.
    if (watched.reading) return;
    watched.reading = true;
    const reply = await catalogue.event(eventId, { fresh: true });
    watched.reading = false;
    watched.state = reply.ok ? { kind: 'live', event: reply.data } : { kind: 'stale' };
    for (const listener of watched.listeners) listener(watched.state);
  }

  function startWatching(eventId: string): Watched {
    const watched: Watched = {
      listeners: new Set(),
      timer: setInterval(() => void read(eventId, watched), READ_EVERY_MS),
      state: undefined,
      reading: false,
    };
    events.set(eventId, watched);
    void read(eventId, watched);
    return watched;
  }

  return {
    watch(eventId, listener) {
      if (count >= MAX_LISTENERS) return null;
      count += 1;
      const watched = events.get(eventId) ?? startWatching(eventId);
      watched.listeners.add(listener);
      if (watched.state !== undefined) listener(watched.state);
      return () => {
        if (!watched.listeners.delete(listener)) return;
        count -= 1;
        if (watched.listeners.size > 0) return;
        clearInterval(watched.timer);
        events.delete(eventId);
      };
    },
    listeners: () => count,
    close() {
      for (const { timer } of events.values()) clearInterval(timer);
      events.clear();
    },
  };
}
