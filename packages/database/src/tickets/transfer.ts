import { inTransaction } from '@box-office/platform';
import type pg from 'pg';
import { appendAuditLines } from '../audit/append.js';
import { mailTransferredTicket } from '../mails/of-purchase.js';
import { rowsOf } from '../rows.js';

/** A holder offers a ticket to the person who has the code. */
export interface TransferOffer {
  readonly ticketId: string;
  /** Subject of the holder's token. */
  readonly by: string;
  /** SHA-256 of the code. */
  readonly codeHash: Buffer;
  /** The offer ends after this, and when the event does. */
  readonly lifetimeS: number;
}

/** Why a ticket cannot change hands: it is not the caller's, it was used, or it or its event is cancelled or over. */
export type TransferRefusal = { readonly kind: 'unknown_ticket' | 'admitted' | 'not_valid' };

export type OfferResult = { readonly kind: 'offered'; readonly expiresAt: string } | TransferRefusal;

export type AcceptResult =
  | { readonly kind: 'accepted'; readonly ticketId: string }
  /** No offer has this code, or it was withdrawn, has expired, or was accepted by somebody else. */
  | { readonly kind: 'unknown_transfer' }
  | TransferRefusal;

/** An offer that can be accepted. */
export interface OpenOffer {
  readonly ticketId: string;
  readonly eventId: string;
  readonly ticketType: string;
  readonly serial: number;
  /** ISO 8601. */
  readonly expiresAt: string;
}

/** Why the ticket `k` of the event `e` cannot change hands; null if it can. */
const REFUSAL = `
       case when k.status not in ('valid', 'cancelled') then 'unknown_ticket'
            when k.admission_id is not null then 'admitted'
            when k.status = 'cancelled' or k.cancellation_id is not null or e.status = 'cancelled' or e.ends_at <= now()
              then 'not_valid'
       end`;

const LOCK_TICKET = `
select k.id as ticket_id, k.event_id, k.purchase_id, k.user_id, k.ticket_type, k.serial, k.version,
       coalesce(k.holder_id, k.user_id) as holder, ${REFUSAL} as refusal
  from event_tickets k join events e on e.id = k.event_id
 where k.id = $1
   for update of k`;

interface LockedTicket extends Omit<OpenOffer, 'expiresAt'> {
  readonly purchaseId: string;
  /** The buyer. */
  readonly userId: string;
  readonly holder: string;
  readonly version: number;
  readonly refusal: TransferRefusal['kind'] | null;
}

const WITHDRAW = `
update ticket_transfers set withdrawn_at = now()
 where ticket_id = $1 and accepted_at is null and withdrawn_at is null`;

const OFFER = `
insert into ticket_transfers (id, ticket_id, offered_by, code_hash, expires_at)
select gen_random_uuid(), k.id, $2, $3, least(now() + $4 * interval '1 second', e.ends_at)
  from event_tickets k join events e on e.id = k.event_id
 where k.id = $1
returning expires_at`;

const OPEN = `
select o.ticket_id, k.event_id, k.ticket_type, k.serial, o.expires_at
  from ticket_transfers o join event_tickets k on k.id = o.ticket_id join events e on e.id = k.event_id
 where o.code_hash = $1 and o.accepted_at is null and o.withdrawn_at is null and o.expires_at > now()
   and ${REFUSAL} is null`;

const READ = `
select id as transfer_id, ticket_id, accepted_by,
       accepted_at is null and withdrawn_at is null and expires_at > now() as is_open
  from ticket_transfers where code_hash = $1`;

interface KnownOffer {
  readonly transferId: string;
  readonly ticketId: string;
  readonly acceptedBy: string | null;
  readonly isOpen: boolean;
}

const ACCEPT = `update ticket_transfers set accepted_by = $2, accepted_at = now() where id = $1`;

// The buyer who gets the ticket back is its buyer again, who can cancel it.
const HAND_OVER = `
update event_tickets set holder_id = nullif($2, user_id), version = version + 1 where id = $1`;

/** Offers a ticket. An offer of the same ticket that was open is withdrawn: its code is worthless from then on. */
export function offerTicket(pool: pg.Pool, offer: TransferOffer): Promise<OfferResult> {
  const { ticketId, by, codeHash, lifetimeS } = offer;
  return inTransaction(pool, async (client): Promise<OfferResult> => {
    const ticket = await lockTicket(client, ticketId);
    if (ticket === undefined || ticket.holder !== by) return { kind: 'unknown_ticket' };
    if (ticket.refusal !== null) return { kind: ticket.refusal };
    await client.query(WITHDRAW, [ticketId]);
    const values = [ticketId, by, codeHash, lifetimeS];
    const [row] = await rowsOf<{ expiresAt: string }>(client, OFFER, values, 'offer-ticket');
    if (row === undefined) throw new Error(`ticket ${ticketId} disappeared under its lock`);
    return { kind: 'offered', ...row };
  });
}

/** Withdraws the open offer of a ticket, if there is one. False if the ticket is not the caller's. */
export function withdrawOffer(
  pool: pg.Pool,
  { ticketId, by }: { readonly ticketId: string; readonly by: string },
): Promise<boolean> {
  return inTransaction(pool, async (client) => {
    const ticket = await lockTicket(client, ticketId);
    if (ticket === undefined || ticket.holder !== by) return false;
    await client.query(WITHDRAW, [ticketId]);
    return true;
  });
}

/** The open offer with this code, or null. */
export async function findOpenOffer(pool: pg.Pool, codeHash: Buffer): Promise<OpenOffer | null> {
  const [offer] = await rowsOf<OpenOffer>(pool, OPEN, [codeHash], 'find-open-offer');
  return offer ?? null;
}

/**
 * Takes a ticket over, and has it sent to who did. Its version rises, so that the code of the holder before is worthless. A
 * repeat by the same person gets the same answer and no other mail. Every decision is made under the lock of the ticket's row, which doors and cancellations
 * change too: of several persons, doors and cancellations one has the ticket.
 */
export function acceptTicket(
  pool: pg.Pool,
  { codeHash, by, requestId }: { readonly codeHash: Buffer; readonly by: string; readonly requestId: string },
): Promise<AcceptResult> {
  return inTransaction(pool, async (client): Promise<AcceptResult> => {
    const read = () => rowsOf<KnownOffer>(client, READ, [codeHash], 'read-transfer');
    const [known] = await read();
    const ticket = known && (await lockTicket(client, known.ticketId));
    const [offer] = await read();
    if (ticket === undefined || offer === undefined) return { kind: 'unknown_transfer' };
    const { ticketId } = ticket;
    // Accepted before, or the holder's own offer: nothing changes.
    if (ticket.holder === by && (offer.isOpen || offer.acceptedBy === by)) return { kind: 'accepted', ticketId };
    if (!offer.isOpen) return { kind: 'unknown_transfer' };
    if (ticket.refusal !== null) return { kind: ticket.refusal };
    await client.query(ACCEPT, [offer.transferId, by]);
    await client.query(HAND_OVER, [ticketId, by]);
    await mailTransferredTicket(client, { purchaseId: ticket.purchaseId, userId: by });
    await recordTransfer(client, { messageId: offer.transferId, ticket, by, requestId });
    return { kind: 'accepted', ticketId };
  });
}

async function lockTicket(client: pg.ClientBase, ticketId: string): Promise<LockedTicket | undefined> {
  const [ticket] = await rowsOf<LockedTicket>(client, LOCK_TICKET, [ticketId], 'lock-ticket');
  return ticket;
}

/** Within a transaction this comes last. */
async function recordTransfer(
  client: pg.ClientBase,
  o: { readonly messageId: string; readonly ticket: LockedTicket; readonly by: string; readonly requestId: string },
): Promise<void> {
  const { ticketId, eventId, purchaseId, userId, ticketType, serial, version, holder } = o.ticket;
  const line = {
    messageId: o.messageId,
    kind: 'transfer',
    actor: o.by,
    purchaseId,
    userId,
    eventId,
    requestId: o.requestId,
    occurredAt: new Date().toISOString(),
    before: { holder, version },
    after: { holder: o.by, version: version + 1 },
    details: { action: 'transfer', ticketId, ticketType, serial },
  };
  await appendAuditLines(client, [line]);
}
