import { randomUUID } from 'node:crypto';
import {
  HOLD_EPOCH,
  HOLD_WORKFLOW,
  serialsOf,
  type EventDetails,
  type SerialRange,
  type Ticket,
} from '@box-office/contract';
import { cancellationIdOf } from '@box-office/contract/derive';
import { paymentKey } from '@box-office/payments';
import {
  claimCancellation,
  completeCancellation,
  endHold,
  findCancellations,
  messagesOfCancellation,
  readGeneration,
  recordHold,
  settleCancellations,
} from '@box-office/database';
import type { CancelCall, HoldCall } from '../calls.js';
import { publish, type Sold } from './sales.js';
import type { CheckerFixture } from './checker-fixture.js';

/** Cancels tickets of a sale in every store, as the workflow does, and records the buyer's call. */
export async function cancel(fixture: CheckerFixture, sold: Sold, tickets: readonly Ticket[]): Promise<CancelCall> {
  const { pool } = fixture;
  const { purchaseId, eventId, userId } = sold;
  const ticketIds = tickets.map(({ ticketId }) => ticketId).sort();
  const cancellationId = cancellationIdOf(purchaseId, ticketIds);
  const claim = await claimCancellation(pool, {
    cancellationId,
    purchaseId,
    tickets: ticketIds,
    eventId,
    userId,
    requestedBy: userId,
    byOperator: false,
    reason: '',
    requestId: 'request',
    requestedAt: new Date().toISOString(),
  });
  if (claim.kind !== 'claimed') throw new Error(claim.kind);
  const { amountMinor } = claim.cancellation;
  const key = paymentKey(purchaseId, 1, 'refund', cancellationId);
  const refund = await fixture.payments.refund({ key, authorisationId: sold.authorisationId, amountMinor });
  if (refund.kind !== 'refunded') throw new Error(refund.reason);
  await completeCancellation(pool, { cancellationId, refundId: refund.refundId });
  const generation = (await readGeneration(pool, eventId)) ?? 0;
  await fixture.inventory.giveBack(eventId, generation, [{ purchaseId, items: serialsOf(tickets) }]);
  await publish(fixture, (await findCancellations(pool, [cancellationId])).flatMap(messagesOfCancellation));
  await settleCancellations(pool, [cancellationId]);
  const atMs = Date.now();
  const call: CancelCall = {
    action: 'cancel',
    purchaseId,
    userId,
    ticketIds,
    gateway: 'api',
    invokedAtMs: atMs,
    answeredAtMs: atMs,
    answer: { kind: 'ok', status: 200, cancellationId, tickets, refundedMinor: amountMinor },
  };
  fixture.calls.push(call);
  return call;
}

/** Holds two standard tickets in every store and records the buyer's call. `end` terminates the hold's workflow. */
export async function hold(
  fixture: CheckerFixture,
  event: EventDetails,
): Promise<HoldCall & { readonly end: () => Promise<void> }> {
  const { pool, inventory } = fixture;
  const [holdId, userId] = [randomUUID(), `buyer_${randomUUID()}`];
  const items = [{ ticketType: 'Standard', quantity: 2 }];
  const generation = (await readGeneration(pool, event.id)) ?? 0;
  const request = { purchaseId: holdId, epoch: HOLD_EPOCH, userId, items };
  const reply = await inventory.reserve(event.id, generation, [request]);
  const reserved = reply.kind === 'done' ? reply.outcomes[0] : undefined;
  if (reserved?.kind !== 'reserved') throw new Error('could not reserve');
  const serials: readonly SerialRange[] = reserved.items;
  await recordHold(pool, {
    holdId,
    userId,
    items,
    generation,
    serials,
    fingerprint: 'f',
    eventId: event.id,
    durationMs: 3_600_000,
    requestId: 'request',
    ownerWorkflowId: 'hold/test',
  });
  const atMs = Date.now();
  const call: HoldCall = {
    action: 'hold',
    holdId,
    userId,
    key: holdId,
    eventId: event.id,
    items,
    gateway: 'api',
    invokedAtMs: atMs,
    answeredAtMs: atMs,
    answer: { kind: 'ok', status: 201, items: serials },
  };
  fixture.calls.push(call);
  return { ...call, end: await fixture.openWorkflow(HOLD_WORKFLOW) };
}

/** Releases a hold in every store, as the workflow does. */
export async function release(fixture: CheckerFixture, held: Pick<HoldCall, 'holdId' | 'eventId'>): Promise<void> {
  const { holdId, eventId } = held;
  const end = await endHold(fixture.pool, holdId, 'released');
  await fixture.inventory.release(eventId, end?.generation ?? 0, [{ purchaseId: holdId, epoch: HOLD_EPOCH }]);
}
