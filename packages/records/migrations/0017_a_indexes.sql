-- Up Migration

-- Each list is read page after page in the order of its index, so that a page costs the same wherever it begins.
create index events_in_order on events (length(id), id);

drop index event_ticket_transactions_by_event, event_ticket_transactions_open;
create index event_ticket_transactions_by_event on event_ticket_transactions (event_id, created_at, id);
create index event_ticket_transactions_open on event_ticket_transactions (created_at, id) where outcome is null;

drop index ticket_holds_active_by_end;
create index ticket_holds_active_by_end on ticket_holds (expires_at, id) where status = 'active';

-- Without the time of the last change, which made every change of an unsettled cancellation write all indexes.
drop index ticket_cancellations_unsettled;
create index ticket_cancellations_unsettled on ticket_cancellations (id) where settled_at is null;
create index ticket_cancellations_unsettled_by_event on ticket_cancellations (event_id, id) where settled_at is null;

-- Emptied as fast as they are filled: their size says nothing of how much was deleted.
alter table purchases_to_count set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
alter table holds_to_count set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- Grow for good: after a tenth of a large table, which is the default, its statistics would be about another table.
alter table event_ticket_transactions set (autovacuum_analyze_scale_factor = 0.02);
alter table event_tickets set (autovacuum_analyze_scale_factor = 0.02);
alter table capacity_ledger set (autovacuum_analyze_scale_factor = 0.02);

-- Down Migration

alter table capacity_ledger reset (autovacuum_analyze_scale_factor);
alter table event_tickets reset (autovacuum_analyze_scale_factor);
alter table event_ticket_transactions reset (autovacuum_analyze_scale_factor);
alter table holds_to_count reset (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold);
alter table purchases_to_count reset (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold);

drop index ticket_cancellations_unsettled_by_event, ticket_cancellations_unsettled;
create index ticket_cancellations_unsettled on ticket_cancellations (event_id, updated_at) where settled_at is null;

drop index ticket_holds_active_by_end;
create index ticket_holds_active_by_end on ticket_holds (expires_at) where status = 'active';

drop index event_ticket_transactions_open, event_ticket_transactions_by_event;
create index event_ticket_transactions_by_event on event_ticket_transactions (event_id, created_at);
create index event_ticket_transactions_open on event_ticket_transactions (created_at) where outcome is null;

drop index events_in_order;
