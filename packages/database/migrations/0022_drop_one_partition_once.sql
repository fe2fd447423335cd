-- As before, but what is due is read under the lock of the chain: of two processes the second one finds that the
-- partition is gone, and drops nothing. It was read before the lock, and the second one failed.
create or replace function drop_audit_partition(name text) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  oldest text;
  cut audit_anchors;
begin
  perform from audit_chain for update;
  oldest := (select d.partition from due_audit_partitions() d limit 1);
  if oldest is distinct from name then return false; end if;
  execute format('select %L, min(id), max(id), (select hash from %I order by id desc limit 1), min(recorded_at),
                         max(recorded_at), now() from %I', name, name, name) into cut;
  if cut.last_id is not null then
    if cut.first_id <> coalesce((select max(last_id) from audit_anchors), 0) + 1 then
      raise exception 'partition % begins with line %, which does not follow the last dropped line', name, cut.first_id;
    end if;
    insert into audit_anchors values (cut.*);
  end if;
  execute format('drop table %I', name);
  return true;
end $$;
