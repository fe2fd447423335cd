-- A cancellation that finds its purchase undone goes from waiting to cancelled: it has cancelled no ticket.

set lock_timeout = '3s';

create or replace trigger write_cancellation_message after update on ticket_cancellations
  for each row when (old.status = 'refunding' and new.status = 'cancelled') execute function write_cancellation_message();
