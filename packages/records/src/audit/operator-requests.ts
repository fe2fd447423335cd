import type { OperatorChannel } from '@box-office/contract';
import type pg from 'pg';

/** Who acts, and how that is known. */
export interface Operator {
  readonly name: string;
  /** The name is a token's subject, and the token was verified; else it is what somebody claimed. */
  readonly verified: boolean;
  readonly channel: OperatorChannel;
}

/** Names of requests that go to a workflow. */
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
on conflict (id) do update
   set operator = excluded.operator, channel = excluded.channel
 where operator_requests.operator = excluded.operator`;

/**
 * Notes, before a workflow is told, that an operator with a verified token asks for something. The first who asks for the
 * same stands.
 */
export async function noteOperatorRequest(
  pool: pg.Pool,
  request: { readonly id: string; readonly operator: string; readonly channel: 'api' | 'cli' },
): Promise<void> {
  await pool.query({
    name: 'note-operator-request',
    text: KEEP,
    values: [request.id, request.operator, request.channel],
  });
}

const FIND = `select channel from operator_requests where id = any($1::text[]) and operator = $2 limit 1`;

/** The operator whom a workflow's request names: verified if the gateway has noted that very request of theirs. */
export async function operatorOfRequest(
  db: pg.Pool | pg.ClientBase,
  ids: readonly string[],
  name: string,
): Promise<Operator> {
  const { rows } = await db.query<{ channel: OperatorChannel }>({
    name: 'operator-of-request',
    text: FIND,
    values: [ids, name],
  });
  const [noted] = rows;
  return noted ? { name, verified: true, channel: noted.channel } : { name, verified: false, channel: 'temporal-ui' };
}
