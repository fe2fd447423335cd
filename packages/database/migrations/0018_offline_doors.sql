-- Doors without a connection: the list that a door keeps, and admissions that are reported later.

create table ticket_door_changes (
  ticket_id uuid primary key,
  event_id text not null,
  changed_in xid8 not null default pg_current_xact_id()
) with (fillfactor = 80);

comment on table ticket_door_changes is
  'One row per ticket that was admitted or cancelled or has a newer code: what a door has to know besides the public '
  'keys. It has no foreign keys: a ticket that was paid is never deleted.';
comment on column ticket_door_changes.ticket_id is 'event_tickets.id, where the state itself is.';
comment on column ticket_door_changes.changed_in is
  'Transaction of the last change. A door that read all of them up to the oldest transaction then in progress has '
  'missed none below it.';

create index ticket_door_changes_in_order on ticket_door_changes (event_id, changed_in, ticket_id);

create function note_change_for_doors() returns trigger language plpgsql as $$
begin
  insert into ticket_door_changes (ticket_id, event_id) values (new.id, new.event_id)
  on conflict (ticket_id) do update set changed_in = excluded.changed_in;
  return null;
end $$;

create trigger note_change_for_doors after update of admission_id, cancellation_id, version on event_tickets
  for each row when ((new.admission_id, new.cancellation_id, new.version)
    is distinct from (old.admission_id, old.cancellation_id, old.version))
  execute function note_change_for_doors();

insert into ticket_door_changes (ticket_id, event_id)
select id, event_id from event_tickets where admission_id is not null or cancellation_id is not null or version > 1;

grant select, insert, update on ticket_door_changes to box_office;

alter table ticket_check_ins add column settled_at timestamptz;

comment on column ticket_check_ins.settled_at is
  'When the door reported that it had let somebody in without an answer; null: it asked first.';
comment on column ticket_check_ins.checked_at is
  'When the code was presented; for an offline admission by the clock of the device, never in the future.';
comment on column ticket_check_ins.result is
  'admitted, or why not; of an offline admission what the record says of it, the person is in. outdated: the code is '
  'of an earlier version of the ticket.';
comment on column ticket_check_ins.admitted_before is
  'The check-in that was the ticket''s admission when this one was recorded.';

-- An offline admission can be undone whatever its result is.
alter table ticket_check_ins drop constraint ticket_check_ins_check1;
alter table ticket_check_ins add constraint only_admissions_are_undone check (
  undone_at is null
  or ((result = 'admitted' or settled_at is not null) and undone_by is not null and undo_reason is not null)
) not valid;

-- The table came with the same release, and has few rows to index.
-- squawk-ignore require-concurrent-index-creation
create index ticket_check_ins_in_without_right on ticket_check_ins (event_id, settled_at)
  where settled_at is not null and undone_at is null and result <> 'admitted';
comment on index ticket_check_ins_in_without_right is
  'Who was let in offline with a ticket that another door had admitted, or that was cancelled or outdated.';

-- As before, and an offline admission that was earlier by time becomes the ticket's admission when it is reported.
create or replace function ticket_is_admitted_once() returns trigger language plpgsql as $$
begin
  if new.admission_id is not null
     and (old.cancellation_id is not null or old.status <> 'valid' or (old.admission_id is not null and not exists (
       select from ticket_check_ins c join ticket_check_ins before on before.id = c.admitted_before
        where c.id = new.admission_id and before.id = old.admission_id
          and c.settled_at is not null and c.checked_at < before.checked_at))) then
    raise exception 'ticket %: only a valid ticket that is not admitted yet can be admitted', old.id
      using errcode = 'check_violation', constraint = 'ticket_is_admitted_once';
  end if;
  return new;
end $$;

alter table reconciliation_findings drop constraint reconciliation_findings_kind_check;
alter table reconciliation_findings add constraint reconciliation_findings_kind_check check (kind in (
  'missing_message', 'duplicate', 'lost_hold', 'orphaned_hold', 'charge_without_ticket', 'ticket_without_charge',
  'wrong_read_model', 'serial_mismatch', 'capacity_wrong', 'abandoned', 'stalled', 'webhook_disabled',
  'invalid_admission'
)) not valid;
