import type pg from 'pg';

/** Messages, their deliveries and the log of attempts are kept this long. */
const RETENTION_DAYS = 30;
const BATCH_ROWS = 1_000;

const EXPIRED = `now() - interval '${RETENTION_DAYS} days'`;
const DELETE_MESSAGES = `
with expired as (
  select id from webhook_messages where created_at < ${EXPIRED} order by created_at limit ${BATCH_ROWS}
), deliveries as (
  delete from webhook_deliveries where message_id in (select id from expired)
)
delete from webhook_messages where id in (select id from expired)`;
// What a replay added while the message was deleted. Of a message that is kept nothing is due for so long.
const DELETE_ORPHANS = `
delete from webhook_deliveries where status = 'pending' and due_at < ${EXPIRED}
   and not exists (select from webhook_messages m where m.id = message_id)`;
const DELETE_ATTEMPTS = `
delete from webhook_attempts
 where id in (select id from webhook_attempts where attempted_at < ${EXPIRED} order by attempted_at limit ${BATCH_ROWS})`;
const ERASE_SECRETS = `
update webhook_secrets set sealed_secret = null where expires_at <= now() and sealed_secret is not null`;

/**
 * Deletes a batch of expired messages with their deliveries, and of expired attempts; and erases secrets that no longer sign.
 *
 * @returns whether there may be more
 */
export async function deleteExpiredWebhooks(pool: pg.Pool): Promise<boolean> {
  await pool.query(ERASE_SECRETS);
  const messages = await pool.query(DELETE_MESSAGES);
  await pool.query(DELETE_ORPHANS);
  const attempts = await pool.query(DELETE_ATTEMPTS);
  return messages.rowCount === BATCH_ROWS || attempts.rowCount === BATCH_ROWS;
}
