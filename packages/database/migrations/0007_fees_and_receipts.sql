-- Fees of purchases, what cancellations withheld, and receipts.

create table purchase_fees (
  id bigint primary key generated always as identity,
  purchase_id uuid not null references event_ticket_transactions (id),
  ticket_id uuid references event_tickets (id),
  amount_minor bigint not null check (amount_minor > 0),
  tax_rate_ppm integer not null default 0 check (tax_rate_ppm between 0 and 1000000),
  returned_by uuid references ticket_cancellations (id),
  unique nulls not distinct (purchase_id, ticket_id)
);

comment on table purchase_fees is
  'One row per fee of a confirmed purchase: one per ticket that has a fee, and one of the purchase itself.';
comment on column purchase_fees.id is 'Internal.';
comment on column purchase_fees.ticket_id is 'The ticket that it is the fee of; null: of the purchase.';
comment on column purchase_fees.amount_minor is 'Tax included, in minor units of the purchase''s currency.';
comment on column purchase_fees.tax_rate_ppm is 'Rate of the tax in it, in millionths.';
comment on column purchase_fees.returned_by is 'The cancellation that refunds it; null: the seller keeps it.';

create index purchase_fees_by_cancellation on purchase_fees (returned_by) where returned_by is not null;

create function fee_is_returned_once() returns trigger language plpgsql as $$
begin
  if old.returned_by is not null
     or (new.purchase_id, new.ticket_id, new.amount_minor, new.tax_rate_ppm) is distinct from
        (old.purchase_id, old.ticket_id, old.amount_minor, old.tax_rate_ppm) then
    raise exception 'fee %: it is returned once, and nothing else of it changes', old.id
      using errcode = 'check_violation', constraint = 'fee_is_returned_once';
  end if;
  return new;
end $$;

create trigger fee_is_returned_once before update on purchase_fees
  for each row execute function fee_is_returned_once();

create table withheld_amounts (
  ticket_id uuid primary key references event_tickets (id),
  purchase_id uuid not null references event_ticket_transactions (id),
  cancellation_id uuid not null references ticket_cancellations (id),
  amount_minor bigint not null check (amount_minor > 0)
);

comment on table withheld_amounts is
  'One row per cancelled ticket of whose price the event''s refund rules kept something.';
comment on column withheld_amounts.ticket_id is 'The cancelled ticket.';
comment on column withheld_amounts.cancellation_id is 'The cancellation that refunded the rest of the price.';
comment on column withheld_amounts.amount_minor is 'Tax included, in minor units of the purchase''s currency.';

create index withheld_amounts_by_purchase on withheld_amounts (purchase_id);
create index withheld_amounts_by_cancellation on withheld_amounts (cancellation_id);

grant select, insert, update on purchase_fees to box_office;
grant select, insert, update (amount_minor), delete on withheld_amounts to box_office;

create table receipt_start (
  only_row boolean primary key default true check (only_row),
  at timestamptz not null default now()
);
insert into receipt_start default values;

comment on table receipt_start is 'When receipts were introduced. Purchases that were confirmed before have none.';
comment on column receipt_start.only_row is 'Always true: there is only one row.';
comment on column receipt_start.at is 'The time of this migration.';

create table receipt_series (
  name text primary key,
  last_number bigint not null default 0
);

comment on table receipt_series is
  'Series of numbers of receipts, one per seller. Receipts are issued under the lock of the row, so numbers have no '
  'gaps.';
comment on column receipt_series.name is 'RECEIPT_SERIES of the audit consumer; it begins each number.';
comment on column receipt_series.last_number is 'The number that was given last.';

create table receipts (
  series text not null references receipt_series (name),
  number bigint not null check (number > 0),
  kind text not null check (kind in ('receipt', 'correction')),
  purchase_id uuid not null references event_ticket_transactions (id),
  cancellation_id uuid references ticket_cancellations (id),
  seller jsonb not null,
  event jsonb not null,
  currency text not null,
  lines jsonb not null,
  net_minor bigint not null,
  tax_minor bigint not null,
  gross_minor bigint not null,
  supplied_at timestamptz not null,
  issued_at timestamptz not null default now(),
  primary key (series, number),
  unique nulls not distinct (purchase_id, cancellation_id),
  check ((cancellation_id is null) = (kind = 'receipt')),
  check (net_minor + tax_minor = gross_minor)
);

comment on table receipts is
  'One receipt per confirmed purchase that was paid, and one correction per cancellation that refunds something. They '
  'never change.';
comment on column receipts.series is 'Begins the number.';
comment on column receipts.number is 'Consecutive in its series, from 1.';
comment on column receipts.kind is 'receipt, or correction of the receipt of the same purchase.';
comment on column receipts.cancellation_id is 'The cancellation that a correction is of.';
comment on column receipts.seller is '{name, address, vatId} as configured when it was issued.';
comment on column receipts.event is '{eventId, name, venue, startsAt, timeZone} as they were when it was issued.';
comment on column receipts.lines is
  '[{kind, ticketType, quantity, taxRatePpm, netMinor, taxMinor, grossMinor}]; of a correction the amounts are '
  'negative.';
comment on column receipts.net_minor is 'Sum of its lines in minor units; negative for a correction.';
comment on column receipts.tax_minor is 'Sum of its lines in minor units; negative for a correction.';
comment on column receipts.issued_at is 'When it got its number.';
comment on column receipts.gross_minor is 'Sum of its lines in minor units; negative for a correction.';
comment on column receipts.supplied_at is 'When the purchase was confirmed, or the cancellation was done.';

create function receipts_are_immutable() returns trigger language plpgsql as $$
begin
  raise exception 'receipts never change: correct one by a correction'
    using errcode = 'check_violation', constraint = 'receipts_are_immutable';
end $$;

create trigger receipts_are_immutable before update or delete on receipts
  for each row execute function receipts_are_immutable();
create trigger receipts_are_immutable_truncate before truncate on receipts
  for each statement execute function receipts_are_immutable();

create function receipt_numbers_have_no_gaps() returns trigger language plpgsql as $$
declare
  gap record;
begin
  select i.series, i.first into gap
    from (select series, min(number) as first, max(number) as last, count(*) as count from inserted group by series) i
   where i.last - i.first + 1 <> i.count
      or (i.first > 1 and not exists (select from receipts r where r.series = i.series and r.number = i.first - 1))
   limit 1;
  if found then
    raise exception 'receipts of series % would have a gap at %', gap.series, gap.first
      using errcode = 'check_violation', constraint = 'receipt_numbers_have_no_gaps';
  end if;
  return null;
end $$;

create trigger receipt_numbers_have_no_gaps after insert on receipts
  referencing new table as inserted for each statement execute function receipt_numbers_have_no_gaps();

grant select on receipt_start to box_office;
grant select, insert on receipts to box_office;
grant select, insert, update on receipt_series to box_office;
