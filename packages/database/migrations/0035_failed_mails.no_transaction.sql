-- Mails that were given up, so that they can be counted at any time.

drop index concurrently if exists mails_failed;
create index concurrently mails_failed on mails (finished_at) where status = 'failed';
