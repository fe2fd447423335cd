-- Cancellations of tickets, and of whole events.

create table ticket_cancellations (
  id uuid primary key,
  purchase_id uuid not null references event_ticket_transactions (id),
  event_id text not null,
  wanted_tickets uuid[],
  requested_by text not null,
  by_operator boolean not null,
  reason text not null,
  request_id text not null,
  requested_at timestamptz not null,
  status text not null check (status in ('waiting', 'refunding', 'cancelled')),
  amount_minor bigint not null default 0 check (amount_minor >= 0),
  currency text not null,
  refund_id text,
  returned_by text,
  cancelled_at timestamptz,
  settled_at timestamptz,
  updated_at timestamptz not null default now(),
  check ((cancelled_at is not null) = (status = 'cancelled')),
  check (settled_at is null or status = 'cancelled')
);

comment on table ticket_cancellations is
  'One row per cancellation of a purchase or of some of its tickets, with its progress.';
comment on column ticket_cancellations.wanted_tickets is
  'Ids of the tickets to cancel; null: all that are left of the purchase.';
comment on column ticket_cancellations.requested_by is 'User id of the buyer, or name of the operator.';
comment on column ticket_cancellations.reason is 'Free text of who asked for it.';
comment on column ticket_cancellations.request_id is 'Id of the HTTP request, for logs.';
comment on column ticket_cancellations.status is
  'waiting (no ticket is claimed yet), refunding (they are claimed) or cancelled (the refund is done or was skipped).';
comment on column ticket_cancellations.amount_minor is
  'What is refunded: the prices of its tickets and the fees that it returns, without what is withheld, in minor units, '
  'fixed when they were claimed. It is raised when they are cancelled, if more went back outside of Box Office.';
comment on column ticket_cancellations.refund_id is
  'The provider''s id of the refund; null once cancelled: an operator skipped it.';
comment on column ticket_cancellations.returned_by is
  'The provider''s id of the refund or dispute by which the money went back to the buyer before, outside of Box '
  'Office: it is not refunded again. Null: this cancellation refunds it.';
comment on column ticket_cancellations.settled_at is
  'When its capacity was back in Redis and its messages were confirmed: nothing is left to do.';

create index ticket_cancellations_by_purchase on ticket_cancellations (purchase_id);
create index ticket_cancellations_by_event on ticket_cancellations (event_id);
-- Without updated_at, which would make every change of an unsettled cancellation write all indexes.
create index ticket_cancellations_unsettled on ticket_cancellations (id) where settled_at is null;
create index ticket_cancellations_unsettled_by_event on ticket_cancellations (event_id, id) where settled_at is null;

create function cancellation_change_is_legal() returns trigger language plpgsql as $$
begin
  if new.status <> old.status and not (old.status, new.status) in (
    ('waiting', 'refunding'), ('waiting', 'cancelled'), ('refunding', 'cancelled')
  ) then
    raise exception 'cancellation %: % cannot become %', old.id, old.status, new.status
      using errcode = 'check_violation', constraint = 'cancellation_change_is_legal';
  end if;
  if new.purchase_id <> old.purchase_id or (new.amount_minor <> old.amount_minor and old.status <> 'waiting' and not (
    (old.status, new.status) = ('refunding', 'cancelled') and new.amount_minor > old.amount_minor
  )) then
    raise exception 'cancellation %: its purchase and amount never change', old.id
      using errcode = 'check_violation', constraint = 'cancellation_change_is_legal';
  end if;
  new.updated_at := now();
  return new;
end $$;

create trigger cancellation_change_is_legal before update on ticket_cancellations
  for each row execute function cancellation_change_is_legal();

-- Progress of the cancellation of its event.
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

-- Its message to integrators. A cancellation that finds its purchase undone goes from waiting to cancelled: it has
-- cancelled no ticket, and has none.
create function write_cancellation_message() returns trigger language plpgsql as $$
begin
  perform write_webhook_message('tickets.cancelled', jsonb_build_object(
    'cancellationId', new.id, 'purchaseId', new.purchase_id, 'eventId', new.event_id,
    'ticketIds', coalesce((select jsonb_agg(id order by id) from event_tickets where cancellation_id = new.id), '[]'),
    'refundedMinor', case when new.refund_id is null then 0 else new.amount_minor end, 'currency', new.currency));
  return null;
end $$;

create trigger write_cancellation_message after update on ticket_cancellations
  for each row when (old.status = 'refunding' and new.status = 'cancelled')
  execute function write_cancellation_message();

create table event_cancellations (
  event_id text primary key references events (id),
  requested_by text not null,
  reason text not null,
  request_id text not null,
  requested_at timestamptz not null default now(),
  finished_at timestamptz,
  cancelled_since integer not null default 0,
  refunded_minor_since bigint not null default 0,
  skipped_minor_since bigint not null default 0,
  confirmed_purchases integer,
  cancelled_before integer,
  refunded_minor_before bigint,
  skipped_minor_before bigint
);

comment on table event_cancellations is
  'One row per cancelled event. Reading its progress costs the same for events of any size: what happens since the '
  'row exists is counted as it happens (…_since), what was before is counted once, by the first reader (…_before, '
  'null until then).';
comment on column event_cancellations.requested_by is 'Name of the operator.';
comment on column event_cancellations.reason is 'Free text of the operator.';
comment on column event_cancellations.request_id is 'Id of the HTTP request, for logs.';
comment on column event_cancellations.finished_at is 'When nothing was left to do; null while it is in progress.';
comment on column event_cancellations.cancelled_since is 'Purchases that were cancelled since then.';
comment on column event_cancellations.refunded_minor_since is
  'Refunded since then, in minor units of the event''s currency.';
comment on column event_cancellations.skipped_minor_since is 'Not refunded because an operator skipped it, since then.';
comment on column event_cancellations.confirmed_purchases is
  'Purchases that were ever confirmed. Final: none is confirmed any more. Null: not counted yet.';
comment on column event_cancellations.cancelled_before is 'Purchases that were cancelled before.';
comment on column event_cancellations.refunded_minor_before is
  'Refunded before, in minor units of the event''s currency.';
comment on column event_cancellations.skipped_minor_before is 'Not refunded because an operator skipped it, before.';

grant select, insert, update on ticket_cancellations, event_cancellations to box_office;
