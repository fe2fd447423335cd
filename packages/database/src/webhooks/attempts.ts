import type pg from 'pg';
import { pageOf, rowsOf } from '../rows.js';

/** One line of the log of attempts. Times are ISO 8601. */
export interface WebhookAttempt {
  readonly attemptId: number;
  readonly messageId: string;
  readonly messageType: string;
  readonly attemptedAt: string;
  /** Status of the HTTP answer; null if there was none. */
  readonly statusCode: number | null;
  readonly latencyMs: number;
  /** Why it failed; null if the message was delivered. */
  readonly error: string | null;
}

const PAGE = `
select id as attempt_id, message_id, message_type, attempted_at, status_code, latency_ms, error
  from webhook_attempts
 where endpoint_id = $1 and ($2::bigint is null or id < $2)
 order by id desc
 limit $3`;

/** A page of the log of an endpoint, newest first. `after` is the `next` of the previous page. */
export async function listWebhookAttempts(
  pool: pg.Pool,
  page: { readonly endpointId: string; readonly limit: number; readonly after?: string | undefined },
): Promise<{ readonly attempts: readonly WebhookAttempt[]; readonly next: string | null }> {
  const values = [page.endpointId, page.after ?? null, page.limit + 1];
  const rows = await rowsOf<WebhookAttempt>(pool, PAGE, values);
  const { items: attempts, next } = pageOf(rows, page.limit, ({ attemptId }) => String(attemptId));
  return { attempts, next };
}
