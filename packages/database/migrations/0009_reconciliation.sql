-- The comparison of PostgreSQL with Redis, the payment provider and the messages.

create table reconciliation_runs (
  id uuid primary key,
  requested_by text not null,
  scope text not null,
  workflow_id text not null,
  is_begun boolean not null default true,
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  counts jsonb
);

comment on table reconciliation_runs is
  'One row per reconciliation run. Runs without findings are deleted after a month.';
comment on column reconciliation_runs.requested_by is 'Name of the operator, or "schedule".';
comment on column reconciliation_runs.scope is '"changed", "all", or "event " and the id of one event.';
comment on column reconciliation_runs.workflow_id is 'Temporal workflow of the run.';
comment on column reconciliation_runs.is_begun is
  'False: requested, and no audit consumer has begun it. Until then started_at is when it was requested.';
comment on column reconciliation_runs.counts is
  'What the run did: {events, recovered, found, repaired, handedOver}; null while it is in progress.';

create index reconciliation_runs_by_start on reconciliation_runs (started_at);

create table reconciliation_checkpoints (
  event_id text primary key references events (id),
  checked_at timestamptz not null,
  completed_at timestamptz,
  took_ms integer not null,
  unfinished boolean not null
);

comment on table reconciliation_checkpoints is
  'The last reconciliation of each event. A run checks the events that changed since, and some of the others in turn.';
comment on column reconciliation_checkpoints.checked_at is 'When the last check began.';
comment on column reconciliation_checkpoints.completed_at is
  'When the last check began that compared every read model.';
comment on column reconciliation_checkpoints.took_ms is 'Duration of the last check.';
comment on column reconciliation_checkpoints.unfinished is
  'Work was in progress or could not be compared: the event is checked again even if nothing changes.';

create index reconciliation_checkpoints_by_time on reconciliation_checkpoints (checked_at);

create table reconciliation_statement (
  id boolean primary key default true check (id),
  position text not null
);

comment on table reconciliation_statement is 'How far the payment provider''s statement was read. At most one row.';
comment on column reconciliation_statement.id is 'Always true: there is only one row.';
comment on column reconciliation_statement.position is 'The provider''s own cursor.';

create table reconciliation_findings (
  id uuid primary key default gen_random_uuid(),
  reconciliation_id uuid not null,
  kind text not null check (kind in (
    'missing_message', 'duplicate', 'lost_hold', 'orphaned_hold', 'charge_without_ticket', 'ticket_without_charge',
    'wrong_read_model', 'serial_mismatch', 'capacity_wrong', 'abandoned', 'stalled', 'webhook_disabled',
    'invalid_admission'
  )),
  subject text not null,
  event_id text,
  ticket_type text,
  purchase_id uuid,
  expected jsonb not null,
  found jsonb not null,
  cause text not null,
  action text not null,
  status text not null check (status in ('found', 'repaired', 'handed_over', 'gone')),
  requested_by text not null,
  repair_begun_at timestamptz,
  first_seen timestamptz not null default now(),
  last_seen timestamptz not null default now(),
  decided_at timestamptz,
  check ((decided_at is null) = (status = 'found'))
);

comment on table reconciliation_findings is
  'One row per discrepancy that two checks have confirmed. Rows are never deleted.';
comment on column reconciliation_findings.reconciliation_id is 'The run that found it: reconciliation_runs.id.';
comment on column reconciliation_findings.kind is 'FINDING_KINDS of packages/contract explains each.';
comment on column reconciliation_findings.subject is 'Identifies the discrepancy among those of its kind and event.';
comment on column reconciliation_findings.expected is 'What PostgreSQL says.';
comment on column reconciliation_findings.found is 'What the other store says.';
comment on column reconciliation_findings.cause is 'How it came about, as far as that is known.';
comment on column reconciliation_findings.action is 'What was done, or what an operator has to do.';
comment on column reconciliation_findings.status is
  'found (its repair is due), repaired, handed_over (an operator has to decide) or gone (no longer there).';
comment on column reconciliation_findings.requested_by is 'Who asked for the run.';
comment on column reconciliation_findings.repair_begun_at is
  'When a repair that moves money was begun: if the discrepancy is gone later, it was repaired.';
comment on column reconciliation_findings.decided_at is
  'When the status became what it is; null while the repair is due.';

create unique index reconciliation_findings_open
  on reconciliation_findings (kind, (coalesce(event_id, '')), subject)
  where status in ('found', 'handed_over');
comment on index reconciliation_findings_open is
  'Runs that see the same open discrepancy, at once or one after the other, share one finding.';
create index reconciliation_findings_by_time on reconciliation_findings (first_seen, id);
create index reconciliation_findings_by_event on reconciliation_findings (event_id, first_seen);
create index reconciliation_findings_by_purchase on reconciliation_findings (purchase_id) where purchase_id is not null;
create index reconciliation_findings_by_run on reconciliation_findings (reconciliation_id);

-- A decided finding is final; the same discrepancy later is another finding. One exception: of two runs that repair the
-- same discrepancy at once, the second may report first that it is gone, and then the first still records its repair.
create function finding_change_is_legal() returns trigger language plpgsql as $$
begin
  if old.status = 'repaired' or (old.status = 'gone' and new.status <> 'repaired') then
    raise exception 'finding %: a finding that is % never changes', old.id, old.status
      using errcode = 'check_violation', constraint = 'finding_change_is_legal';
  end if;
  if (new.kind, new.subject, new.event_id, new.first_seen) is distinct from
     (old.kind, old.subject, old.event_id, old.first_seen) then
    raise exception 'finding %: its subject never changes', old.id
      using errcode = 'check_violation', constraint = 'finding_change_is_legal';
  end if;
  return new;
end $$;

create trigger finding_change_is_legal before update on reconciliation_findings
  for each row execute function finding_change_is_legal();

grant select, insert, update, delete on reconciliation_runs to box_office;
grant select, insert, update on reconciliation_checkpoints, reconciliation_statement, reconciliation_findings
  to box_office;
