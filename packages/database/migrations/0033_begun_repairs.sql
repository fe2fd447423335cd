-- Repairs of findings that move money, and that were begun.

set lock_timeout = '3s';

alter table reconciliation_findings add column repair_begun_at timestamptz;

comment on column reconciliation_findings.repair_begun_at is
  'When a repair that moves money was begun: if the discrepancy is gone later, it was repaired.';
