import type { EventDetails } from '@box-office/contract';
import { inTransaction } from '@box-office/platform';
import type pg from 'pg';
import { rowsOf } from '../rows.js';
import { findEvent } from '../events/find.js';
import { readTakenSerials, type TakenSerials } from '../inventory/contents.js';
import { readContradictions, type Contradiction } from './contradictions.js';
import { readInvalidAdmissions, type InvalidAdmission } from './invalid-admissions.js';
import { readWrongLines, type WrongLines } from './wrong-lines.js';

/** One event in PostgreSQL at one moment, for comparison with the other stores. */
export interface EventRecord {
  readonly details: EventDetails;
  /** When this was read, by the database's clock, ISO 8601. */
  readonly readAt: string;
  /** Number of its purchases, with any status. */
  readonly purchases: number;
  /** `events.capacity`. */
  readonly capacity: number;
  /** What the capacity must be: the initial capacity and the sum of all ledger lines. */
  readonly capacityByLedger: number;
  /** The initial capacity and the lines without a purchase: what the totals must add up to. */
  readonly totalByLedger: number;
  readonly generation: number;
  /** Its inventory is being built at this moment. */
  readonly building: boolean;
  readonly taken: TakenSerials;
  /** Purchases that are open or have a cancellation that is not settled: they are in progress. */
  readonly underWay: ReadonlySet<string>;
  /** Purchases whose lines in the ledger or the audit log are wrong. */
  readonly wrongLines: readonly WrongLines[];
  /** Who was let in offline with a ticket that was not valid any more. */
  readonly invalidAdmissions: readonly InvalidAdmission[];
  /** Contradictions within PostgreSQL; empty if they were not read. */
  readonly contradictions: readonly Contradiction[];
  /** Whether the contradictions were read: for a complete record, and for a small event. */
  readonly complete: boolean;
}

/** Up to so many purchases a record is always complete: selecting what has changed would cost as much. */
const SMALL_EVENT_PURCHASES = 20;

const SNAPSHOT = 'set transaction isolation level repeatable read, read only';

/** A rebuild that is older than this was interrupted. */
const BUILDING_S = 15;

const COUNTS = `
select now() as read_at, e.capacity, i.generation,
       (select count(*) from event_ticket_transactions where event_id = e.id)::integer as purchases,
       i.state = 'building' and i.changed_at > now() - make_interval(secs => $2) as building,
       e.initial_capacity + coalesce(l.change, 0)::integer as capacity_by_ledger,
       e.initial_capacity + coalesce(l.change_of_totals, 0)::integer as total_by_ledger
  from events e
  join event_inventory i on i.event_id = e.id
  cross join lateral (
    select sum(change) as change, sum(change) filter (where purchase_id is null) as change_of_totals
      from capacity_ledger where event_id = e.id
  ) l
 where e.id = $1`;

const UNDER_WAY = `
select id from event_ticket_transactions where event_id = $1 and outcome is null
union
select purchase_id from ticket_cancellations where event_id = $1 and settled_at is null`;

/**
 * Reads an event in one snapshot, so that differences within it are real, whatever changes meanwhile.
 *
 * @param o.complete also compare tickets, purchases and the outcomes that buyers were told, which reads all of them
 * @returns null if the event does not exist
 */
export function readEventRecord(
  pool: pg.Pool,
  o: { readonly eventId: string; readonly complete: boolean },
): Promise<EventRecord | null> {
  return inTransaction(pool, async (client) => {
    await client.query(SNAPSHOT);
    const event = await findEvent(client, o.eventId);
    if (!event) return null;
    type Counts = Omit<
      EventRecord,
      'details' | 'taken' | 'underWay' | 'wrongLines' | 'invalidAdmissions' | 'contradictions' | 'complete'
    >;
    const [counts] = await rowsOf<Counts>(client, COUNTS, [o.eventId, BUILDING_S]);
    if (!counts) throw new Error(`event ${o.eventId} has no row for its inventory`);
    const complete = o.complete || counts.purchases <= SMALL_EVENT_PURCHASES;
    const underWay = await rowsOf<{ id: string }>(client, UNDER_WAY, [o.eventId]);
    return {
      ...counts,
      details: event,
      taken: await readTakenSerials(client, event),
      underWay: new Set(underWay.map(({ id }) => id)),
      wrongLines: await readWrongLines(client, o.eventId),
      invalidAdmissions: await readInvalidAdmissions(client, o.eventId),
      complete,
      contradictions: complete ? await readContradictions(client, o.eventId) : [],
    };
  });
}
