import type pg from 'pg';
import { rowsOf } from '../rows.js';

/** What was not delivered. Ages are in seconds, 0 if nothing is due. */
export interface DeliveryBacklog {
  /** How long the oldest mail has been due. Where no worker sends mails, it grows. */
  readonly oldestDueMailS: number;
  /** Mails that were given up in the last 24 hours although there was something to send to an address. */
  readonly failedMails: number;
  /** How long the oldest message to an enabled endpoint that answers has been due. */
  readonly oldestDueWebhookS: number;
}

// Indexes have the oldest due one of all mails, and that of each endpoint. A delivery whose message is deleted does not count.
const READ = `
select (select coalesce(extract(epoch from now() - min(due_at)), 0)::integer
          from mails where status = 'pending' and due_at <= now()) as oldest_due_mail_s,
       (select count(*)::integer from mails
         where status = 'failed' and finished_at > now() - interval '1 day'
           and error not in ('no_contact', 'nothing_to_send')) as failed_mails,
       (select coalesce(extract(epoch from now() - min(o.due_at)), 0)::integer
          from webhook_endpoints e
          cross join lateral (
            select d.due_at from webhook_deliveries d join webhook_messages m on m.id = d.message_id
             where d.endpoint_id = e.id and d.status = 'pending' and d.due_at <= now()
             order by d.due_at limit 1) o
         where e.status = 'enabled' and e.failing_since is null) as oldest_due_webhook_s`;

/** Mails and messages to integrators that should have been delivered by now. */
export async function readDeliveryBacklog(pool: pg.Pool): Promise<DeliveryBacklog> {
  const [row] = await rowsOf<DeliveryBacklog>(pool, READ, [], 'read-delivery-backlog');
  return row ?? { oldestDueMailS: 0, failedMails: 0, oldestDueWebhookS: 0 };
}
