-- Mails: what is to be written to buyers, and how it went. Ids alone: names and addresses stand in contacts.

create table mails (
  id uuid primary key default gen_random_uuid(),
  kind text not null check (kind in ('tickets')),
  user_id text not null,
  purchase_id uuid,
  status text not null default 'pending' check (status in ('pending', 'sent', 'failed')),
  due_at timestamptz not null default now(),
  attempts integer not null default 0,
  error text,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  check ((purchase_id is not null) = (kind = 'tickets')),
  check ((finished_at is not null) = (status <> 'pending'))
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);

comment on table mails is
  'One row per mail. That of a confirmed purchase is written in its transaction, if its buyer has a contact. Deleted after '
  '30 days. It has no foreign keys: their checks would take a lock per row in every sale.';
comment on column mails.id is 'The first part of the Message-ID, the same at every attempt.';
comment on column mails.kind is 'tickets: those of a confirmed purchase.';
comment on column mails.user_id is 'Whose contact has the address, read at each attempt.';
comment on column mails.status is
  'pending, sent (the mail server has taken it), or failed: it was refused, there is nothing to send, or every attempt failed.';
comment on column mails.due_at is 'When the next attempt is due.';
comment on column mails.attempts is 'Attempts that were made.';
comment on column mails.error is
  'Why the last attempt failed, as a code: the status of SMTP or the error of the connection. No text of the server, which '
  'may repeat the address.';

create index mails_due on mails (due_at, id) where status = 'pending';
create index mails_by_purchase on mails (purchase_id, created_at) where purchase_id is not null;
create index mails_by_time on mails (created_at);

grant select, insert, update, delete on mails to box_office;
