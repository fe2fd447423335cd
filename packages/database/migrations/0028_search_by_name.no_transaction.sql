-- Doors find the tickets of a person by the beginnings of words of name and address.

create or replace function search_words(text text) returns text[] language sql immutable strict parallel safe as $$
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
  'Words of a text without case and accents in every script, whatever the database''s own locale is; an e-mail address is '
  'one. An index has its results: a change of it needs a new index.';

comment on table ticket_check_ins is
  'One row per code or found ticket that was presented at a door, with the answer, which a repeat of the request gets again.';

drop index concurrently if exists contacts_by_word;
create index concurrently contacts_by_word on contacts
  using gin (array_to_tsvector(search_words(name || ' ' || email || ' ' || split_part(email, '@', 1))));
