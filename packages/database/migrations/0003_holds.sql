-- Timed holds, and their use by purchases.

create table ticket_holds (
  id uuid primary key,
  fingerprint text not null,
  user_id text not null,
  event_id text not null,
  wanted jsonb not null,
  items jsonb not null,
  tickets integer not null check (tickets >= 0),
  quoted_items jsonb,
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
comment on column ticket_holds.amount_minor is 'Price of all quoted items, in minor units of the currency.';
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
  if (new.event_id, new.user_id, new.items, new.tickets, new.quoted_items, new.amount_minor, new.currency)
     is distinct from
     (old.event_id, old.user_id, old.items, old.tickets, old.quoted_items, old.amount_minor, old.currency) then
    raise exception 'hold %: its buyer, tickets and price never change', old.id
      using errcode = 'check_violation', constraint = 'hold_change_is_legal';
  end if;
  new.updated_at := now();
  return new;
end $$;

create trigger hold_change_is_legal before update on ticket_holds
  for each row execute function hold_change_is_legal();

-- Purchases and holds refer to each other, so one of the two keys comes after both tables, which are still empty.
alter table event_ticket_transactions
  -- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
  add constraint event_ticket_transactions_used_hold_id_fkey foreign key (used_hold_id) references ticket_holds (id);

create function purchase_use_of_hold_is_legal() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if not exists (select from ticket_holds where id = new.hold_id and status in ('expired', 'released')) then
      raise exception 'purchase %: it cannot continue without hold %, which has not lapsed', new.id, new.hold_id
        using errcode = 'check_violation', constraint = 'purchase_use_of_hold_is_legal';
    end if;
  elsif (new.hold_id, new.used_hold_id) is distinct from (old.hold_id, old.used_hold_id) then
    raise exception 'purchase %: its hold never changes', old.id
      using errcode = 'check_violation', constraint = 'purchase_use_of_hold_is_legal';
  elsif exists (select from ticket_holds where id = new.used_hold_id and purchase_id = new.id and status = 'used') then
    raise exception 'purchase %: it cannot end without tickets before hold % is returned', old.id, old.used_hold_id
      using errcode = 'check_violation', constraint = 'purchase_use_of_hold_is_legal';
  end if;
  return new;
end $$;

create trigger purchase_continues_without_hold before insert on event_ticket_transactions
  for each row when (new.hold_id is not null and new.used_hold_id is null and new.outcome is null)
  execute function purchase_use_of_hold_is_legal();
create trigger purchase_keeps_its_hold before update on event_ticket_transactions
  for each row when ((new.hold_id, new.used_hold_id) is distinct from (old.hold_id, old.used_hold_id))
  execute function purchase_use_of_hold_is_legal();
create trigger purchase_returns_its_hold before update of outcome on event_ticket_transactions
  for each row when (new.used_hold_id is not null and old.outcome is null and new.outcome ->> 'kind' <> 'confirmed')
  execute function purchase_use_of_hold_is_legal();

grant select, insert, update on ticket_holds to box_office;
