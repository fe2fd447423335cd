-- Contacts: the only place of a buyer's name and e-mail address. Mails: what is to be written to buyers, and how it
-- went; they have ids alone.

-- Doors find the tickets of a person by the beginnings of words of name and address.
create function search_words(text text) returns text[] language sql immutable strict parallel safe as $$
  select array(
    select word
      from regexp_split_to_table(
             -- The letters that Unicode does not take apart into a letter and an accent come last.
             replace(replace(replace(translate(
               lower(regexp_replace(normalize(text, nfd), '[\u0300-\u036f]', '', 'g') collate "und-x-icu"),
               'łøđħı', 'lodhi'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'),
             '\s+' collate "und-x-icu"
           ) part,
           unnest(case when part like '%@%' then array[part]
                  else regexp_split_to_array(part, '[^[:alnum:]]+' collate "und-x-icu") end) word
     where word <> ''
  )
$$;

comment on function search_words is
  'Words of a text without case and accents in every script, whatever the database''s own locale is; an e-mail '
  'address is one. An index has its results: a change of it needs a new index.';

create table contacts (
  user_id text primary key,
  name text not null,
  email text not null,
  language text not null check (language in ('en', 'de')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

comment on table contacts is
  'Who a buyer is, and how to write to the buyer. Personal data stands here and in no other table; an operator can '
  'erase it.';
comment on column contacts.user_id is
  'Subject of the buyer''s token. No foreign keys: a contact may come and go at any time.';
comment on column contacts.name is 'As the buyer wrote it.';
comment on column contacts.email is 'As the buyer wrote it, not verified. Several subjects may have the same one.';
comment on column contacts.language is 'Language of mails: LANGUAGES of packages/contract.';

create index contacts_by_email on contacts (lower(email));
create index contacts_by_word on contacts
  using gin (array_to_tsvector(search_words(name || ' ' || email || ' ' || split_part(email, '@', 1))));

grant select, insert, update, delete on contacts to box_office;

create table mails (
  id uuid primary key default gen_random_uuid(),
  kind text not null check (kind in ('tickets', 'guest_link')),
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
  'One row per mail. That of a confirmed purchase is written in its transaction, if its buyer has a contact. Deleted '
  'after 30 days. It has no foreign keys: their checks would take a lock per row in every sale.';
comment on column mails.id is 'The first part of the Message-ID, the same at every attempt.';
comment on column mails.kind is
  'tickets: those of a confirmed purchase; guest_link: a link with which a guest finds orders again.';
comment on column mails.user_id is 'Whose contact has the address, read at each attempt.';
comment on column mails.status is
  'pending, sent (the mail server has taken it), or failed: it was refused, there is nothing to send, or every '
  'attempt failed.';
comment on column mails.due_at is 'When the next attempt is due.';
comment on column mails.attempts is 'Attempts that were made.';
comment on column mails.error is
  'Why the last attempt failed, as a code: the status of SMTP or the error of the connection. No text of the server, '
  'which may repeat the address.';

create index mails_due on mails (due_at, id) where status = 'pending';
create index mails_by_purchase on mails (purchase_id, created_at) where purchase_id is not null;
create index mails_by_time on mails (created_at);
create index mails_failed on mails (finished_at) where status = 'failed';

grant select, insert, update, delete on mails to box_office;

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
