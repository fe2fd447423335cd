import type { EventDetails } from '@box-office/contract';
import type pg from 'pg';
import type { Json } from '../audit/canonical-json.js';
import { recordOperatorAct } from '../audit/operator-line.js';
import type { Operator } from '../audit/operator-requests.js';

/** Who creates or changes an event, for the audit log. */
export interface EventActor {
  readonly by: Operator;
  /** Id of the HTTP request. */
  readonly requestId: string;
}

/** An event as the audit log keeps it. */
export const detailsForAudit = (event: EventDetails): Json => JSON.parse(JSON.stringify(event)) as Json;

/** Records a change: each changed field, with its value before and after. Comes last in the transaction. */
export async function recordEventChange(
  client: pg.ClientBase,
  actor: EventActor,
  before: EventDetails,
  after: EventDetails,
): Promise<void> {
  const changed = (Object.keys(after) as (keyof EventDetails)[]).filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  if (changed.length === 0) return;
  const only = (event: EventDetails): Json =>
    JSON.parse(JSON.stringify(Object.fromEntries(changed.map((name) => [name, event[name]])))) as Json;
  await recordOperatorAct(client, {
    ...actor,
    action: 'change_event',
    reason: null,
    eventId: after.id,
    before: only(before),
    after: only(after),
  });
}
