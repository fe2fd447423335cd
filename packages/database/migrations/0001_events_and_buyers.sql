-- Events, what is sold of them, the state of their inventories in Redis, and how many tickets each buyer has.

create sequence event_ids;
comment on sequence event_ids is 'Ids of events: plain numbers, because they are part of URLs and Redis keys.';

create table events (
  id text primary key default nextval('event_ids')::text,
  name text not null,
  description text not null default '',
  venue text not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  time_zone text not null,
  -- squawk-ignore ban-char-field
  currency char(3) not null,
  status text not null default 'on_sale' check (status in ('on_sale', 'closed', 'cancelled')),
  sale_starts_at timestamptz,
  sale_ends_at timestamptz,
  cancellable_until timestamptz,
  limit_per_buyer integer not null default 10 check (limit_per_buyer > 0),
  purchase_fee jsonb,
  refund_rules jsonb,
  capacity integer not null,
  initial_capacity integer not null,
  revision bigint not null default 1,
  creation_id uuid unique,
  creation_fingerprint text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check (ends_at >= starts_at)
);

comment on table events is 'What buyers see of an event and the rules of its sale. One row per event.';
comment on column events.time_zone is 'IANA name of the venue''s time zone, for display.';
comment on column events.currency is 'ISO 4217 code of all prices of the event.';
comment on column events.status is
  'on_sale, closed (no sales for now) or cancelled (final: everything sold is refunded).';
comment on column events.sale_starts_at is 'Sales are refused before this time; null: no such limit.';
comment on column events.sale_ends_at is 'Sales are refused from this time on; null: no such limit.';
comment on column events.cancellable_until is 'Buyers may cancel until this time; null: until the event starts.';
comment on column events.limit_per_buyer is 'Most tickets that one buyer may have, held ones included.';
comment on column events.purchase_fee is
  '{priceMinor, taxRatePpm, netPriceMinor}: charged once per purchase; null: nothing.';
comment on column events.refund_rules is
  '{keepsFees, withheldPpm, withheldMinor}: what a cancellation by the buyer does not give back; null: nothing.';
comment on column events.capacity is
  'Tickets that remain, not the total. Only ledger lines change it. It may be negative for a moment, while the '
  'message of a cancellation is behind the message of the next sale of that ticket, so it has no check.';
comment on column events.initial_capacity is
  'Capacity before the first ledger line: capacity = initial_capacity + sum of capacity_ledger.change.';
comment on column events.revision is
  'Raised by each change of the details, under the row''s lock. Orders copies of them and detects concurrent edits.';
comment on column events.creation_id is
  'Derived from the idempotency key under which the event was created; null: no key.';
comment on column events.creation_fingerprint is 'Hash of the request that created the event under that key.';

create index events_in_order on events (length(id), id);
comment on index events_in_order is 'Numeric order of the ids, for reading events page by page.';

create function event_stays_cancelled() returns trigger language plpgsql as $$
begin
  raise exception 'event %: a cancelled event cannot become %', old.id, new.status
    using errcode = 'check_violation', constraint = 'event_stays_cancelled';
end $$;

create trigger event_stays_cancelled before update of status on events
  for each row when (old.status = 'cancelled' and new.status <> 'cancelled')
  execute function event_stays_cancelled();

-- Messages to integrators.
create function write_event_message() returns trigger language plpgsql as $$
begin
  perform write_webhook_message(tg_argv[0], jsonb_build_object('eventId', new.id));
  return null;
end $$;

create trigger write_sold_out_message after update of capacity on events
  for each row when (old.capacity > 0 and new.capacity <= 0 and new.status <> 'cancelled')
  execute function write_event_message('event.sold_out');
create trigger write_event_cancelled_message after update of status on events
  for each row when (old.status <> 'cancelled' and new.status = 'cancelled')
  execute function write_event_message('event.cancelled');

create table event_ticket_types (
  event_id text not null references events (id),
  name text not null,
  position smallint not null,
  price_minor bigint not null check (price_minor >= 0),
  tax_rate_ppm integer not null default 0,
  net_price_minor bigint,
  fee jsonb,
  total integer not null check (total >= 0),
  primary key (event_id, name),
  unique (event_id, position) deferrable initially deferred,
  constraint event_ticket_types_tax check (
    tax_rate_ppm between 0 and 1000000
    and (net_price_minor is null
      or price_minor = net_price_minor + round(net_price_minor * tax_rate_ppm / 1000000.0))
  )
);

comment on table event_ticket_types is 'The kinds of tickets of an event, each with a price and a number of serials.';
comment on column event_ticket_types.position is 'Order of display within the event, from 0.';
comment on column event_ticket_types.price_minor is
  'Price of new sales, tax included: what a buyer pays, in minor units of the event''s currency.';
comment on column event_ticket_types.tax_rate_ppm is 'Tax rate of new sales in millionths: 70000 is 7 %.';
comment on column event_ticket_types.net_price_minor is
  'The price that was set without tax, to which the tax was added; null: a price was set that includes it.';
comment on column event_ticket_types.fee is
  '{priceMinor, taxRatePpm, netPriceMinor}: what is charged for each ticket on top of its price; null: nothing.';
comment on column event_ticket_types.total is 'Tickets that may exist: serials are 1 to total.';
comment on constraint event_ticket_types_event_id_position_key on event_ticket_types is
  'Deferred, so that one transaction can exchange positions.';

create table event_inventory (
  event_id text primary key references events (id),
  generation bigint not null default 0,
  state text not null default 'closed' check (state in ('open', 'building', 'closed')),
  cause text not null default 'created',
  event_cancelled boolean not null default false,
  changed_at timestamptz not null default now()
);

comment on table event_inventory is
  'State of an event''s inventory in Redis. Writers of tickets and holds take a share lock on the row; a new '
  'generation and the cancellation of the event lock it for update, so each ticket and hold is before or after them. '
  'It is apart from events, where share locks would wait for the audit consumer''s updates of the capacity.';
comment on column event_inventory.generation is
  'Number of the inventory in Redis. A rebuild raises it; tickets reserved under an older one are refused.';
comment on column event_inventory.state is
  'open (sells), building (a rebuild is in progress) or closed (needs a rebuild).';
comment on column event_inventory.cause is 'Why this generation was begun.';
comment on column event_inventory.event_cancelled is
  'Copy of the event''s cancellation under this row''s lock: once true, no purchase is persisted or confirmed.';

create table event_buyers (
  event_id text not null,
  user_id text not null,
  tickets integer not null,
  primary key (event_id, user_id)
) with (fillfactor = 80);

comment on table event_buyers is
  'Tickets of each buyer, per event. Only triggers write it. An operator may lower the limit below it, so only an '
  'increase is checked.';
comment on column event_buyers.tickets is 'Pending and valid tickets, and those in active holds.';

-- Triggers on tickets and holds call it: it keeps the count, and refuses what is above the limit.
--
-- Locks rows in the order of event and buyer, so that batches of purchases do not deadlock.
--
-- within_limit is false for a hold that is returned: its buyer's limit may have been lowered meanwhile, and a return
-- takes nothing that was promised to others.
create function count_for_buyers(
  event_ids text[], user_ids text[], changes integer[], within_limit boolean default true
) returns void language plpgsql as $$
declare
  offender record;
begin
  with change as (
    select * from unnest(event_ids, user_ids, changes) as c(event_id, user_id, tickets) order by event_id, user_id
  ), counted as (
    insert into event_buyers as b (event_id, user_id, tickets)
    select event_id, user_id, tickets from change
    on conflict (event_id, user_id) do update set tickets = b.tickets + excluded.tickets
    returning b.event_id, b.user_id, b.tickets
  )
  select n.event_id, n.user_id, n.tickets, e.limit_per_buyer into offender
    from counted n
    join change c on c.event_id = n.event_id and c.user_id = n.user_id
    join events e on e.id = n.event_id
   where within_limit and c.tickets > 0 and n.tickets > e.limit_per_buyer
   limit 1;
  if found then
    raise exception 'buyer % would have % tickets of event %, the limit is %',
      offender.user_id, offender.tickets, offender.event_id, offender.limit_per_buyer
      using errcode = 'check_violation', constraint = 'tickets_are_within_buyer_limit';
  end if;
end $$;

grant usage on sequence event_ids to box_office;
grant select, insert, update on events, event_ticket_types, event_inventory, event_buyers to box_office;
