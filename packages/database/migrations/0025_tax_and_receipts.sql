-- Tax of ticket types, and the receipts of purchases.

alter table event_ticket_types
  add column tax_rate_ppm integer not null default 0,
  add column net_price_minor bigint,
  add constraint event_ticket_types_tax check (
    tax_rate_ppm between 0 and 1000000
    and (net_price_minor is null
      or price_minor = net_price_minor + round(net_price_minor * tax_rate_ppm / 1000000.0))
  ) not valid;

comment on column event_ticket_types.price_minor is
  'Price of new sales, tax included: what a buyer pays, in minor units of the event''s currency.';
comment on column event_ticket_types.tax_rate_ppm is 'Tax rate of new sales in millionths: 70000 is 7 %.';
comment on column event_ticket_types.net_price_minor is
  'The price that was set without tax, to which the tax was added; null: a price was set that includes it.';
comment on column event_ticket_transactions.items is
  '[{ticketType, quantity, priceMinor, taxRatePpm}], with the prices and rates at the time of the claim; a rate of 0 is '
  'left out.';

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
  'Series of numbers of receipts, one per seller. Receipts are issued under the lock of the row, so numbers have no gaps.';
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
  '[{kind, ticketType, quantity, taxRatePpm, netMinor, taxMinor, grossMinor}]; of a correction the amounts are negative.';
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
