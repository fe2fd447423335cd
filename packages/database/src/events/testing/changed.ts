import type { EventDetails } from '@box-office/contract';
import type pg from 'pg';
import { changeEvent, type EventChange } from '../change.js';

/** Changes an event of which no inventory was built. */
export const changed = (
  pool: pg.Pool,
  eventId: string,
  changes: (before: EventDetails) => Partial<EventDetails>,
): Promise<EventChange> =>
  changeEvent(
    pool,
    { eventId, ifRevision: null, wanted: (before) => ({ kind: 'wanted', details: { ...before, ...changes(before) } }) },
    () => Promise.resolve({ kind: 'updated' }),
  );
