-- Up Migration

-- How far the cancellation of an event is, so that looking costs the same however large the event is. What happens from its
-- beginning on is counted as it happens; what was there before is counted once, with the first look, and never changes: no
-- purchase is confirmed any more.
alter table event_cancellations
  add column cancelled_since integer not null default 0,
  add column refunded_minor_since bigint not null default 0,
  add column skipped_minor_since bigint not null default 0,
  add column confirmed_purchases integer,
  add column cancelled_before integer,
  add column refunded_minor_before bigint,
  add column skipped_minor_before bigint;

create function count_cancelled_purchase() returns trigger language plpgsql as $$
begin
  update event_cancellations set cancelled_since = cancelled_since + 1 where event_id = new.event_id;
  return null;
end $$;

create trigger count_cancelled_purchase after update on event_ticket_transactions
  for each row when (old.status = 'confirmed' and new.status = 'cancelled') execute function count_cancelled_purchase();

create function count_refund() returns trigger language plpgsql as $$
begin
  -- A refund that is done has the provider's id; one without it was skipped by an operator.
  update event_cancellations
     set refunded_minor_since = refunded_minor_since + case when new.refund_id is null then 0 else new.amount_minor end,
         skipped_minor_since = skipped_minor_since + case when new.refund_id is null then new.amount_minor else 0 end
   where event_id = new.event_id;
  return null;
end $$;

create trigger count_refund after update on ticket_cancellations
  for each row when (old.status <> 'cancelled' and new.status = 'cancelled') execute function count_refund();

-- Down Migration

drop trigger count_refund on ticket_cancellations;
drop trigger count_cancelled_purchase on event_ticket_transactions;
drop function count_refund, count_cancelled_purchase;
alter table event_cancellations
  drop column cancelled_since,
  drop column refunded_minor_since,
  drop column skipped_minor_since,
  drop column confirmed_purchases,
  drop column cancelled_before,
  drop column refunded_minor_before,
  drop column skipped_minor_before;
