-- Up Migration

-- Null: the request named no means of payment, as is right for tickets that cost nothing.
alter table event_ticket_transactions alter column payment_method drop not null;

-- Down Migration

update event_ticket_transactions set payment_method = '' where payment_method is null;
alter table event_ticket_transactions alter column payment_method set not null;
