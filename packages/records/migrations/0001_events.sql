-- Up Migration

create sequence event_ids;

create table events (
  id text primary key default nextval('event_ids')::text,
  name text not null,
  description text not null default '',
  venue text not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  time_zone text not null,
  currency char(3) not null,
  status text not null default 'on_sale' check (status in ('on_sale', 'closed')),
  sale_starts_at timestamptz,
  sale_ends_at timestamptz,
  limit_per_buyer integer not null default 10 check (limit_per_buyer > 0),
  -- What remains, not the total. Moved by ledger lines alone; it may pass below zero for a moment while
  -- a cancellation's message is still behind the message of the ticket's next sale, so no check stands here.
  capacity integer not null,
  -- The capacity before the first ledger line: capacity = initial_capacity + sum of the ledger's changes.
  initial_capacity integer not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check (ends_at >= starts_at)
);

create table event_ticket_types (
  event_id text not null references events (id),
  name text not null,
  position smallint not null,
  price_minor bigint not null check (price_minor >= 0),
  total integer not null check (total >= 0),
  primary key (event_id, name),
  unique (event_id, position) deferrable initially deferred
);

-- One row per event, apart from `events`: purchases take share locks here, and a share lock on `events`
-- would make them wait for the audit consumer's updates of capacity, and it for them.
create table event_inventory (
  event_id text primary key references events (id),
  generation bigint not null default 0,
  state text not null default 'closed' check (state in ('open', 'building', 'closed')),
  cause text not null default 'created',
  changed_at timestamptz not null default now()
);

grant usage on sequence event_ids to box_office;
grant select, insert, update on events, event_ticket_types, event_inventory to box_office;

-- Down Migration

drop table event_inventory, event_ticket_types, events;
drop sequence event_ids;
