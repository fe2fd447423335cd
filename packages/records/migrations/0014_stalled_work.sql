-- Up Migration

-- Work that stands still although its workflow is open is a finding, too.
alter table reconciliation_findings
  drop constraint reconciliation_findings_kind_check,
  add constraint reconciliation_findings_kind_check check (kind in (
    'missing_message', 'duplicate', 'lost_hold', 'orphaned_hold', 'charge_without_ticket', 'ticket_without_charge',
    'wrong_read_model', 'serial_mismatch', 'capacity_wrong', 'abandoned', 'stalled'
  ));

-- Down Migration

delete from reconciliation_findings where kind = 'stalled';
alter table reconciliation_findings
  drop constraint reconciliation_findings_kind_check,
  add constraint reconciliation_findings_kind_check check (kind in (
    'missing_message', 'duplicate', 'lost_hold', 'orphaned_hold', 'charge_without_ticket', 'ticket_without_charge',
    'wrong_read_model', 'serial_mismatch', 'capacity_wrong', 'abandoned'
  ));
