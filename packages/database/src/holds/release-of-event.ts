import type pg from 'pg';
import { rowsOf } from '../rows.js';

/** What is to be released in Redis, under this generation or a later one. */
export interface ReleasedHolds {
  readonly holdIds: readonly string[];
  readonly generation: number;
}

// The share lock orders this before or after a rebuild's read of the holds, like the end of one hold.
const RELEASE = `
with inventory as materialized (
  select generation from event_inventory where event_id = $1 and event_cancelled for share
), active as materialized (
  select id from ticket_holds
   where event_id = $1 and status = 'active' and exists (select from inventory)
   order by id limit $2 for update
), released as (
  update ticket_holds h set status = 'released' from active a where h.id = a.id returning h.id
)
select i.generation, (select coalesce(jsonb_agg(id), '[]') from released) as hold_ids from inventory i`;

/** Releases some of the active holds of a cancelled event, until there are none. */
export async function releaseHoldsOfEvent(pool: pg.Pool, eventId: string, limit: number): Promise<ReleasedHolds> {
  const [released] = await rowsOf<ReleasedHolds>(pool, RELEASE, [eventId, limit], 'release-holds-of-event');
  return released ?? { holdIds: [], generation: 0 };
}
