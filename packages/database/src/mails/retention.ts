import type pg from 'pg';

const RETENTION_DAYS = 30;
const BATCH_ROWS = 1_000;

const DELETE = `
delete from mails
 where id in (select id from mails where created_at < now() - interval '${RETENTION_DAYS} days'
               order by created_at limit ${BATCH_ROWS})`;

/** Deletes a batch of old mails, sent or not. @returns whether there may be more */
export async function deleteOldMails(pool: pg.Pool): Promise<boolean> {
  return (await pool.query(DELETE)).rowCount === BATCH_ROWS;
}
