-- Reconciliation runs that an operator requested and that have not begun.

set lock_timeout = '3s';

alter table reconciliation_runs add column is_begun boolean not null default true;

comment on column reconciliation_runs.is_begun is
  'False: requested, and no audit consumer has begun it. Until then started_at is when it was requested.';
