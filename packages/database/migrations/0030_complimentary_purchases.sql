-- Purchases of complimentary tickets, so that another workflow can continue them as such.

set lock_timeout = '3s';

alter table event_ticket_transactions add column complimentary boolean not null default false;

comment on column event_ticket_transactions.complimentary is
  'An operator gives the tickets away: the event need not be on sale.';
