-- Purchases: the arbiter of the whole system.

create table event_ticket_transactions (
  id uuid primary key,
  transaction_id text not null unique,
  fingerprint text not null,
  user_id text not null,
  event_id text not null,
  hold_id uuid,
  used_hold_id uuid,
  items jsonb not null,
  fees jsonb,
  amount_minor bigint not null check (amount_minor >= 0),
  currency text not null,
  complimentary boolean not null default false,
  payment_method text,
  payment_attempt integer not null default 1,
  authorisation_id text,
  return_url text,
  next_action jsonb,
  request_id text not null,
  status text not null check (
    status in ('claimed', 'persisted', 'confirmed', 'undoing', 'declined', 'refused', 'undone', 'cancelled')
  ),
  outcome jsonb,
  undo_outcome jsonb,
  cancel_requested_at timestamptz,
  confirmed_at timestamptz,
  owner_workflow_id text not null,
  owner_run_id text not null,
  past_run_ids text[] not null default '{}',
  epoch integer not null default 1,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check ((outcome is not null) = (status in ('confirmed', 'declined', 'refused', 'undone', 'cancelled'))),
  check (status <> 'undoing' or undo_outcome is not null)
-- Room for the two updates of a purchase in the page of its row; no index contains what the first one changes.
) with (fillfactor = 50, autovacuum_analyze_scale_factor = 0.02);

comment on table event_ticket_transactions is
  'One row per purchase: its claim, its state machine and its outcome. It only grows, so it is analysed after 2 % of '
  'changes.';
comment on column event_ticket_transactions.id is 'Derived from the buyer and the idempotency key.';
comment on column event_ticket_transactions.transaction_id is
  'Shown to buyers and sent in messages; derived from the id.';
comment on column event_ticket_transactions.fingerprint is
  'Hash of the request: another one under the same key is refused.';
comment on column event_ticket_transactions.event_id is
  'No foreign key: the refusal of a purchase for an unknown event is kept too.';
comment on column event_ticket_transactions.hold_id is
  'The hold that the request names. No foreign key: it may name one that does not exist.';
comment on column event_ticket_transactions.used_hold_id is
  'The hold whose tickets and price the purchase has; null if the hold that it names had lapsed.';
comment on column event_ticket_transactions.items is
  '[{ticketType, quantity, priceMinor, taxRatePpm}], with the prices and rates at the time of the claim; a rate of 0 '
  'is left out.';
comment on column event_ticket_transactions.fees is
  '[{ticketType, quantity, priceMinor, taxRatePpm}] at the time of the claim; no type: the fee of the purchase. Null: '
  'none. Once it is confirmed, purchase_fees has a row for each.';
comment on column event_ticket_transactions.amount_minor is
  'Price of all items and fees, in minor units of the currency.';
comment on column event_ticket_transactions.complimentary is
  'An operator gives the tickets away: the event need not be on sale.';
comment on column event_ticket_transactions.payment_method is
  'The provider''s token; null: the request named none (free tickets).';
comment on column event_ticket_transactions.payment_attempt is
  'From 1; part of the key of the payment. Raised when an operator corrects the payment method.';
comment on column event_ticket_transactions.authorisation_id is 'The provider''s id of the payment, once it is known.';
comment on column event_ticket_transactions.return_url is
  'Where the buyer returns after an authentication; null: a payment that requires one is declined.';
comment on column event_ticket_transactions.next_action is
  'What the buyer has to do before the amount is authorised, and until when; null: nothing, or it is done.';
comment on column event_ticket_transactions.request_id is 'Id of the HTTP request, for logs.';
comment on column event_ticket_transactions.status is
  'claimed, persisted (tickets are pending), confirmed (they are valid), undoing, declined, refused, undone or '
  'cancelled.';
comment on column event_ticket_transactions.outcome is 'The final answer to the buyer. Once written it never changes.';
comment on column event_ticket_transactions.undo_outcome is
  'The outcome that is given when undoing is done; decided before undoing begins.';
comment on column event_ticket_transactions.cancel_requested_at is
  'An operator had the purchase stopped before it was confirmed: it can only be undone from then on.';
comment on column event_ticket_transactions.owner_workflow_id is 'Temporal workflow that may write this row.';
comment on column event_ticket_transactions.owner_run_id is 'Run of that workflow that may write this row.';
comment on column event_ticket_transactions.past_run_ids is
  'Runs that owned this purchase before; a late write of one of them must not win it back.';
comment on column event_ticket_transactions.epoch is
  'Raised with each change of the owner. Writers name it, so a former owner''s write has no effect.';
comment on column event_ticket_transactions.version is 'Raised with each update; orders copies of the row.';

create index event_ticket_transactions_by_user on event_ticket_transactions (user_id, created_at);
create index event_ticket_transactions_by_event on event_ticket_transactions (event_id, created_at, id);
create index event_ticket_transactions_open on event_ticket_transactions (created_at, id) where outcome is null;
create unique index event_ticket_transactions_by_used_hold on event_ticket_transactions (used_hold_id)
  where used_hold_id is not null and (outcome is null or outcome ->> 'kind' = 'confirmed');
comment on index event_ticket_transactions_by_used_hold is
  'At most one purchase that is open or has tickets uses a hold. It does not name the status, so persisting changes '
  'no index.';

create function purchase_status_is_legal() returns trigger language plpgsql as $$
begin
  -- LEGAL_TRANSITIONS of packages/contract; a test compares them.
  if new.status <> old.status and not (old.status, new.status) in (
    ('claimed', 'persisted'), ('claimed', 'undoing'), ('claimed', 'refused'),
    ('persisted', 'confirmed'), ('persisted', 'undoing'),
    ('undoing', 'declined'), ('undoing', 'refused'), ('undoing', 'undone'),
    ('confirmed', 'cancelled')
  ) then
    raise exception 'purchase %: % cannot become %', old.id, old.status, new.status
      using errcode = 'check_violation', constraint = 'purchase_status_is_legal';
  end if;
  if old.outcome is not null and new.outcome is distinct from old.outcome then
    raise exception 'purchase %: its outcome is final', old.id
      using errcode = 'check_violation', constraint = 'purchase_outcome_is_final';
  end if;
  if new.epoch < old.epoch then
    raise exception 'purchase %: its epoch cannot decrease', old.id
      using errcode = 'check_violation', constraint = 'purchase_epoch_rises';
  end if;
  new.version := old.version + 1;
  new.updated_at := now();
  return new;
end $$;

create trigger purchase_status_is_legal before update on event_ticket_transactions
  for each row execute function purchase_status_is_legal();

-- A purchase that names a hold uses it, or continues without it once it has lapsed.
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

-- Progress of the cancellation of its event.
create function count_cancelled_purchase() returns trigger language plpgsql as $$
begin
  update event_cancellations set cancelled_since = cancelled_since + 1 where event_id = new.event_id;
  return null;
end $$;

create trigger count_cancelled_purchase after update on event_ticket_transactions
  for each row when (old.status = 'confirmed' and new.status = 'cancelled') execute function count_cancelled_purchase();

-- Refusals have no message that could be counted. An index that finds the uncounted ones by status or time would make
-- every update of a purchase write all of its indexes; so triggers put their ids into a queue. A confirmed purchase
-- needs none.
create function queue_purchase_to_count() returns trigger language plpgsql as $$
begin
  insert into purchases_to_count values (new.id);
  return null;
end $$;

create trigger purchase_ended_without_tickets after update on event_ticket_transactions
  for each row when (old.outcome is null and new.status in ('declined', 'refused', 'undone'))
  execute function queue_purchase_to_count();
create trigger purchase_inserted_without_tickets after insert on event_ticket_transactions
  for each row when (new.status in ('declined', 'refused', 'undone'))
  execute function queue_purchase_to_count();

-- Its message to integrators. That of a confirmed purchase is written in the statement that confirms it.
create function write_purchase_message() returns trigger language plpgsql as $$
begin
  perform write_webhook_message('purchase.' || new.status, jsonb_strip_nulls(jsonb_build_object(
    'purchaseId', new.id, 'transactionId', new.transaction_id, 'eventId', new.event_id,
    'amountMinor', new.amount_minor, 'currency', new.currency,
    'reason', case new.status when 'declined' then new.outcome ->> 'reason' end)));
  return null;
end $$;

create trigger write_purchase_message after update on event_ticket_transactions
  for each row when (new.status <> old.status and new.status in ('declined', 'cancelled'))
  execute function write_purchase_message();

grant select, insert, update on event_ticket_transactions to box_office;
