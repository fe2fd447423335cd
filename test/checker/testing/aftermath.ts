import { randomUUID } from 'node:crypto';
import { HOLD_EPOCH, HOLD_WORKFLOW, type EventFacts, type SerialRange, type Ticket } from '@box-office/contract';
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
  serialsOf,
  settleCancellations,
} from '@box-office/records';
import type { CancelCall, HoldCall } from '../calls.js';
import { publish, type Sold } from './sales.js';
import type { SmallOffice } from './small-office.js';

/** Cancels tickets of a sale as the workflow does, in every store, and tells the buyer. */
export async function cancel(office: SmallOffice, sold: Sold, tickets: readonly Ticket[]): Promise<CancelCall> {
  const { pool } = office;
  const { purchaseId, eventId, userId } = sold;
  const wanted = tickets.map(({ ticketId }) => ticketId).sort();
  const cancellationId = cancellationIdOf(purchaseId, wanted);
  const claim = await claimCancellation(pool, {
    ...{ cancellationId, purchaseId, tickets: wanted, eventId, userId },
    requestedBy: userId,
    byOperator: false,
    reason: '',
    requestId: 'request',
    requestedAt: new Date().toISOString(),
  });
  if (claim.kind !== 'claimed') throw new Error(claim.kind);
  const { amountMinor } = claim.cancellation;
  const key = paymentKey(purchaseId, 1, 'refund', cancellationId);
  const refund = await office.payments.refund({ key, authorisationId: sold.authorisationId, amountMinor });
  if (refund.kind !== 'refunded') throw new Error(refund.reason);
  await completeCancellation(pool, { cancellationId, refundId: refund.refundId });
  const generation = (await readGeneration(pool, eventId)) ?? 0;
  await office.inventory.giveBack(eventId, generation, [{ purchaseId, items: serialsOf(tickets) }]);
  await publish(office, (await findCancellations(pool, [cancellationId])).flatMap(messagesOfCancellation));
  await settleCancellations(pool, [cancellationId]);
  const atMs = Date.now();
  const call: CancelCall = {
    ...{ act: 'cancel', purchaseId, userId, wanted, gateway: 'api', invokedAtMs: atMs, answeredAtMs: atMs },
    answer: { kind: 'ok', status: 200, cancellationId, tickets, refundedMinor: amountMinor },
  };
  office.calls.push(call);
  return call;
}

/** Holds two standard tickets for a buyer, in every store, and tells the buyer. `end` ends its workflow. */
export async function hold(
  office: SmallOffice,
  event: EventFacts,
): Promise<HoldCall & { readonly end: () => Promise<void> }> {
  const { pool, inventory } = office;
  const [holdId, userId] = [randomUUID(), `buyer_${randomUUID()}`];
  const items = [{ ticketType: 'Standard', quantity: 2 }];
  const generation = (await readGeneration(pool, event.id)) ?? 0;
  const request = { purchaseId: holdId, epoch: HOLD_EPOCH, userId, items };
  const reply = await inventory.reserve(event.id, generation, [request]);
  const reserved = reply.kind === 'done' ? reply.outcomes[0] : undefined;
  if (reserved?.kind !== 'reserved') throw new Error('could not reserve');
  const serials: readonly SerialRange[] = reserved.items;
  await recordHold(pool, {
    ...{ holdId, userId, items, generation, serials },
    fingerprint: 'f',
    eventId: event.id,
    durationMs: 3_600_000,
    requestId: 'request',
    ownerWorkflowId: 'hold/test',
  });
  const atMs = Date.now();
  const call: HoldCall = {
    ...{ act: 'hold', holdId, userId, key: holdId, eventId: event.id, items },
    ...{ gateway: 'api', invokedAtMs: atMs, answeredAtMs: atMs },
    answer: { kind: 'ok', status: 201, items: serials },
  };
  office.calls.push(call);
  return { ...call, end: await office.openWorkflow(HOLD_WORKFLOW) };
}

/** Gives a hold back as the workflow does, in every store. */
export async function release(office: SmallOffice, held: Pick<HoldCall, 'holdId' | 'eventId'>): Promise<void> {
  const { holdId, eventId } = held;
  const end = await endHold(office.pool, holdId, 'released');
  await office.inventory.release(eventId, end?.generation ?? 0, [{ purchaseId: holdId, epoch: HOLD_EPOCH }]);
}
