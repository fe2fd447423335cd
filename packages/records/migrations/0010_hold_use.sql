-- Up Migration

-- The price at which the tickets are held: [{ticketType, quantity, priceMinor}], as a purchase keeps it. A purchase that uses the
-- hold pays this, whatever the price is by then.
alter table ticket_holds
  add column quoted_items jsonb,
  add column amount_minor bigint check (amount_minor >= 0),
  add column currency text;

update ticket_holds h
   set currency = (select e.currency from events e where e.id = h.event_id),
       quoted_items = (
         select jsonb_agg(jsonb_build_object('ticketType', t.name, 'quantity', w.quantity, 'priceMinor', t.price_minor)
                          order by t.name)
           from jsonb_to_recordset(h.wanted) as w("ticketType" text, quantity integer)
           join event_ticket_types t on t.event_id = h.event_id and t.name = w."ticketType"),
       amount_minor = (
         select sum(w.quantity * t.price_minor)
           from jsonb_to_recordset(h.wanted) as w("ticketType" text, quantity integer)
           join event_ticket_types t on t.event_id = h.event_id and t.name = w."ticketType")
 where h.status <> 'refused';

alter table ticket_holds add constraint hold_quotes_its_price check (
  (quoted_items is not null and amount_minor is not null and currency is not null) = (status <> 'refused')
);

-- `hold_id` is the hold that a purchase named, this is the one whose tickets and price it has. Null where the one that it named had
-- lapsed by then.
alter table event_ticket_transactions add column used_hold_id uuid references ticket_holds (id);
update event_ticket_transactions t set used_hold_id = h.id from ticket_holds h where h.purchase_id = t.id;

-- What was used by a purchase that ended without tickets held nothing from then on.
alter table ticket_holds disable trigger hold_change_is_legal;
update ticket_holds h set status = 'released', purchase_id = null
  from event_ticket_transactions t
 where t.id = h.purchase_id and t.outcome ->> 'kind' <> 'confirmed';
alter table ticket_holds enable trigger hold_change_is_legal;

-- At most one purchase that has not ended, or has tickets, uses a hold. The status is not named, so that persisting changes no index.
create unique index event_ticket_transactions_by_used_hold on event_ticket_transactions (used_hold_id)
  where used_hold_id is not null and (outcome is null or outcome ->> 'kind' = 'confirmed');

create function purchase_use_of_hold_is_legal() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if not exists (select from ticket_holds where id = new.hold_id and status in ('expired', 'released')) then
      raise exception 'purchase %: it cannot go on without hold %, which has not lapsed', new.id, new.hold_id
        using errcode = 'check_violation', constraint = 'purchase_use_of_hold_is_legal';
    end if;
  elsif (new.hold_id, new.used_hold_id) is distinct from (old.hold_id, old.used_hold_id) then
    raise exception 'purchase %: its hold never changes', old.id
      using errcode = 'check_violation', constraint = 'purchase_use_of_hold_is_legal';
  elsif exists (select from ticket_holds where id = new.used_hold_id and purchase_id = new.id and status = 'used') then
    raise exception 'purchase %: it cannot end without tickets before hold % has its tickets back', old.id, old.used_hold_id
      using errcode = 'check_violation', constraint = 'purchase_use_of_hold_is_legal';
  end if;
  return new;
end $$;

create trigger purchase_goes_on_without_hold before insert on event_ticket_transactions
  for each row when (new.hold_id is not null and new.used_hold_id is null and new.outcome is null)
  execute function purchase_use_of_hold_is_legal();
create trigger purchase_hold_stays before update on event_ticket_transactions
  for each row when ((new.hold_id, new.used_hold_id) is distinct from (old.hold_id, old.used_hold_id))
  execute function purchase_use_of_hold_is_legal();
create trigger purchase_returns_its_hold before update of outcome on event_ticket_transactions
  for each row when (new.used_hold_id is not null and old.outcome is null and new.outcome ->> 'kind' <> 'confirmed')
  execute function purchase_use_of_hold_is_legal();

-- A hold that is used comes back only from the purchase that uses it, while that one is being undone.
create or replace function hold_change_is_legal() returns trigger language plpgsql as $$
begin
  if new.status <> old.status and old.status <> 'active' and not (
    old.status = 'used' and new.status in ('active', 'expired', 'released')
    and exists (select from event_ticket_transactions where id = old.purchase_id and status = 'undoing')
  ) then
    raise exception 'hold %: it is % and stays so', old.id, old.status
      using errcode = 'check_violation', constraint = 'hold_change_is_legal';
  end if;
  if new.purchase_id is distinct from old.purchase_id and new.status = 'used' and not (
    old.status = 'active' and exists (
      select from event_ticket_transactions where id = new.purchase_id and used_hold_id = new.id)
  ) then
    raise exception 'hold %: purchase % cannot use it', old.id, new.purchase_id
      using errcode = 'check_violation', constraint = 'hold_change_is_legal';
  end if;
  if (new.event_id, new.user_id, new.items, new.tickets, new.quoted_items, new.amount_minor, new.currency) is distinct from
     (old.event_id, old.user_id, old.items, old.tickets, old.quoted_items, old.amount_minor, old.currency) then
    raise exception 'hold %: what it holds, for whom and at which price never changes', old.id
      using errcode = 'check_violation', constraint = 'hold_change_is_legal';
  end if;
  new.updated_at := now();
  return new;
end $$;

-- A returned hold counts again for its buyer, whose limit may have been lowered meanwhile: it takes nothing that was promised.
drop function count_for_buyers(text[], text[], integer[]);
create function count_for_buyers(event_ids text[], user_ids text[], changes integer[], within_limit boolean default true)
returns void language plpgsql as $$
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

create or replace function holds_count_for_buyers() returns trigger language plpgsql as $$
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

-- A hold is counted as used when its purchase has ended; one that comes back before is counted by its later end.
create or replace function leave_hold_to_count() returns trigger language plpgsql as $$
begin
  if new.status = 'active' then
    delete from holds_to_count where hold_id = new.id;
  else
    insert into holds_to_count values (new.id);
  end if;
  return null;
end $$;

create trigger hold_came_back after update on ticket_holds
  for each row when (old.status = 'used' and new.status = 'active') execute function leave_hold_to_count();

-- Down Migration

drop trigger hold_came_back on ticket_holds;
create or replace function leave_hold_to_count() returns trigger language plpgsql as $$
begin
  insert into holds_to_count values (new.id);
  return null;
end $$;

create or replace function hold_change_is_legal() returns trigger language plpgsql as $$
begin
  if new.status <> old.status and old.status <> 'active' then
    raise exception 'hold %: it is % and stays so', old.id, old.status
      using errcode = 'check_violation', constraint = 'hold_change_is_legal';
  end if;
  if (new.event_id, new.user_id, new.items, new.tickets) is distinct from
     (old.event_id, old.user_id, old.items, old.tickets) then
    raise exception 'hold %: what it holds and for whom never changes', old.id
      using errcode = 'check_violation', constraint = 'hold_change_is_legal';
  end if;
  new.updated_at := now();
  return new;
end $$;

drop trigger purchase_returns_its_hold on event_ticket_transactions;
drop trigger purchase_hold_stays on event_ticket_transactions;
drop trigger purchase_goes_on_without_hold on event_ticket_transactions;
drop function purchase_use_of_hold_is_legal;
alter table event_ticket_transactions drop column used_hold_id;
alter table ticket_holds drop column quoted_items, drop column amount_minor, drop column currency;
