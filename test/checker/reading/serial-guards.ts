import type pg from 'pg';
import type { SerialGuards } from './stores.js';

const COPY_WITH_SERIAL = `
insert into event_tickets (id, event_id, ticket_type, serial, purchase_id, user_id, price_minor, currency, status)
select gen_random_uuid(), k.event_id, k.ticket_type, $2::integer, k.purchase_id, k.user_id, k.price_minor, k.currency, 'valid'
  from event_tickets k where k.id = $1`;

const ANY_VALID = `
select k.id, k.serial, t.total
  from event_tickets k
  join event_ticket_types t on t.event_id = k.event_id and t.name = k.ticket_type
 where k.status = 'valid'
 limit 1`;

/**
 * Tries what PostgreSQL must refuse, in transactions that are rolled back: a second valid ticket with the same serial,
 * and a serial above the total. In a quiescent system this blocks no other transaction.
 */
export async function probeSerialGuards(client: pg.Client): Promise<SerialGuards> {
  const { rows } = await client.query<{ id: string; serial: number; total: number }>(ANY_VALID);
  const [ticket] = rows;
  if (!ticket) return { refusesDoubledSerial: null, refusesSerialAboveTotal: null };
  return {
    refusesDoubledSerial: await refuses(client, ticket.id, ticket.serial),
    refusesSerialAboveTotal: await refuses(client, ticket.id, ticket.total + 1),
  };
}

/** A constraint violation has SQLSTATE class 23; any other error says nothing about the guard. */
async function refuses(client: pg.Client, ticketId: string, serial: number): Promise<boolean> {
  await client.query('begin');
  try {
    await client.query(COPY_WITH_SERIAL, [ticketId, serial]);
    return false;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!code.startsWith('23')) throw error;
    return true;
  } finally {
    await client.query('rollback');
  }
}
