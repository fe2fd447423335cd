-- Up Migration

-- What the gateway hands to a workflow for an operator whose token it has verified: the proof that the name in the workflow's
-- request is a token's subject and not one that somebody typed into the Temporal UI. Kept until it was surely used.
create table operator_requests (
  id text primary key,
  operator text not null,
  channel text not null check (channel in ('api', 'cli')),
  received_at timestamptz not null default now()
);
create index operator_requests_by_age on operator_requests (received_at);
grant select, insert, update, delete on operator_requests to box_office;

-- Down Migration

drop table operator_requests;
