-- Every change of events.capacity, one line each.

create table capacity_ledger (
  message_id uuid primary key,
  event_id text not null references events (id),
  purchase_id uuid,
  transaction_id text,
  operation text not null check (operation in ('purchase', 'cancel', 'adjust')),
  change integer not null,
  items jsonb not null,
  finding_id uuid references reconciliation_findings (id),
  occurred_at timestamptz not null,
  applied_at timestamptz not null default now()
) with (autovacuum_analyze_scale_factor = 0.02);

comment on table capacity_ledger is
  'One line per sale, cancellation or correction that was applied to events.capacity. Lines are never changed. It '
  'only grows, so it is analysed after 2 % of changes.';
comment on column capacity_ledger.message_id is 'Id of the RabbitMQ message: a redelivery counts once.';
comment on column capacity_ledger.purchase_id is 'Null for a change that belongs to no single purchase.';
comment on column capacity_ledger.operation is 'purchase, cancel or adjust (a change of the totals, or a correction).';
comment on column capacity_ledger.change is 'Tickets: negative for a sale, positive for a cancellation.';
comment on column capacity_ledger.items is 'The change by ticket type.';
comment on column capacity_ledger.finding_id is 'The finding that caused a correction.';
comment on column capacity_ledger.occurred_at is 'When the sale, cancellation or correction happened.';
comment on column capacity_ledger.applied_at is 'When events.capacity was changed.';

create index capacity_ledger_by_event on capacity_ledger (event_id, applied_at);
create index capacity_ledger_by_purchase on capacity_ledger (purchase_id);

grant select, insert on capacity_ledger to box_office;
