import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openEventFixture, type EventFixture } from '../cancellations/testing/event-fixture.js';
import { inLockOrder } from '../cancellations/testing/lock-queue.js';
import { checkIn } from './check-in.js';
import { findTicketsOfPurchase } from './find.js';
import { checkInOf, createTicketFixture, rowOf } from './testing/ticket-fixture.js';
import { undoCheckIn } from './undo-check-in.js';

let fixture: EventFixture;

beforeAll(async () => {
  fixture = await openEventFixture(inject('stack'));
});
afterAll(() => fixture.close());

const { newTicket, cancel, admit } = createTicketFixture(() => fixture);

describe('an admission and a cancellation of the same ticket at the same moment', () => {
  it('cancel it if the cancellation has the row first', async () => {
    const ticket = await newTicket();
    const order = [() => cancel(ticket), () => admit(ticket)] as const;
    const [cancelled, admitted] = await inLockOrder(fixture.pool, rowOf(ticket), ...order);
    expect([cancelled, admitted]).toMatchObject([{ kind: 'claimed' }, { result: 'cancelled' }]);
  });

  it('admit it if the door has the row first', async () => {
    const ticket = await newTicket();
    const order = [() => admit(ticket), () => cancel(ticket)] as const;
    const [admitted, cancelled] = await inLockOrder(fixture.pool, rowOf(ticket), ...order);
    const refusal = { reason: 'admitted', tickets: [ticket.ticketId] };
    expect([admitted, cancelled]).toMatchObject([{ result: 'admitted' }, { kind: 'refused', refusal }]);
  });

  it('do both if an operator cancels it', async () => {
    const ticket = await newTicket();
    const order = [() => admit(ticket), () => cancel(ticket, true)] as const;
    const [admitted, cancelled] = await inLockOrder(fixture.pool, rowOf(ticket), ...order);
    expect([admitted, cancelled]).toMatchObject([{ result: 'admitted' }, { kind: 'claimed' }]);
  });
});

describe('two requests at the same moment', () => {
  it('with the same key are one check-in', async () => {
    const ticket = await newTicket();
    const request = checkInOf(ticket);
    const both = await inLockOrder(
      fixture.pool,
      rowOf(ticket),
      () => checkIn(fixture.pool, request),
      () => checkIn(fixture.pool, request),
    );
    expect(both[0]).toMatchObject({ result: 'admitted' });
    expect(both[1]).toEqual(both[0]);
  });

  it('with other keys admit one', async () => {
    const ticket = await newTicket();
    const both = await inLockOrder(
      fixture.pool,
      rowOf(ticket),
      () => admit(ticket),
      () => admit(ticket),
    );
    expect(both).toMatchObject([{ result: 'admitted' }, { result: 'already_admitted' }]);
  });
});

describe('two doors without a connection', () => {
  it('that report the same ticket at the same moment have the earlier admission first', async () => {
    const ticket = await newTicket();
    const [early, late] = [new Date(Date.now() - 60_000), new Date(Date.now() - 30_000)].map((at) => at.toISOString());
    const report = (admittedAt: string | undefined, gate: string) => () =>
      checkIn(fixture.pool, { ...checkInOf(ticket), gate, admittedAt: admittedAt ?? '' });
    const both = await inLockOrder(fixture.pool, rowOf(ticket), report(late, 'Late'), report(early, 'Early'));
    expect(both).toMatchObject([{ result: 'admitted' }, { result: 'already_admitted', admittedGate: 'Late' }]);
    const [shown] = await findTicketsOfPurchase(fixture.pool, ticket.purchaseId, null);
    expect(shown?.admission).toEqual({ admittedAt: early, gate: 'Early' });
  });
});

describe('an admission that is undone while another door reports that it let somebody in', () => {
  it.each([
    ['undo', true],
    ['report', false],
  ])('leaves the ticket used if the %s has the row first', async (_, undoFirst) => {
    const ticket = await newTicket();
    const { checkInId } = await admit(ticket);
    const asked = checkInOf(ticket);
    expect(await checkIn(fixture.pool, asked)).toMatchObject({ result: 'already_admitted' });
    const report = () => checkIn(fixture.pool, { ...asked, gate: 'South', admittedAt: new Date().toISOString() });
    const undo = () => undoCheckIn(fixture.pool, { ...asked, checkInId, reason: 'mistake' });
    await inLockOrder(fixture.pool, rowOf(ticket), ...(undoFirst ? [undo, report] : [report, undo]));
    expect(await admit(ticket)).toMatchObject({ result: 'already_admitted' });
    expect(await cancel(ticket)).toMatchObject({ kind: 'refused', refusal: { reason: 'admitted' } });
  });
});

describe('PostgreSQL refuses, whatever a process does,', () => {
  it('to admit a ticket that is admitted or being cancelled', async () => {
    const text = 'update event_tickets set admission_id = gen_random_uuid() where id = $1';
    const [admitted, cancelled] = [await newTicket(), await newTicket()];
    await admit(admitted);
    await cancel(cancelled);
    for (const { ticketId } of [admitted, cancelled]) {
      await expect(fixture.pool.query(text, [ticketId])).rejects.toThrow(/only a valid ticket/);
    }
  });

  it("to let a buyer's cancellation claim an admitted ticket", async () => {
    const ticket = await newTicket();
    const other = await newTicket();
    const claim = await cancel(other);
    if (claim.kind !== 'claimed') throw new Error(claim.kind);
    await admit(ticket);
    const values = [claim.cancellation.cancellationId, ticket.ticketId];
    const text = 'update event_tickets set cancellation_id = $1 where id = $2';
    await expect(fixture.pool.query(text, values)).rejects.toThrow(/it was admitted/);
  });
});
