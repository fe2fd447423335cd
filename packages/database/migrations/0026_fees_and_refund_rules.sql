-- Fees of tickets and purchases, and what a cancellation by the buyer gives back.

alter table event_ticket_types validate constraint event_ticket_types_tax;

alter table event_ticket_types add column fee jsonb;
alter table events add column purchase_fee jsonb, add column refund_rules jsonb;
alter table event_ticket_transactions add column fees jsonb;
alter table ticket_holds add column quoted_fees jsonb;

comment on column event_ticket_types.fee is
  '{priceMinor, taxRatePpm, netPriceMinor}: what is charged for each ticket on top of its price; null: nothing.';
comment on column events.purchase_fee is '{priceMinor, taxRatePpm, netPriceMinor}: charged once per purchase; null: nothing.';
comment on column events.refund_rules is
  '{keepsFees, withheldPpm, withheldMinor}: what a cancellation by the buyer does not give back; null: nothing.';
comment on column event_ticket_transactions.fees is
  '[{ticketType, quantity, priceMinor, taxRatePpm}] at the time of the claim; no type: the fee of the purchase. Null: '
  'none. Once it is confirmed, purchase_fees has a row for each.';
comment on column event_ticket_transactions.amount_minor is
  'Price of all items and fees, in minor units of the currency.';
comment on column ticket_holds.quoted_fees is 'The fees of a purchase that uses the hold; null: none.';
comment on column ticket_holds.amount_minor is 'Price of all quoted items and fees, in minor units of the currency.';
comment on column ticket_cancellations.amount_minor is
  'What is refunded: the prices of its tickets and the fees that it returns, without what is withheld, in minor units, '
  'fixed when they were claimed.';

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

alter table transaction_statistics
  add column fees_minor bigint not null default 0,
  add column returned_fees_minor bigint not null default 0,
  add column withheld_minor bigint not null default 0;

comment on column transaction_statistics.fees_minor is 'Fees in amount_minor.';
comment on column transaction_statistics.returned_fees_minor is 'Fees in refunded_minor.';
comment on column transaction_statistics.withheld_minor is 'What cancellations withheld of the prices of their tickets.';
comment on column ticket_type_statistics.refunded_minor is
  'What was refunded of the prices of these tickets, without fees.';
comment on column ticket_type_statistics.amount_minor is 'What was paid for these tickets, without fees.';

grant select, insert, update on purchase_fees to box_office;
grant select, insert on withheld_amounts to box_office;
