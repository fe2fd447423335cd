-- Up Migration

-- One line per sale, cancellation or correction; the primary key is what makes a redelivery count once.
create table capacity_ledger (
  message_id uuid primary key,
  event_id text not null references events (id),
  purchase_id uuid,
  transaction_id text,
  operation text not null check (operation in ('purchase', 'cancel', 'adjust')),
  change integer not null,
  items jsonb not null,
  occurred_at timestamptz not null,
  applied_at timestamptz not null default now()
);

create index capacity_ledger_by_event on capacity_ledger (event_id, applied_at);
create index capacity_ledger_by_purchase on capacity_ledger (purchase_id);

create table audit_logs (
  id bigint generated always as identity primary key,
  message_id uuid not null unique,
  kind text not null,
  purchase_id uuid,
  transaction_id text,
  user_id text,
  event_id text,
  amount_minor bigint,
  currency text,
  request_id text,
  details jsonb not null,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null default now()
);

create index audit_logs_by_purchase on audit_logs (purchase_id);
create index audit_logs_by_event on audit_logs (event_id, occurred_at);

-- Per event and hour (UTC, truncated); moved in the transaction that writes the audit line.
create table transaction_statistics (
  event_id text not null,
  hour timestamptz not null,
  purchases integer not null default 0,
  tickets integer not null default 0,
  amount_minor bigint not null default 0,
  cancellations integer not null default 0,
  cancelled_tickets integer not null default 0,
  refunded_minor bigint not null default 0,
  primary key (event_id, hour)
);

grant select, insert on capacity_ledger, audit_logs to box_office;
grant select, insert, update on transaction_statistics to box_office;

-- Down Migration

drop table transaction_statistics, audit_logs, capacity_ledger;
