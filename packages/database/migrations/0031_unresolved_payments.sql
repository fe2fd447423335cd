-- Purchases whose payments reconciliation has to look at again.

set lock_timeout = '3s';

create table unresolved_payments (
  purchase_id text primary key,
  authorisation_ids text[] not null,
  turn bigint generated always as identity
);

comment on table unresolved_payments is
  'Purchases whose payments a check showed not to be as expected, until a run has handed them over or finds them as expected.';
comment on column unresolved_payments.purchase_id is 'As the payment provider names it: it need not be known.';
comment on column unresolved_payments.authorisation_ids is 'The provider''s authorisations that are known by its statement.';
comment on column unresolved_payments.turn is 'A run checks the lowest. New at each check, and whenever it is shown again.';

create index unresolved_payments_by_turn on unresolved_payments (turn);

grant select, insert, update, delete on unresolved_payments to box_office;
