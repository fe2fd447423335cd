-- What a late repeat of a registration or a rotation is known by, once its secret has expired or its endpoint is deleted.

set lock_timeout = '3s';

alter table webhook_secrets alter column sealed_secret drop not null;

comment on column webhook_secrets.sealed_secret is
  'Encrypted with AES-256-GCM under WEBHOOK_ENCRYPTION_KEY and bound to the endpoint: nonce, text, tag. Null some time '
  'after it has expired: the row stays, so that a repeat of the request that added it adds no other one.';

create table deleted_webhook_endpoints (id uuid primary key);

comment on table deleted_webhook_endpoints is
  'Endpoints that were registered with an idempotency key and deleted: a repeat of the request does not register them again.';

grant select, insert on deleted_webhook_endpoints to box_office;
