// What a door keeps on its device, in IndexedDB: the list, and whom it has let in. No names.

/** Of one event, as of the last read of its list. Instants are ISO 8601, by the clock of the box office. */
export interface DoorList {
  readonly eventId: string;
  /** Public keys of tickets' codes. */
  readonly keys: readonly { readonly kid: string; readonly x: string }[];
  readonly opensAt: string;
  readonly closesAt: string;
  readonly cancelled: boolean;
  readonly position: string;
  readonly asOf: string;
  /** What is to be added to the device's clock. */
  readonly clockAheadMs: number;
}

export interface Admission {
  readonly admittedAt: string;
  readonly gate: string;
}

export interface ListEntry {
  readonly ticketId: string;
  readonly minVersion: number;
  readonly cancelled: boolean;
  readonly admission: Admission | null;
}

/** What the box office said of an admission that was reported to it. */
export interface Outcome {
  readonly result: string;
  /** `Standing, no. 12`. */
  readonly ticket: string;
  /** With `already_admitted`: the one at the other door. */
  readonly other: Admission | null;
}

/**
 * Somebody whom this device has let in.
 *
 * - `waiting`: the box office does not know of it, as far as this device knows;
 * - `settled`: it was reported, and the list on the device is older than that; the name is that of what devices keep;
 * - `noted`: the list is newer; kept only to be shown, because it was not as it should be.
 */
export interface OwnAdmission extends Admission {
  readonly key: string;
  readonly eventId: string;
  readonly ticketId: string;
  /** Needed until it is reported, and deleted then. */
  readonly code: string;
  readonly state: 'waiting' | 'settled' | 'noted';
  readonly outcome: Outcome | null;
}

const DATABASE = 'door';
const VERSION = 1;
/** Lists of events that closed so long ago are deleted, unless somebody is still to be reported. */
const KEPT_AFTER_CLOSING_MS = 7 * 86_400_000;

const done = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('IndexedDB failed'));
  });

const committed = (transaction: IDBTransaction): Promise<void> =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error('IndexedDB aborted'));
  });

async function openDatabase(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, VERSION);
  request.onupgradeneeded = () => {
    const database = request.result;
    database.createObjectStore('lists', { keyPath: 'eventId' });
    database.createObjectStore('entries', { keyPath: ['eventId', 'ticketId'] });
    const admissions = database.createObjectStore('admissions', { keyPath: 'key' });
    admissions.createIndex('ticket', ['eventId', 'ticketId']);
  };
  return done(request);
}

/** All keys of an event in a store or an index whose keys begin with the event. */
const ofEvent = (eventId: string): IDBKeyRange => IDBKeyRange.bound([eventId], [eventId, []]);

/** Opens what is kept of one event. */
export async function openDoorStore(eventId: string) {
  const database = await openDatabase();
  const reading = (...stores: string[]): IDBTransaction => database.transaction(stores, 'readonly');
  // Nothing is shown as admitted before it is on the disk.
  const writing = (...stores: string[]): IDBTransaction =>
    database.transaction(stores, 'readwrite', { durability: 'strict' });
  const ownIn = (transaction: IDBTransaction): Promise<OwnAdmission[]> =>
    done(transaction.objectStore('admissions').index('ticket').getAll(ofEvent(eventId)) as IDBRequest<OwnAdmission[]>);

  await deleteOld(database, eventId);
  return {
    list: (): Promise<DoorList | undefined> =>
      done(reading('lists').objectStore('lists').get(eventId) as IDBRequest<DoorList | undefined>),

    /** Whom this device has let in, at the doors of all events. */
    own: (): Promise<OwnAdmission[]> =>
      done(reading('admissions').objectStore('admissions').getAll() as IDBRequest<OwnAdmission[]>),

    /**
     * Adds to the list, or replaces it if it is whole. The own admissions that were reported before it was read are in it.
     *
     * @param reportedKeys of those
     */
    async putList(list: DoorList, entries: readonly ListEntry[], whole: boolean, reportedKeys: readonly string[]) {
      const transaction = writing('lists', 'entries', 'admissions');
      const store = transaction.objectStore('entries');
      if (whole) store.delete(ofEvent(eventId));
      for (const entry of entries) store.put({ eventId, ...entry });
      transaction.objectStore('lists').put(list);
      const own = transaction.objectStore('admissions');
      for (const one of await ownIn(transaction)) {
        if (one.state !== 'settled' || !reportedKeys.includes(one.key)) continue;
        if (one.outcome === null || one.outcome.result === 'admitted') own.delete(one.key);
        else own.put({ ...one, state: 'noted' });
      }
      await committed(transaction);
    },

    /** What the device knows of a ticket; `admission` is of any door, this one included. */
    async find(ticketId: string): Promise<{ entry: ListEntry | undefined; admission: Admission | null }> {
      return findIn(reading('entries', 'admissions'), eventId, ticketId);
    },

    /**
     * Stores an admission unless the device knows of one of the same ticket, however many pages of this device try.
     *
     * @returns the one that it knows, or null: stored
     * @throws if another one has its key: nothing is overwritten
     */
    async admit(admission: OwnAdmission): Promise<Admission | null> {
      const transaction = writing('entries', 'admissions');
      const known = await findIn(transaction, eventId, admission.ticketId);
      if (known.admission === null) transaction.objectStore('admissions').add(admission);
      await committed(transaction);
      return known.admission;
    },

    /** Keeps what became of admissions. */
    async put(admissions: readonly OwnAdmission[]): Promise<void> {
      const transaction = writing('admissions');
      for (const one of admissions) transaction.objectStore('admissions').put(one);
      await committed(transaction);
    },
  };
}

export type DoorStore = Awaited<ReturnType<typeof openDoorStore>>;

async function findIn(transaction: IDBTransaction, eventId: string, ticketId: string) {
  const key = [eventId, ticketId];
  const entry = await done(transaction.objectStore('entries').get(key) as IDBRequest<ListEntry | undefined>);
  const index = transaction.objectStore('admissions').index('ticket');
  const own = (await done(index.getAll(key) as IDBRequest<OwnAdmission[]>)).find(({ state }) => state !== 'noted');
  return { entry, admission: own ?? entry?.admission ?? null };
}

async function deleteOld(database: IDBDatabase, eventId: string): Promise<void> {
  const transaction = database.transaction(['lists', 'entries', 'admissions'], 'readwrite');
  const lists = transaction.objectStore('lists');
  const admissions = transaction.objectStore('admissions');
  for (const list of await done(lists.getAll() as IDBRequest<DoorList[]>)) {
    const isOld = Date.parse(list.closesAt) + KEPT_AFTER_CLOSING_MS < Date.now();
    if (list.eventId === eventId || !isOld) continue;
    const own = await done(admissions.index('ticket').getAll(ofEvent(list.eventId)) as IDBRequest<OwnAdmission[]>);
    if (own.some(({ state }) => state === 'waiting')) continue;
    lists.delete(list.eventId);
    transaction.objectStore('entries').delete(ofEvent(list.eventId));
    for (const { key } of own) admissions.delete(key);
  }
  await committed(transaction);
}
