-- Disputes of payments, and cancellations whose money went back to the buyer outside of Box Office.

create table disputes (
  id text primary key,
  authorisation_id text,
  purchase_id uuid,
  amount_minor bigint not null check (amount_minor >= 0),
  currency text not null,
  reason text not null,
  status text not null check (status in (
    'warning_needs_response', 'warning_under_review', 'warning_closed', 'needs_response', 'under_review', 'prevented',
    'won', 'lost', 'appeal_needs_response', 'appeal_under_review'
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
comment on column disputes.status is 'The provider''s status. DISPUTE_STATUSES of packages/contract has their order.';
comment on column disputes.withdrawn is
  'The provider has taken the amount from the seller: the dispute is open or lost, and more than an inquiry.';
comment on column disputes.respond_by is 'Until when the provider accepts evidence; null: it asks for none.';
comment on column disputes.created_at is 'When it was opened, by the provider''s clock.';
comment on column disputes.changed_at is 'When it became what it is, by the provider''s clock: older news are ignored.';

create index disputes_by_purchase on disputes (purchase_id) where purchase_id is not null;

grant select, insert, update on disputes to box_office;

alter table ticket_cancellations add column returned_by text;

comment on column ticket_cancellations.returned_by is
  'The provider''s id of the refund or dispute by which the money went back to the buyer before, outside of Box '
  'Office: it is not refunded again. Null: this cancellation refunds it.';
