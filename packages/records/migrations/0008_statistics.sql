-- Up Migration

-- What transactions add up to, per ticket type too; moved in the statement that writes the audit line.
create table ticket_type_statistics (
  event_id text not null,
  hour timestamptz not null,
  ticket_type text not null,
  -- That bought or gave back tickets of this type; one with two types counts for both.
  purchases integer not null default 0,
  tickets integer not null default 0,
  amount_minor bigint not null default 0,
  cancellations integer not null default 0,
  cancelled_tickets integer not null default 0,
  refunded_minor bigint not null default 0,
  primary key (event_id, hour, ticket_type)
);

-- How long confirmed purchases took from their claim to their confirmation: how many at most so long.
create table purchase_latency_statistics (
  event_id text not null,
  hour timestamptz not null,
  at_most_ms integer not null,
  purchases integer not null,
  primary key (event_id, hour, at_most_ms)
);

-- Purchases that came to nothing and holds that ended, by the hour of the outcome and of the hold's beginning. The type '' counts
-- each once, whatever types it names.
create table refusal_statistics (
  event_id text not null,
  hour timestamptz not null,
  ticket_type text not null,
  outcome text not null check (outcome in ('declined', 'refused', 'undone')),
  reason text not null,
  purchases integer not null,
  primary key (event_id, hour, ticket_type, outcome, reason)
);

create table hold_statistics (
  event_id text not null,
  hour timestamptz not null,
  ticket_type text not null,
  used integer not null default 0,
  expired integer not null default 0,
  released integer not null default 0,
  refused integer not null default 0,
  primary key (event_id, hour, ticket_type)
);

-- What ended and is not counted yet. An index that finds it by its status or time would make every update of a purchase
-- write all indexes anew; so whoever ends one leaves its id here, and a purchase that is confirmed leaves nothing.
create table purchases_to_count (purchase_id uuid primary key);
create table holds_to_count (hold_id uuid primary key);

create function leave_purchase_to_count() returns trigger language plpgsql as $$
begin
  insert into purchases_to_count values (new.id);
  return null;
end $$;

create trigger purchase_came_to_nothing after update on event_ticket_transactions
  for each row when (old.outcome is null and new.status in ('declined', 'refused', 'undone'))
  execute function leave_purchase_to_count();
create trigger purchase_began_as_nothing after insert on event_ticket_transactions
  for each row when (new.status in ('declined', 'refused', 'undone'))
  execute function leave_purchase_to_count();

create function leave_hold_to_count() returns trigger language plpgsql as $$
begin
  insert into holds_to_count values (new.id);
  return null;
end $$;

create trigger hold_ended after update on ticket_holds
  for each row when (old.status = 'active' and new.status <> 'active') execute function leave_hold_to_count();
create trigger hold_began_as_nothing after insert on ticket_holds
  for each row when (new.status <> 'active') execute function leave_hold_to_count();

-- What ended before.
insert into purchases_to_count select id from event_ticket_transactions where status in ('declined', 'refused', 'undone');
insert into holds_to_count select id from ticket_holds where status <> 'active';

-- What was sold before.
insert into ticket_type_statistics (event_id, hour, ticket_type, purchases, tickets, amount_minor)
select t.event_id, date_trunc('hour', a.occurred_at, 'UTC'), k.ticket_type, count(distinct t.id), count(*), sum(k.price_minor)
  from audit_logs a
  join event_ticket_transactions t on t.id = a.purchase_id
  join event_tickets k on k.purchase_id = t.id and k.status in ('valid', 'cancelled')
 where a.kind = 'purchase'
 group by 1, 2, 3;

grant select, insert, update on ticket_type_statistics, purchase_latency_statistics, refusal_statistics, hold_statistics
  to box_office;
grant select, insert, update, delete on purchases_to_count, holds_to_count to box_office;

-- Down Migration

drop trigger purchase_came_to_nothing on event_ticket_transactions;
drop trigger purchase_began_as_nothing on event_ticket_transactions;
drop trigger hold_ended on ticket_holds;
drop trigger hold_began_as_nothing on ticket_holds;
drop function leave_purchase_to_count, leave_hold_to_count;
drop table ticket_type_statistics, purchase_latency_statistics, refusal_statistics, hold_statistics, purchases_to_count,
  holds_to_count;
