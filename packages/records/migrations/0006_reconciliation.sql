-- Up Migration

-- The hold that a purchase named, so that it can be asked for again as it was even where its workflow is lost.
alter table event_ticket_transactions add column hold_id uuid;

-- One row per sweep: who had it made, and what came of it.
create table reconciliation_sweeps (
  id uuid primary key,
  requested_by text not null,
  -- 'changed', 'all' or the id of one event behind 'event '.
  scope text not null,
  workflow_id text not null,
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  counts jsonb
);

create index reconciliation_sweeps_by_start on reconciliation_sweeps (started_at);

-- When each event was looked at, so that a sweep looks at what changed since and takes turns with the rest.
create table reconciliation_marks (
  event_id text primary key references events (id),
  looked_at timestamptz not null,
  -- When its read models were looked at one by one, all of them.
  completed_at timestamptz,
  took_ms integer not null,
  -- Something was under way, or could not be counted: it is looked at again although nothing may change.
  unfinished boolean not null
);

create index reconciliation_marks_by_look on reconciliation_marks (looked_at);

-- How far the payment provider's books are read: a position in the provider's own terms.
create table reconciliation_books (
  id boolean primary key default true check (id),
  position text not null
);

-- One row per difference that two looks have shown, for ever: what, expected, found, cause, action, who, when.
create table reconciliation_findings (
  id uuid primary key default gen_random_uuid(),
  sweep_id uuid not null,
  kind text not null check (kind in (
    'missing_message', 'duplicate', 'lost_hold', 'orphaned_hold', 'charge_without_ticket', 'ticket_without_charge',
    'wrong_read_model', 'serial_mismatch', 'capacity_wrong', 'abandoned'
  )),
  -- Names the difference among those of its kind and event.
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
  first_seen timestamptz not null default now(),
  last_seen timestamptz not null default now(),
  decided_at timestamptz,
  check ((decided_at is null) = (status = 'found'))
);

-- However many sweeps see a difference at once or one after the other, while it stands it is one finding.
create unique index reconciliation_findings_standing on reconciliation_findings (kind, (coalesce(event_id, '')), subject)
  where status in ('found', 'handed_over');
create index reconciliation_findings_by_time on reconciliation_findings (first_seen, id);
create index reconciliation_findings_by_event on reconciliation_findings (event_id, first_seen);
create index reconciliation_findings_by_purchase on reconciliation_findings (purchase_id) where purchase_id is not null;
create index reconciliation_findings_by_sweep on reconciliation_findings (sweep_id);

-- What was decided about a difference stays; the same difference later is another finding.
create function finding_change_is_legal() returns trigger language plpgsql as $$
begin
  if old.status in ('repaired', 'gone') then
    raise exception 'finding %: it is % and stays so', old.id, old.status
      using errcode = 'check_violation', constraint = 'finding_change_is_legal';
  end if;
  if (new.kind, new.subject, new.event_id, new.first_seen) is distinct from
     (old.kind, old.subject, old.event_id, old.first_seen) then
    raise exception 'finding %: what it is about never changes', old.id
      using errcode = 'check_violation', constraint = 'finding_change_is_legal';
  end if;
  return new;
end $$;

create trigger finding_change_is_legal before update on reconciliation_findings
  for each row execute function finding_change_is_legal();

-- The cause of a line that corrects the capacity.
alter table capacity_ledger add column finding_id uuid references reconciliation_findings (id);

grant select, insert, update, delete on reconciliation_sweeps to box_office;
grant select, insert, update on reconciliation_marks, reconciliation_books, reconciliation_findings to box_office;

-- Down Migration

alter table capacity_ledger drop column finding_id;
drop table reconciliation_findings, reconciliation_books, reconciliation_marks, reconciliation_sweeps;
drop function finding_change_is_legal;
alter table event_ticket_transactions drop column hold_id;
