-- Up Migration

-- Of two sweeps that repair the same difference at once, the second may say first that it is gone: then the one that repaired
-- it still says so.
create or replace function finding_change_is_legal() returns trigger language plpgsql as $$
begin
  if old.status = 'repaired' or (old.status = 'gone' and new.status <> 'repaired') then
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

-- Down Migration

create or replace function finding_change_is_legal() returns trigger language plpgsql as $$
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
