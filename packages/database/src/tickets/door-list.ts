import type pg from 'pg';
import { pageOf, rowsOf } from '../rows.js';

/** Where a read of the list begins, and where the next one will. */
export interface DoorListQuery {
  readonly eventId: string;
  /** The `position` of an earlier read: only what has changed since; null for all. */
  readonly since: string | null;
  /** The `next` of the page before; null for the first page. */
  readonly after: string | null;
  readonly limit: number;
  /** Doors open so long before the event starts. They close when it ends. */
  readonly opensBeforeS: number;
}

/** What a door has to know of a ticket besides its signed code. */
export interface DoorListEntry {
  readonly ticketId: string;
  /** Codes of a lower version are worthless. */
  readonly minVersion: number;
  /** It is cancelled or being cancelled: codes of all versions are worthless. */
  readonly cancelled: boolean;
  /** ISO 8601; null while it is not admitted. */
  readonly admittedAt: string | null;
  readonly gate: string | null;
}

/** A page of what a door keeps for admitting without a connection. Instants are ISO 8601. */
export interface DoorList {
  /** By the clock of PostgreSQL. */
  readonly asOf: string;
  readonly opensAt: string;
  readonly closesAt: string;
  /** The event is cancelled. */
  readonly cancelled: boolean;
  /** It begins with the first change of the event: what a door had before is to be replaced. */
  readonly whole: boolean;
  readonly entries: readonly DoorListEntry[];
  /** The same on each page of a read. */
  readonly position: string;
  readonly next: string | null;
}

// Transactions commit in another order than they began. All before the oldest one in progress have ended, so that a read
// from there misses none and repeats a few. A position that is ahead of all comes from another database.
const EVENT = `
select now() as as_of, e.starts_at - $2 * interval '1 second' as opens_at, e.ends_at as closes_at,
       e.status = 'cancelled' as cancelled, pg_snapshot_xmin(pg_current_snapshot())::text as position,
       $3::xid8 > pg_snapshot_xmax(pg_current_snapshot()) as is_foreign
  from events e where e.id = $1`;

type EventRow = Pick<DoorList, 'asOf' | 'opensAt' | 'closesAt' | 'cancelled' | 'position'> & {
  readonly isForeign: boolean;
};

const ENTRIES = `
select d.changed_in::text, k.id as ticket_id, k.version as min_version, k.cancellation_id is not null as cancelled,
       a.checked_at as admitted_at, a.gate
  from ticket_door_changes d
  join event_tickets k on k.id = d.ticket_id
  left join ticket_check_ins a on a.id = k.admission_id
 where d.event_id = $1 and (d.changed_in, d.ticket_id) > ($2::xid8, $3::uuid)
 order by d.changed_in, d.ticket_id
 limit $4`;

/** Before the ids of all tickets. */
const FIRST_ID = '00000000-0000-0000-0000-000000000000';
const BEGINNING = '0';

/** Reads a page of an event's list, oldest changes first; null if there is no such event. */
export async function readDoorList(pool: pg.Pool, query: DoorListQuery): Promise<DoorList | null> {
  const { eventId, since, after, limit } = query;
  const [event] = await rowsOf<EventRow>(
    pool,
    EVENT,
    [eventId, query.opensBeforeS, since ?? BEGINNING],
    'door-list-event',
  );
  if (event === undefined) return null;
  const { isForeign, ...about } = event;
  const whole = since === null || isForeign;
  const [position, changedIn, ticketId] =
    after === null ? [about.position, whole ? BEGINNING : since, FIRST_ID] : parseCursor(after);
  const values = [eventId, changedIn, ticketId, limit + 1];
  const rows = await rowsOf<DoorListEntry & { changedIn: string }>(pool, ENTRIES, values, 'door-list-entries');
  const page = pageOf(rows, limit, (last) => [position, last.changedIn, last.ticketId].join('.'));
  const entries = page.items.map(({ changedIn: _, ...entry }) => entry);
  return { ...about, whole, entries, position, next: page.next };
}

const CURSOR = /^(\d{1,19})\.(\d{1,19})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Whether a text can be the `next` of a page. */
export const isDoorListCursor = (text: string): boolean => CURSOR.test(text);

function parseCursor(text: string): readonly [position: string, changedIn: string, ticketId: string] {
  const [, position, changedIn, ticketId] = CURSOR.exec(text) ?? [];
  if (position === undefined || changedIn === undefined || ticketId === undefined) {
    throw new Error(`${text} is not the cursor of a door's list`);
  }
  return [position, changedIn, ticketId];
}
