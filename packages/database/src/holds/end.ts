import type { Hold } from '@box-office/contract';
import type pg from 'pg';
import { rowsOf } from '../rows.js';
import { HOLD_COLUMNS } from './hold-row.js';

/** State of a hold after its end was requested. */
export interface HoldEnd {
  /** Active only if it was to expire and its time is not over. */
  readonly hold: Hold;
  /** Time until it expires, by the database's clock; 0 once it has. */
  readonly remainingMs: number;
  /** Generation of the inventory under which, or a later one, its capacity is to be released. */
  readonly generation: number;
}

// The first of expiry, release and use wins, here. The share lock makes this wait for a rebuild that saw the hold as
// active, so that the generation which is read afterwards is one in which the release finds it.
const END = `
with inventory as materialized (
  select generation from event_inventory
   where event_id = (select event_id from ticket_holds where id = $1) for share
)
update ticket_holds set status = $2
 where id = $1 and status = 'active' and ($2 = 'released' or expires_at <= now())
   and exists (select from inventory)`;

const READ = `
select ${HOLD_COLUMNS}, coalesce(i.generation, 0) as generation,
       coalesce(greatest(0, ceil(extract(epoch from h.expires_at - now()) * 1000)), 0) as remaining_ms
  from ticket_holds h left join event_inventory i on i.event_id = h.event_id
 where h.id = $1`;

/**
 * Ends an active hold: `released` at any time, `expired` once its time is over. A hold that is not active is not
 * changed. Idempotent. The caller releases its capacity in Redis afterwards.
 *
 * @returns its state now, or null if it does not exist
 */
export async function endHold(pool: pg.Pool, holdId: string, as: 'released' | 'expired'): Promise<HoldEnd | null> {
  await pool.query({ name: 'end-hold', text: END, values: [holdId, as] });
  const [row] = await rowsOf<Hold & Omit<HoldEnd, 'hold'>>(pool, READ, [holdId], 'read-hold-end');
  if (!row) return null;
  const { remainingMs, generation, ...hold } = row;
  return { hold, remainingMs, generation };
}
