-- Totals per event and hour. An hour is UTC, truncated; money is in minor units of the event's currency.

create table transaction_statistics (
  event_id text not null,
  hour timestamptz not null,
  purchases integer not null default 0,
  tickets integer not null default 0,
  amount_minor bigint not null default 0,
  cancellations integer not null default 0,
  cancelled_tickets integer not null default 0,
  refunded_minor bigint not null default 0,
  fees_minor bigint not null default 0,
  returned_fees_minor bigint not null default 0,
  withheld_minor bigint not null default 0,
  primary key (event_id, hour)
);

comment on table transaction_statistics is
  'Sales and cancellations by their hour. Written in the statement that writes their audit lines, so each counts once.';
comment on column transaction_statistics.purchases is 'Confirmed purchases.';
comment on column transaction_statistics.tickets is 'Tickets of these purchases.';
comment on column transaction_statistics.amount_minor is 'What was paid.';
comment on column transaction_statistics.cancellations is
  'Cancellations of a whole purchase or of some of its tickets.';
comment on column transaction_statistics.cancelled_tickets is 'Tickets of these cancellations.';
comment on column transaction_statistics.refunded_minor is 'What was refunded.';
comment on column transaction_statistics.fees_minor is 'Fees in amount_minor.';
comment on column transaction_statistics.returned_fees_minor is 'Fees in refunded_minor.';
comment on column transaction_statistics.withheld_minor is
  'What cancellations withheld of the prices of their tickets.';

create table ticket_type_statistics (
  event_id text not null,
  hour timestamptz not null,
  ticket_type text not null,
  purchases integer not null default 0,
  tickets integer not null default 0,
  amount_minor bigint not null default 0,
  cancellations integer not null default 0,
  cancelled_tickets integer not null default 0,
  refunded_minor bigint not null default 0,
  primary key (event_id, hour, ticket_type)
);

comment on table ticket_type_statistics is 'transaction_statistics by ticket type.';
comment on column ticket_type_statistics.purchases is
  'Purchases with tickets of this type; one with two types counts for both.';
comment on column ticket_type_statistics.tickets is 'Tickets of these purchases and this type.';
comment on column ticket_type_statistics.amount_minor is 'What was paid for these tickets, without fees.';
comment on column ticket_type_statistics.cancellations is 'Cancellations with tickets of this type.';
comment on column ticket_type_statistics.cancelled_tickets is 'Tickets of these cancellations and this type.';
comment on column ticket_type_statistics.refunded_minor is
  'What was refunded of the prices of these tickets, without fees.';

create table purchase_latency_statistics (
  event_id text not null,
  hour timestamptz not null,
  at_most_ms integer not null,
  purchases integer not null,
  primary key (event_id, hour, at_most_ms)
);

comment on table purchase_latency_statistics is
  'Histogram of the time from the claim of a purchase to its confirmation.';
comment on column purchase_latency_statistics.at_most_ms is
  'Upper bound of the class; its lower bound is that of the class before.';
comment on column purchase_latency_statistics.purchases is 'Purchases in this class alone.';

create table refusal_statistics (
  event_id text not null,
  hour timestamptz not null,
  ticket_type text not null,
  outcome text not null check (outcome in ('declined', 'refused', 'undone')),
  reason text not null,
  purchases integer not null,
  primary key (event_id, hour, ticket_type, outcome, reason)
);

comment on table refusal_statistics is 'Purchases that ended without tickets, by the hour of their outcome.';
comment on column refusal_statistics.ticket_type is
  'A type that the purchase names, or the empty string, under which each purchase counts once.';
comment on column refusal_statistics.outcome is 'Kind of the outcome.';
comment on column refusal_statistics.reason is 'Reason of the outcome; reasons of an unexpected form count as "other".';
comment on column refusal_statistics.purchases is 'Purchases with this outcome and reason.';

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

comment on table hold_statistics is 'Holds that ended, by the hour in which they began and by how they ended.';
comment on column hold_statistics.ticket_type is
  'A type that the hold names, or the empty string, under which each hold counts once.';
comment on column hold_statistics.used is 'Holds that a purchase used.';
comment on column hold_statistics.expired is 'Holds that ended at their deadline.';
comment on column hold_statistics.released is 'Holds that were given back early.';
comment on column hold_statistics.refused is 'Holds that were never active.';

-- Refusals and ended holds have no message that could be counted: triggers put their ids into a queue.
create table purchases_to_count (purchase_id uuid primary key)
  with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
create table holds_to_count (hold_id uuid primary key)
  with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

comment on table purchases_to_count is
  'Queue of purchases that ended without tickets and are not in refusal_statistics yet. It is emptied as fast as it '
  'is filled, so it is vacuumed after a number of changes and not after a share of its size.';
comment on table holds_to_count is
  'Queue of holds that ended and are not in hold_statistics yet; see purchases_to_count.';

grant select, insert, update on transaction_statistics, ticket_type_statistics, purchase_latency_statistics,
  refusal_statistics, hold_statistics to box_office;
grant select, insert, update, delete on purchases_to_count, holds_to_count to box_office;
