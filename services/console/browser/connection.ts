import { NoAccess, NoAnswer, NotAssigned, readList, reportAdmissions } from './door-calls.js';
import type { DoorList, DoorStore, OwnAdmission } from './door-store.js';

// The door's connection to the box office.
//
//   connected     the last call was answered: codes are checked there
//   offline       it was not: this device decides
//   signed_out    the session has ended: this device decides, until somebody signs in
//   not_assigned  somebody has signed in who does not work at this event's doors: this device decides, until somebody
//                 signs in who does
//
// A call that fails leads out of `connected`; a synchronisation that succeeds leads back. It reports whom the device has
// let in, then reads the list, so that the list has them.

export type Mode = 'connected' | 'offline' | 'signed_out' | 'not_assigned';

export interface ConnectionState {
  readonly mode: Mode;
  /** When the mode began, by the device's clock. */
  readonly sinceMs: number;
  readonly list: DoorList | undefined;
  /** Of all events. */
  readonly own: readonly OwnAdmission[];
}

const WHEN_CONNECTED_MS = 15_000;
const WHEN_LOST_MS = 3_000;
/** Fits into what the console takes as a body. */
const MAX_REPORTED_AT_ONCE = 25;
/** When the device went offline: after a reload it is still offline since then. */
const SINCE = 'door-offline-since';

/** Keeps the list fresh and the queue empty, for as long as the page lives. */
export function createConnection(o: {
  readonly store: DoorStore;
  readonly eventId: string;
  /** The one that was kept; undefined: none was read yet. */
  readonly list: DoorList | undefined;
  onChange(state: ConnectionState, before: Mode): void;
}) {
  const { store, eventId } = o;
  const kept = Number(localStorage.getItem(SINCE));
  let mode: Mode = kept > 0 ? 'offline' : 'connected';
  let sinceMs = kept > 0 ? kept : Date.now();
  let { list } = o;
  let running: Promise<void> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function enter(next: Mode): Promise<void> {
    const before = mode;
    if (next !== mode) [mode, sinceMs] = [next, Date.now()];
    if (mode === 'connected') localStorage.removeItem(SINCE);
    else localStorage.setItem(SINCE, String(sinceMs));
    o.onChange({ mode, sinceMs, list, own: await store.own() }, before);
  }

  /** Those of other events as well: their doors may not be opened on this device again. */
  async function report(): Promise<void> {
    const waiting = (await store.own()).filter(({ state }) => state === 'waiting');
    for (const event of new Set(waiting.map((one) => one.eventId))) {
      await reportOf(event).catch((error: unknown) => {
        // They wait for somebody who is assigned to that event. Of the open door's event reading the list tells it.
        if (!(error instanceof NotAssigned)) throw error;
      });
    }
  }

  async function reportOf(event: string): Promise<void> {
    for (;;) {
      const own = (await store.own()).filter((one) => one.eventId === event && one.state === 'waiting');
      const waiting = own.slice(0, MAX_REPORTED_AT_ONCE);
      if (waiting.length === 0) return;
      const outcomes = await reportAdmissions(event, waiting);
      const reported = waiting.flatMap((one): OwnAdmission[] => {
        const outcome = outcomes.get(one.key);
        return outcome === undefined ? [] : [{ ...one, state: 'settled', code: '', outcome }];
      });
      if (reported.length < waiting.length) throw new NoAnswer();
      await store.put(reported);
    }
  }

  async function refresh(): Promise<void> {
    const reportedKeys = (await store.own()).filter(({ state }) => state === 'settled').map(({ key }) => key);
    const read = await readList(eventId, list?.position);
    await store.putList(read.list, read.entries, read.whole, reportedKeys);
    list = read.list;
  }

  async function run(): Promise<void> {
    try {
      await report();
      await refresh();
      await enter('connected');
    } catch (error) {
      await lost(error);
    } finally {
      running = undefined;
      schedule();
    }
  }

  function schedule(): void {
    clearTimeout(timer);
    timer = setTimeout(() => void synchronise(), mode === 'connected' ? WHEN_CONNECTED_MS : WHEN_LOST_MS);
  }

  /** A synchronisation that is running is not disturbed. */
  const synchronise = (): Promise<void> => (running ??= run());

  /** Tells that a call was not answered. @throws what is no lost connection */
  async function lost(error: unknown): Promise<void> {
    if (error instanceof NoAnswer) await enter('offline');
    else if (error instanceof NoAccess) await enter(error instanceof NotAssigned ? 'not_assigned' : 'signed_out');
    else throw error;
    schedule();
  }

  return { synchronise, lost, changed: () => enter(mode), mode: () => mode, list: () => list };
}

export type Connection = ReturnType<typeof createConnection>;
