-- Holds: tickets reserved for a buyer for a limited time.

create table ticket_holds (
  id uuid primary key,
  fingerprint text not null,
  user_id text not null,
  event_id text not null,
  wanted jsonb not null,
  items jsonb not null,
  tickets integer not null check (tickets >= 0),
  quoted_items jsonb,
  quoted_fees jsonb,
  amount_minor bigint check (amount_minor >= 0),
  currency text,
  status text not null check (status in ('active', 'used', 'expired', 'released', 'refused')),
  refusal jsonb,
  expires_at timestamptz,
  purchase_id uuid references event_ticket_transactions (id),
  request_id text not null,
  owner_workflow_id text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check ((refusal is not null) = (status = 'refused')),
  check ((expires_at is null) = (status = 'refused')),
  check ((tickets = 0) = (status = 'refused')),
  check ((purchase_id is not null) = (status = 'used')),
  constraint hold_quotes_its_price check (
    (quoted_items is not null and amount_minor is not null and currency is not null) = (status <> 'refused')
  )
);

comment on table ticket_holds is
  'One row per hold: tickets reserved for a buyer until they are used, released or expired.';
comment on column ticket_holds.id is 'Derived from the buyer and the idempotency key.';
comment on column ticket_holds.fingerprint is 'Hash of the request: another one under the same key is refused.';
comment on column ticket_holds.event_id is 'No foreign key: the refusal of a hold for an unknown event is kept too.';
comment on column ticket_holds.wanted is 'What was asked for: [{ticketType, quantity}], by ascending ticket type.';
comment on column ticket_holds.items is 'What is held: [{ticketType, serials}]; empty if the hold was refused.';
comment on column ticket_holds.tickets is 'Number of serials in items.';
comment on column ticket_holds.quoted_items is
  '[{ticketType, quantity, priceMinor}]: a purchase that uses the hold pays these prices, whatever they are by then.';
comment on column ticket_holds.quoted_fees is 'The fees of a purchase that uses the hold; null: none.';
comment on column ticket_holds.amount_minor is 'Price of all quoted items and fees, in minor units of the currency.';
comment on column ticket_holds.status is
  'active, used (by purchase_id), expired, released (given back early) or refused (nothing was held).';
comment on column ticket_holds.refusal is 'Why the hold was refused.';
comment on column ticket_holds.expires_at is
  'From this time its workflow may end an active hold. Until that has happened the hold is active, however late that '
  'is.';
comment on column ticket_holds.purchase_id is 'The purchase that uses the hold.';
comment on column ticket_holds.request_id is 'Id of the HTTP request, for logs.';
comment on column ticket_holds.owner_workflow_id is
  'Temporal workflow that ends the hold. An active hold whose workflow is closed is abandoned.';

create index ticket_holds_by_user on ticket_holds (user_id, created_at, id);
create index ticket_holds_by_event on ticket_holds (event_id, created_at, id);
create index ticket_holds_active_by_event on ticket_holds (event_id) where status = 'active';
create index ticket_holds_active_by_end on ticket_holds (expires_at, id) where status = 'active';
create unique index ticket_holds_by_purchase on ticket_holds (purchase_id) where purchase_id is not null;

-- A used hold is returned only by the purchase that uses it, while that purchase is being undone.
create function hold_change_is_legal() returns trigger language plpgsql as $$
begin
  if new.status <> old.status and old.status <> 'active' and not (
    old.status = 'used' and new.status in ('active', 'expired', 'released')
    and exists (select from event_ticket_transactions where id = old.purchase_id and status = 'undoing')
  ) then
    raise exception 'hold %: % cannot become %', old.id, old.status, new.status
      using errcode = 'check_violation', constraint = 'hold_change_is_legal';
  end if;
  if new.purchase_id is distinct from old.purchase_id and new.status = 'used' and not (
    old.status = 'active' and exists (
      select from event_ticket_transactions where id = new.purchase_id and used_hold_id = new.id)
  ) then
    raise exception 'hold %: purchase % cannot use it', old.id, new.purchase_id
      using errcode = 'check_violation', constraint = 'hold_change_is_legal';
  end if;
  if (new.event_id, new.user_id, new.items, new.tickets, new.quoted_items, new.quoted_fees, new.amount_minor,
      new.currency)
     is distinct from
     (old.event_id, old.user_id, old.items, old.tickets, old.quoted_items, old.quoted_fees, old.amount_minor,
      old.currency) then
    raise exception 'hold %: its buyer, tickets and price never change', old.id
      using errcode = 'check_violation', constraint = 'hold_change_is_legal';
  end if;
  new.updated_at := now();
  return new;
end $$;

create trigger hold_change_is_legal before update on ticket_holds
  for each row execute function hold_change_is_legal();

-- Tickets in active holds count for their buyers.
create function holds_count_for_buyers() returns trigger language plpgsql as $$
declare
  event_ids text[];
  user_ids text[];
  changes integer[];
begin
  if tg_op = 'INSERT' then
    select array_agg(event_id), array_agg(user_id), array_agg(n) into event_ids, user_ids, changes from (
      select event_id, user_id, sum(tickets) as n from new_rows where status = 'active' group by event_id, user_id
    ) c;
  else
    select array_agg(event_id), array_agg(user_id), array_agg(n) into event_ids, user_ids, changes from (
      select event_id, user_id, sum(n) as n from (
        select event_id, user_id, tickets as n from new_rows where status = 'active'
        union all
        select event_id, user_id, -tickets from old_rows where status = 'active'
      ) r group by event_id, user_id having sum(n) <> 0
    ) c;
  end if;
  if event_ids is not null then perform count_for_buyers(event_ids, user_ids, changes, tg_op = 'INSERT'); end if;
  return null;
end $$;

create trigger count_for_buyers_inserted after insert on ticket_holds
  referencing new table as new_rows for each statement execute function holds_count_for_buyers();
create trigger count_for_buyers_updated after update on ticket_holds
  referencing old table as old_rows new table as new_rows
  for each statement execute function holds_count_for_buyers();

-- Ended holds are put into a queue for the statistics, as purchases without tickets are.
--
-- A hold counts as used when its purchase has ended. One that is returned before that counts by its later end.
create function queue_hold_to_count() returns trigger language plpgsql as $$
begin
  if new.status = 'active' then
    delete from holds_to_count where hold_id = new.id;
  else
    insert into holds_to_count values (new.id);
  end if;
  return null;
end $$;

create trigger hold_ended after update on ticket_holds
  for each row when (old.status = 'active' and new.status <> 'active') execute function queue_hold_to_count();
create trigger hold_inserted_without_tickets after insert on ticket_holds
  for each row when (new.status <> 'active') execute function queue_hold_to_count();
create trigger hold_returned after update on ticket_holds
  for each row when (old.status = 'used' and new.status = 'active') execute function queue_hold_to_count();

-- Its message to integrators.
create function write_hold_message() returns trigger language plpgsql as $$
begin
  perform write_webhook_message('hold.expired', jsonb_build_object(
    'holdId', new.id, 'eventId', new.event_id, 'items', new.wanted));
  return null;
end $$;

create trigger write_hold_message after update on ticket_holds
  for each row when (old.status <> 'expired' and new.status = 'expired') execute function write_hold_message();

-- Purchases and holds refer to each other, so one of the two keys comes after both tables, which are still empty.
alter table event_ticket_transactions
  -- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
  add constraint event_ticket_transactions_used_hold_id_fkey foreign key (used_hold_id) references ticket_holds (id);

grant select, insert, update on ticket_holds to box_office;
