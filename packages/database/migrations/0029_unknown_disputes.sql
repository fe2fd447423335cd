-- Disputes whose status is not known.

set lock_timeout = '3s';

alter table disputes drop constraint disputes_status_check;
alter table disputes add constraint disputes_status_check check (status in (
  'warning_needs_response', 'warning_under_review', 'warning_closed', 'needs_response', 'under_review', 'prevented',
  'won', 'lost', 'appeal_needs_response', 'appeal_under_review', 'unknown'
)) not valid;

comment on column disputes.status is
  'The provider''s status. DISPUTE_STATUSES of packages/contract has their order; unknown: one that was not known when '
  'it was read.';
