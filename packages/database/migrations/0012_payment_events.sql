-- Payments that require an action of the buyer, and the events that the payment provider sends.

alter table event_ticket_transactions add column return_url text, add column next_action jsonb;

comment on column event_ticket_transactions.return_url is
  'Where the buyer returns after an authentication; null: a payment that requires one is declined.';
comment on column event_ticket_transactions.next_action is
  'What the buyer has to do before the amount is authorised, and until when; null: nothing, or it is done.';

create table payment_events (
  id text primary key,
  type text not null,
  object_id text,
  purchase_id uuid,
  created_at timestamptz not null,
  received_at timestamptz not null default now()
);

comment on table payment_events is
  'Webhooks of the payment provider, one row per event, written before they are acknowledged. They wake purchases; what '
  'they say of money is read from the provider. Deleted after a month.';
comment on column payment_events.id is 'The provider''s id of the event: it sends one event several times.';
comment on column payment_events.type is 'Such as payment_intent.succeeded; types that nothing follows from are kept too.';
comment on column payment_events.object_id is 'The provider''s id of what the event is about.';
comment on column payment_events.purchase_id is
  'Of the object''s metadata; null: it names none. No foreign key: other systems may use the provider''s account.';
comment on column payment_events.created_at is 'When it happened, by the provider''s clock.';

create index payment_events_by_time on payment_events (received_at);

grant select, insert, delete on payment_events to box_office;
