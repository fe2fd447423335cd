-- The version of a ticket: part of its code at the door.

alter table event_tickets add column version integer not null default 1;

comment on column event_tickets.version is
  'Part of the ticket''s signed code. A higher one makes every code that was given out before worthless.';
