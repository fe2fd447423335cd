import type { EventFacts } from '@box-office/contract';
import type pg from 'pg';
import { changeEvent, type EventChange } from '../change.js';

/** Changes an event of which no inventory was built. */
export const changed = (
  pool: pg.Pool,
  eventId: string,
  changes: (before: EventFacts) => Partial<EventFacts>,
): Promise<EventChange> =>
  changeEvent(
    pool,
    { eventId, ifRevision: null, wanted: (before) => ({ kind: 'wanted', facts: { ...before, ...changes(before) } }) },
    () => Promise.resolve({ kind: 'updated' }),
  );
