-- Endpoints that are registered with an idempotency key, so that a repeat registers no other one.

set lock_timeout = '3s';

alter table webhook_endpoints add column creation_fingerprint text;

comment on column webhook_endpoints.creation_fingerprint is
  'Hash of the request that registered it, if that had an idempotency key: id is derived from the key then.';
