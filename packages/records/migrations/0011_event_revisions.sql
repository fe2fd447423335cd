-- Up Migration

alter table events
  -- Raised by each change of the facts, under the row's lock: orders the copies of them, and names what an editor has seen.
  add column revision bigint not null default 1,
  -- Of an event that was created under an idempotency key: the id derived from the key, and what was asked for.
  add column creation_id uuid unique,
  add column creation_fingerprint text;

-- Down Migration

alter table events drop column creation_fingerprint, drop column creation_id, drop column revision;
