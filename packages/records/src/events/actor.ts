import type { EventFacts } from '@box-office/contract';
import type pg from 'pg';
import type { Json } from '../audit/canonical-json.js';
import { recordOperatorAct } from '../audit/operator-line.js';
import type { Operator } from '../audit/operator-requests.js';

/** Who creates or changes an event, for the audit log. */
export interface EventActor {
  readonly by: Operator;
  /** The HTTP request that asked. */
  readonly requestId: string;
}

/** An event's facts as the audit log keeps them. */
export const factsForAudit = (facts: EventFacts): Json => JSON.parse(JSON.stringify(facts)) as Json;

/** Records a change: each field that it changed, with its value before and after. Comes last in the transaction. */
export async function recordEventChange(
  client: pg.ClientBase,
  actor: EventActor,
  before: EventFacts,
  after: EventFacts,
): Promise<void> {
  const changed = (Object.keys(after) as (keyof EventFacts)[]).filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  if (changed.length === 0) return;
  const only = (facts: EventFacts): Json =>
    JSON.parse(JSON.stringify(Object.fromEntries(changed.map((name) => [name, facts[name]])))) as Json;
  await recordOperatorAct(client, {
    ...actor,
    ...{ action: 'change_event', reason: null, eventId: after.id },
    before: only(before),
    after: only(after),
  });
}
