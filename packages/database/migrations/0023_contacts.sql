-- Contacts: the only place of a buyer's name and e-mail address.

create table contacts (
  user_id text primary key,
  name text not null,
  email text not null,
  language text not null check (language in ('en', 'de')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

comment on table contacts is
  'Who a buyer is, and how to write to the buyer. Personal data stands here and in no other table; an operator can erase it.';
comment on column contacts.user_id is 'Subject of the buyer''s token. No foreign keys: a contact may come and go at any time.';
comment on column contacts.name is 'As the buyer wrote it.';
comment on column contacts.email is 'As the buyer wrote it, not verified. Several subjects may have the same one.';
comment on column contacts.language is 'Language of mails: LANGUAGES of packages/contract.';

create index contacts_by_email on contacts (lower(email));

grant select, insert, update, delete on contacts to box_office;
