import { inTransaction } from '@box-office/platform';
import type pg from 'pg';
import { recordOperatorAct } from '../audit/operator-line.js';
import { rowsOf } from '../rows.js';
import type { WebhookActor } from './change-endpoint.js';
import { findWebhookEndpoint } from './endpoints.js';

/** Messages that one replay of a period sends again. */
const MAX_REPLAYED = 10_000;

/** One message, or those of the endpoint's types that were written from `from` until before `to`. Times are ISO 8601. */
export type ReplaySelection = { readonly messageId: string } | { readonly from: string; readonly to: string };

/** What a replay sends again. `next` is the `from` with which it continues; null if it is complete. */
export interface WebhookReplay {
  readonly messages: number;
  readonly next: string | null;
}

// Messages of one millisecond, which is what callers can name, are replayed together: the next call begins after them.
const REPLAY = `
with page_end as (
  select date_trunc('milliseconds', m.created_at) + interval '1 millisecond' as at
    from webhook_messages m join webhook_endpoints e on e.id = $1
   where $2::uuid is null and m.type = any(e.event_types) and m.created_at >= $3 and m.created_at < $4
   order by m.created_at
  offset ${MAX_REPLAYED - 1} limit 1
), again as (
  insert into webhook_deliveries (message_id, endpoint_id)
  select m.id, $1
    from webhook_messages m join webhook_endpoints e on e.id = $1
   where case when $2::uuid is null
              then m.type = any(e.event_types) and m.created_at >= $3
                   and m.created_at < least($4::timestamptz, (select at from page_end))
              else m.id = $2 end
  on conflict (message_id, endpoint_id) do update set status = 'pending', due_at = now(), attempts = 0
  returning message_id
)
select count(*)::integer as messages, (select at from page_end) as next from again`;

/** Sends messages again, delivered or not. @returns null if there is no such endpoint */
export function replayWebhooks(
  pool: pg.Pool,
  endpointId: string,
  selection: ReplaySelection,
  actor: WebhookActor,
): Promise<WebhookReplay | null> {
  return inTransaction(pool, async (client) => {
    if (!(await findWebhookEndpoint(client, endpointId))) return null;
    const values = 'messageId' in selection ? [selection.messageId, null, null] : [null, selection.from, selection.to];
    const [replay] = await rowsOf<WebhookReplay>(client, REPLAY, [endpointId, ...values]);
    if (!replay) throw new Error('a replay has one row');
    const about = { ...actor, reason: null, before: null, after: { messages: replay.messages } };
    await recordOperatorAct(client, { ...about, action: 'replay_webhooks', details: { endpointId, ...selection } });
    return replay;
  });
}

const TEST = `
with message as (
  insert into webhook_messages (type, payload)
  select 'webhook.test', jsonb_build_object('endpointId', id) from webhook_endpoints where id = $1 and status = 'enabled'
  returning id
)
insert into webhook_deliveries (message_id, endpoint_id) select id, $1 from message
returning message_id`;

/** Writes a message of the type `webhook.test` for this endpoint alone. @returns its id; null if it is not enabled */
export function writeTestWebhook(pool: pg.Pool, endpointId: string, actor: WebhookActor): Promise<string | null> {
  return inTransaction(pool, async (client) => {
    const [row] = await rowsOf<{ messageId: string }>(client, TEST, [endpointId]);
    if (!row) return null;
    const about = { ...actor, reason: null, before: null, after: null, details: { endpointId, ...row } };
    await recordOperatorAct(client, { ...about, action: 'test_webhook' });
    return row.messageId;
  });
}
