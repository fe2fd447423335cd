import type pg from 'pg';

/** Tables that grow with every sale, and how many rows there are here for each purchase. */
export const GROWING: Readonly<Record<string, number>> = {
  events: 0.01,
  event_ticket_transactions: 1,
  event_tickets: 1,
  event_buyers: 1,
  ticket_holds: 0.1,
  ticket_cancellations: 0.1,
  capacity_ledger: 1,
  ticket_door_changes: 1,
  contacts: 1,
};

// Of $1 to $2, a hundredth of them events and a tenth of them holds and cancellations.
const STATEMENTS = [
  `insert into events (id, name, venue, starts_at, ends_at, time_zone, currency, capacity, initial_capacity)
   select 'grown' || n, 'Gala', 'Hall', '2035-01-01', '2035-01-02', 'UTC', 'EUR', 100, 100
     from generate_series($1::integer, $2::integer, 100) as n`,
  `insert into event_ticket_types (event_id, name, position, price_minor, total)
   select 'grown' || n, 'standard', 0, 2500, 100 from generate_series($1::integer, $2::integer, 100) as n`,
  `insert into event_ticket_transactions (id, transaction_id, fingerprint, user_id, event_id, items, amount_minor, currency,
          payment_method, request_id, status, outcome, confirmed_at, created_at, updated_at, owner_workflow_id, owner_run_id)
   select md5('purchase' || n)::uuid, 'GROWN-' || n, 'f', 'grown' || n % 10000, 'grown' || n - (n - $1) % 100,
          '[{"ticketType": "standard", "quantity": 1, "priceMinor": 2500}]', 2500, 'EUR', 'pm_approve', 'r', 'confirmed',
          '{"kind": "confirmed"}', now(), now() - make_interval(secs => n), now() - make_interval(secs => n), 'w', 'r'
     from generate_series($1::integer, $2::integer) as n`,
  `insert into event_tickets (id, event_id, ticket_type, serial, purchase_id, user_id, price_minor, currency, status)
   select md5('ticket' || n)::uuid, 'grown' || n - (n - $1) % 100, 'standard', (n - $1) % 100 + 1,
          md5('purchase' || n)::uuid, 'grown' || n % 10000, 2500, 'EUR', 'valid'
     from generate_series($1::integer, $2::integer) as n`,
  `insert into ticket_door_changes (event_id, ticket_id)
   select 'grown' || n - (n - $1) % 100, md5('ticket' || n)::uuid from generate_series($1::integer, $2::integer) as n`,
  `insert into contacts (user_id, name, email, language)
   select 'grown' || n, 'Ann Lee', 'ann.lee.' || n || '@example.com', 'en' from generate_series($1::integer, $2::integer) as n`,
  `insert into event_buyers (event_id, user_id, tickets)
   select 'grown' || n - (n - $1) % 100, 'grown' || n, 1 from generate_series($1::integer, $2::integer) as n`,
  `insert into capacity_ledger (message_id, event_id, purchase_id, transaction_id, operation, change, items, occurred_at)
   select md5('message' || n)::uuid, 'grown' || n - (n - $1) % 100, md5('purchase' || n)::uuid, 'GROWN-' || n, 'purchase', -1,
          '[]', now()
     from generate_series($1::integer, $2::integer) as n`,
  `insert into ticket_holds (id, fingerprint, user_id, event_id, wanted, items, tickets, status, refusal, request_id,
          owner_workflow_id)
   select md5('hold' || n)::uuid, 'f', 'grown' || n, 'grown' || n - (n - $1) % 100, '[]', '[]', 0, 'refused', '{}', 'r', 'w'
     from generate_series($1::integer, $2::integer, 10) as n`,
  `update event_ticket_transactions t set used_hold_id = md5('hold' || n)::uuid
     from generate_series($1::integer, $2::integer, 10) as n where t.id = md5('purchase' || n)::uuid`,
  `insert into ticket_cancellations (id, purchase_id, event_id, requested_by, by_operator, reason, request_id, requested_at,
          status, currency, cancelled_at, settled_at)
   select md5('cancellation' || n)::uuid, md5('purchase' || n)::uuid, 'grown' || n - (n - $1) % 100, 'grown', false, '', 'r',
          now(), 'cancelled', 'EUR', now(), now()
     from generate_series($1::integer, $2::integer, 10) as n`,
];

/** Tables whose triggers check and count each row, which would take most of the time. */
const WITH_ROW_TRIGGERS = ['event_ticket_transactions', 'event_tickets', 'ticket_holds', 'ticket_cancellations'];

/** Adds the rows `from` to `to`. `owner` owns the tables. */
export async function grow(owner: pg.ClientBase, from: number, to: number): Promise<void> {
  for (const table of WITH_ROW_TRIGGERS) await owner.query(`alter table ${table} disable trigger user`);
  for (const statement of STATEMENTS) await owner.query(statement, [from, to]);
  for (const table of WITH_ROW_TRIGGERS) await owner.query(`alter table ${table} enable trigger user`);
}
