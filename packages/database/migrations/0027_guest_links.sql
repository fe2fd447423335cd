-- Guest links: mails with which guests find their orders again.

set lock_timeout = '3s';

alter table mails drop constraint mails_kind_check;
alter table mails add constraint mails_kind_check check (kind in ('tickets', 'guest_link')) not valid;

comment on column mails.kind is
  'tickets: those of a confirmed purchase; guest_link: a link with which a guest finds orders again.';

create table guest_links (
  id uuid primary key references mails (id) on delete cascade,
  user_id text not null,
  token_hashes bytea[] not null default '{}',
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  consumed_at timestamptz
);

comment on table guest_links is 'Links with which guests find their orders again. Deleted with their mail.';
comment on column guest_links.id is 'The mail that has the link.';
comment on column guest_links.user_id is 'The guest that the link leads to.';
comment on column guest_links.token_hashes is
  'SHA-256 of the tokens: each attempt to send the mail makes one, and none is stored. One of them is enough.';
comment on column guest_links.expires_at is 'From then on it leads nowhere.';
comment on column guest_links.consumed_at is 'When it was used; it cannot be used again.';

create index guest_links_by_user on guest_links (user_id, created_at);

grant select, insert, update, delete on guest_links to box_office;
