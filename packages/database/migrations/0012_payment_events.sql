-- Payments that require an action of the buyer.

alter table event_ticket_transactions add column return_url text, add column next_action jsonb;

comment on column event_ticket_transactions.return_url is
  'Where the buyer returns after an authentication; null: a payment that requires one is declined.';
comment on column event_ticket_transactions.next_action is
  'What the buyer has to do before the amount is authorised, and until when; null: nothing, or it is done.';
