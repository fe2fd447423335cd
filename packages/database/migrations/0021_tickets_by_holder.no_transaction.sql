-- The tickets that somebody has taken over.

drop index concurrently if exists event_tickets_by_holder;
create index concurrently event_tickets_by_holder on event_tickets (holder_id, id) where holder_id is not null;
