-- Up Migration

-- Holds of a buyer and of an event, newest first; those of purchases are there since the beginning.
create index ticket_holds_by_user on ticket_holds (user_id, created_at, id);
create index ticket_holds_by_event on ticket_holds (event_id, created_at, id);

-- Down Migration

drop index ticket_holds_by_user, ticket_holds_by_event;
