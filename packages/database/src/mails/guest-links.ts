import { GUEST_SUBJECT } from '@box-office/contract';
import type pg from 'pg';
import { rowsOf } from '../rows.js';

/** Guests to whom one request writes; of more than these, the ones whose tickets were bought last. */
const MAX_GUESTS = 10;
/** Links of one guest in an hour, over all gateways. */
const MAX_PER_HOUR = 3;

// The address is not verified: attempts to buy and changes of contacts with it must not crowd out who has tickets.
const REQUEST = `
with guest as (
  select c.user_id
    from contacts c
   cross join lateral (
     select greatest(
              (select max(t.confirmed_at) from event_ticket_transactions t where t.user_id = c.user_id),
              (select max(t.confirmed_at)
                 from event_tickets k join event_ticket_transactions t on t.id = k.purchase_id
                where k.holder_id = c.user_id)) as last_at) bought
   where lower(c.email) = lower($1) and c.user_id ~ '${GUEST_SUBJECT}' and bought.last_at is not null
     and (select count(*) from guest_links g
           where g.user_id = c.user_id and g.created_at > now() - interval '1 hour') < ${MAX_PER_HOUR}
   order by bought.last_at desc, c.user_id limit ${MAX_GUESTS}
), mail as (
  insert into mails (kind, user_id) select 'guest_link', user_id from guest returning id, user_id
), link as (
  insert into guest_links (id, user_id, expires_at)
  select id, user_id, now() + make_interval(secs => $2) from mail
)
select from mail`;

/**
 * Has a link sent to each guest who has given this address and has bought something or taken a ticket over. Says nothing of
 * whether there is one.
 */
export async function requestGuestLinks(
  pool: pg.Pool,
  { email, lifetimeS }: { readonly email: string; readonly lifetimeS: number },
): Promise<void> {
  await rowsOf(pool, REQUEST, [email, lifetimeS], 'request-guest-links');
}

const ADD_TOKEN = `
update guest_links set token_hashes = token_hashes || $2::bytea
 where id = $1 and consumed_at is null and expires_at > now()`;

/** Adds a token to a link, by its SHA-256. @returns whether the link can still be used */
export async function addGuestLinkToken(pool: pg.Pool, linkId: string, tokenHash: Buffer): Promise<boolean> {
  return (await pool.query(ADD_TOKEN, [linkId, tokenHash])).rowCount === 1;
}

// One statement: of two at once, the second one sees the link consumed.
const CONSUME = `
update guest_links set consumed_at = now()
 where id = $1 and $2 = any(token_hashes) and consumed_at is null and expires_at > now()
returning user_id`;

/** Uses a link up. @returns the guest that it leads to; null if it does not exist, has expired, or was used */
export async function consumeGuestLink(pool: pg.Pool, linkId: string, tokenHash: Buffer): Promise<string | null> {
  const [link] = await rowsOf<{ userId: string }>(pool, CONSUME, [linkId, tokenHash], 'consume-guest-link');
  return link?.userId ?? null;
}
