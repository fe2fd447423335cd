import type pg from 'pg';

/** An event that the payment provider has sent. */
export interface PaymentEvent {
  readonly eventId: string;
  readonly type: string;
  readonly createdAt: Date;
  readonly objectId: string | null;
  readonly purchaseId: string | null;
}

const RECORD = `
insert into payment_events (id, type, object_id, purchase_id, created_at) values ($1, $2, $3, $4, $5)
on conflict do nothing`;

/** Records an event, once. @returns false if it was recorded before */
export async function recordPaymentEvent(pool: pg.Pool, event: PaymentEvent): Promise<boolean> {
  const { eventId, type, objectId, purchaseId, createdAt } = event;
  const values = [eventId, type, objectId, purchaseId, createdAt];
  const { rowCount } = await pool.query({ name: 'record-payment-event', text: RECORD, values });
  return rowCount === 1;
}

const DELETE = `
delete from payment_events where id in (
  select id from payment_events where received_at < now() - interval '30 days' order by received_at limit $1)`;

/** Deletes events that were received a month ago. @returns how many, at most `limit` */
export async function deleteOldPaymentEvents(pool: pg.Pool, limit: number): Promise<number> {
  const { rowCount } = await pool.query(DELETE, [limit]);
  return rowCount ?? 0;
}
