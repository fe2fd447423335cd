import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openEventFixture, type EventFixture } from '../cancellations/testing/event-fixture.js';
import { inLockOrder } from '../cancellations/testing/lock-queue.js';
import { findTicket, listReceivedTickets, type TicketRow } from './find.js';
import { createTicketFixture, rowOf } from './testing/ticket-fixture.js';
import { acceptTicket, offerTicket, withdrawOffer } from './transfer.js';

const UNKNOWN = { kind: 'unknown_transfer' };

let fixture: EventFixture;

beforeAll(async () => {
  fixture = await openEventFixture(inject('stack'));
});
afterAll(() => fixture.close());

const { newTicket, cancel, admit } = createTicketFixture(() => fixture);

/** @returns the hash of the offer's code */
async function offer({ ticketId, userId }: TicketRow, by = userId, lifetimeS = 60): Promise<Buffer> {
  const codeHash = createHash('sha256').update(randomUUID()).digest();
  const result = await offerTicket(fixture.pool, { ticketId, by, codeHash, lifetimeS });
  expect(result.kind).toBe('offered');
  return codeHash;
}

const accept = (codeHash: Buffer, by: string) => acceptTicket(fixture.pool, { codeHash, by, requestId: 'request' });
const holderOf = async ({ ticketId }: TicketRow) => (await findTicket(fixture.pool, ticketId))?.holderId;

describe('a ticket that is offered', () => {
  it('is taken over by the first of two persons, and a repeat gets the same answer', async () => {
    const ticket = await newTicket();
    const code = await offer(ticket);
    const order = [() => accept(code, 'ann'), () => accept(code, 'ben')] as const;
    const accepted = { kind: 'accepted', ticketId: ticket.ticketId };
    expect(await inLockOrder(fixture.pool, rowOf(ticket), ...order)).toEqual([accepted, UNKNOWN]);
    expect(await accept(code, 'ann')).toEqual(accepted);
    expect(await findTicket(fixture.pool, ticket.ticketId)).toMatchObject({ holderId: 'ann', version: 2 });
    const { rowCount } = await fixture.pool.query(
      `select from audit_logs where kind = 'transfer' and actor = 'ann' and details ->> 'ticketId' = $1`,
      [ticket.ticketId],
    );
    expect(rowCount).toBe(1);
  });

  it('and admitted at the same moment stays with its buyer if the door has the row first', async () => {
    const ticket = await newTicket();
    const code = await offer(ticket);
    const order = [() => admit(ticket), () => accept(code, 'ann')] as const;
    const both = await inLockOrder(fixture.pool, rowOf(ticket), ...order);
    expect(both).toMatchObject([{ result: 'admitted' }, { kind: 'admitted' }]);
    expect(await holderOf(ticket)).toBeNull();
  });

  it('and admitted at the same moment is outdated at the door if the transfer has the row first', async () => {
    const ticket = await newTicket();
    const code = await offer(ticket);
    const order = [() => accept(code, 'ann'), () => admit(ticket)] as const;
    const both = await inLockOrder(fixture.pool, rowOf(ticket), ...order);
    expect(both).toMatchObject([{ kind: 'accepted' }, { result: 'outdated' }]);
  });

  it('and cancelled at the same moment is either taken over or refunded', async () => {
    const [first, second] = [await newTicket(), await newTicket()];
    const codes = [await offer(first), await offer(second)] as const;
    const cancelledFirst = [() => cancel(first), () => accept(codes[0], 'ann')] as const;
    expect(await inLockOrder(fixture.pool, rowOf(first), ...cancelledFirst)).toMatchObject([
      { kind: 'claimed' },
      { kind: 'not_valid' },
    ]);
    const takenFirst = [() => accept(codes[1], 'ann'), () => cancel(second)] as const;
    expect(await inLockOrder(fixture.pool, rowOf(second), ...takenFirst)).toMatchObject([
      { kind: 'accepted' },
      { kind: 'refused', refusal: { reason: 'transferred', tickets: [second.ticketId] } },
    ]);
    expect(await cancel(second, true)).toMatchObject({ kind: 'claimed' });
  });

  it('is not taken over with a code that was withdrawn, replaced, or has expired', async () => {
    const ticket = await newTicket();
    const { ticketId, userId } = ticket;
    const withdrawn = await offer(ticket);
    expect(await withdrawOffer(fixture.pool, { ticketId, by: userId })).toBe(true);
    const replaced = await offer(ticket);
    const expired = await offer(ticket, userId, 0);
    for (const code of [withdrawn, replaced, expired]) expect(await accept(code, 'ann')).toEqual(UNKNOWN);
    expect(await holderOf(ticket)).toBeNull();
  });

  it('can be offered and withdrawn by its holder alone', async () => {
    const ticket = await newTicket();
    const { ticketId, userId } = ticket;
    await accept(await offer(ticket), 'ann');
    const codeHash = createHash('sha256').update('other').digest();
    const request = { ticketId, by: userId, codeHash, lifetimeS: 60 };
    expect(await offerTicket(fixture.pool, request)).toEqual({ kind: 'unknown_ticket' });
    expect(await withdrawOffer(fixture.pool, { ticketId, by: userId })).toBe(false);
    await offer(ticket, 'ann');
  });

  it('and comes back to its buyer can be cancelled by the buyer again', async () => {
    const ticket = await newTicket();
    await accept(await offer(ticket), 'ann');
    await accept(await offer(ticket, 'ann'), ticket.userId);
    expect(await findTicket(fixture.pool, ticket.ticketId)).toMatchObject({ holderId: null, version: 3 });
    expect(await cancel(ticket)).toMatchObject({ kind: 'claimed' });
  });
});

it('the tickets that somebody has taken over are listed page by page', async () => {
  const tickets = [await newTicket(), await newTicket(), await newTicket()];
  for (const ticket of tickets) await accept(await offer(ticket), 'collector');
  const first = await listReceivedTickets(fixture.pool, 'collector', { limit: 2 });
  const second = await listReceivedTickets(fixture.pool, 'collector', { limit: 2, after: first.next ?? undefined });
  const ids = [...first.tickets, ...second.tickets].map(({ ticketId }) => ticketId);
  expect([ids, second.next]).toEqual([tickets.map(({ ticketId }) => ticketId).sort(), null]);
});

describe('PostgreSQL refuses, whatever a process does,', () => {
  it('to let a ticket change hands that is admitted or being cancelled, or whose version stays', async () => {
    const text = "update event_tickets set holder_id = 'ann', version = version + 1 where id = $1";
    const [admitted, cancelled, valid] = [await newTicket(), await newTicket(), await newTicket()];
    await admit(admitted);
    await cancel(cancelled);
    for (const { ticketId } of [admitted, cancelled]) {
      await expect(fixture.pool.query(text, [ticketId])).rejects.toThrow(/not used changes hands/);
    }
    const keepsVersion = "update event_tickets set holder_id = 'ann' where id = $1";
    await expect(fixture.pool.query(keepsVersion, [valid.ticketId])).rejects.toThrow(/its version rises/);
  });

  it("to let a buyer's cancellation claim a ticket that somebody else has", async () => {
    const [ticket, other] = [await newTicket(), await newTicket()];
    const claim = await cancel(other);
    if (claim.kind !== 'claimed') throw new Error(claim.kind);
    await accept(await offer(ticket), 'ann');
    const values = [claim.cancellation.cancellationId, ticket.ticketId];
    const text = 'update event_tickets set cancellation_id = $1 where id = $2';
    await expect(fixture.pool.query(text, values)).rejects.toThrow(/admitted or transferred/);
  });
});
