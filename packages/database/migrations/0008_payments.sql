-- Payments: what the payment provider sends, disputes, and payments that reconciliation has to look at again.

create table payment_events (
  id text primary key,
  type text not null,
  object_id text,
  purchase_id uuid,
  created_at timestamptz not null,
  received_at timestamptz not null default now()
);

comment on table payment_events is
  'Webhooks of the payment provider, one row per event, written before they are acknowledged. They wake purchases; '
  'what they say of money is read from the provider. Deleted after a month.';
comment on column payment_events.id is 'The provider''s id of the event: it sends one event several times.';
comment on column payment_events.type is
  'Such as payment_intent.succeeded; types that nothing follows from are kept too.';
comment on column payment_events.object_id is 'The provider''s id of what the event is about.';
comment on column payment_events.purchase_id is
  'Of the object''s metadata; null: it names none. No foreign key: other systems may use the provider''s account.';
comment on column payment_events.created_at is 'When it happened, by the provider''s clock.';

create index payment_events_by_time on payment_events (received_at);

grant select, insert, delete on payment_events to box_office;

create table disputes (
  id text primary key,
  authorisation_id text,
  purchase_id uuid,
  amount_minor bigint not null check (amount_minor >= 0),
  currency text not null,
  reason text not null,
  status text not null check (status in (
    'warning_needs_response', 'warning_under_review', 'warning_closed', 'needs_response', 'under_review', 'prevented',
    'won', 'lost', 'appeal_needs_response', 'appeal_under_review', 'unknown'
  )),
  withdrawn boolean not null,
  respond_by timestamptz,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  updated_at timestamptz not null default now()
);

comment on table disputes is
  'One row per dispute of a payment with the buyer''s bank, as the payment provider told of it last: by a webhook, or '
  'by its statement where the webhook was lost. Never deleted.';
comment on column disputes.id is 'The provider''s id.';
comment on column disputes.authorisation_id is 'The provider''s id of the disputed payment.';
comment on column disputes.purchase_id is
  'Of the payment''s metadata, which reconciliation reads; null: not read yet, or a payment of another system that '
  'uses the provider''s account. Therefore no foreign key.';
comment on column disputes.amount_minor is 'What is disputed, in minor units.';
comment on column disputes.reason is 'The provider''s word, such as fraudulent.';
comment on column disputes.status is
  'The provider''s status. DISPUTE_STATUSES of packages/contract has their order; unknown: one that was not known when '
  'it was read.';
comment on column disputes.withdrawn is
  'The provider has taken the amount from the seller: the dispute is open or lost, and more than an inquiry.';
comment on column disputes.respond_by is 'Until when the provider accepts evidence; null: it asks for none.';
comment on column disputes.created_at is 'When it was opened, by the provider''s clock.';
comment on column disputes.changed_at is 'When it became what it is, by the provider''s clock: older news are ignored.';

create index disputes_by_purchase on disputes (purchase_id) where purchase_id is not null;

grant select, insert, update on disputes to box_office;

create table unresolved_payments (
  purchase_id text primary key,
  authorisation_ids text[] not null,
  turn bigint generated always as identity
);

comment on table unresolved_payments is
  'Purchases whose payments a check showed not to be as expected, until a run has handed them over or finds them as '
  'expected.';
comment on column unresolved_payments.purchase_id is 'As the payment provider names it: it need not be known.';
comment on column unresolved_payments.authorisation_ids is
  'The provider''s authorisations that are known by its statement.';
comment on column unresolved_payments.turn is
  'A run checks the lowest. New at each check, and whenever it is shown again.';

create index unresolved_payments_by_turn on unresolved_payments (turn);

grant select, insert, update, delete on unresolved_payments to box_office;
