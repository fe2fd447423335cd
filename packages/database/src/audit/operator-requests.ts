import type { OperatorChannel } from '@box-office/contract';
import type pg from 'pg';
import { rowsOf } from '../rows.js';

/** An operator, and how the name is known. */
export interface Operator {
  readonly name: string;
  /** The name is the subject of a verified token; otherwise somebody typed it. */
  readonly verified: boolean;
  readonly channel: OperatorChannel;
}

/** Ids of requests that go to a workflow. */
export const operatorRequestId = {
  resolve: (purchaseId: string, updateId: string): string => `resolve/${purchaseId}/${updateId}`,
  cancel: (cancellationId: string): string => `cancellation/${cancellationId}`,
  cancelEvent: (eventId: string): string => `event-cancellation/${eventId}`,
} as const;

/** Longer than a request waits for a worker. */
const KEPT = '30 days';

const KEEP = `
with old as (delete from operator_requests where received_at < now() - interval '${KEPT}' and id <> $1)
insert into operator_requests (id, operator, channel) values ($1, $2, $3)
on conflict (id) do update set channel = excluded.channel`;

/** Each operator's request has a row of its own: one who repeats another's must not count as unverified. */
const rowIdOf = (id: string, operator: string): string => `${id}/by/${operator}`;

/** Records, before a workflow is called, that an operator with a verified token requests something. */
export async function noteOperatorRequest(
  pool: pg.Pool,
  request: { readonly id: string; readonly operator: string; readonly channel: 'api' | 'cli' },
): Promise<void> {
  const values = [rowIdOf(request.id, request.operator), request.operator, request.channel];
  await rowsOf(pool, KEEP, values, 'note-operator-request');
}

const FIND = `select channel from operator_requests where id = any($1::text[]) and operator = $2 limit 1`;

/** The operator named in a workflow's request: verified if the gateway has recorded this very request. */
export async function operatorOfRequest(
  db: pg.Pool | pg.ClientBase,
  ids: readonly string[],
  name: string,
): Promise<Operator> {
  // Earlier releases had the id alone, for the first operator.
  const either = ids.flatMap((id) => [id, rowIdOf(id, name)]);
  const [noted] = await rowsOf<{ channel: OperatorChannel }>(db, FIND, [either, name], 'operator-of-request');
  return noted ? { name, verified: true, channel: noted.channel } : { name, verified: false, channel: 'temporal-ui' };
}
