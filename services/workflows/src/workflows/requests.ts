import type { PurchaseOrder } from '@box-office/contract';
import type { ClaimedPurchase, PurchaseAtEpoch, TicketsToPersist } from '@box-office/records';
import type { AuthorisedPayment, PaymentRequest } from '../activities/paying.js';
import type { ClaimedTransaction } from '../activities/recording.js';
import type { ReservationRequest } from '../activities/reserving.js';
import type { PurchaseUnderWay } from './purchase-list.js';

/*
 * What each step is told about a purchase. Pure, and the same whether the workflow asks for the step or it is taken on
 * the straight way, so that a step that is taken twice is told the same both times.
 */

/** Names a purchase and the claim under which it is written. */
export const claimedAt = ({ claim }: Pick<PurchaseUnderWay, 'claim'>): PurchaseAtEpoch => ({
  purchaseId: claim.purchaseId,
  epoch: claim.epoch,
});

export function reservationOf(order: PurchaseOrder, claim: ClaimedPurchase): ReservationRequest {
  return {
    purchaseId: order.purchaseId,
    epoch: claim.epoch,
    userId: order.userId,
    eventId: order.eventId,
    generation: claim.generation,
    items: order.items,
    ...(order.holdId !== undefined && { hold: { holdId: order.holdId, used: claim.usesHold } }),
  };
}

/** The payment as the claim has it; an operator may correct it later. */
export const paymentIn = ({ paymentAttempt, paymentMethod }: ClaimedPurchase): PurchaseUnderWay['payment'] => ({
  attempt: paymentAttempt,
  method: paymentMethod,
});

/** Whether the provider has anything to do with it: tickets that cost nothing are neither authorised nor captured nor undone there. */
export const isPaid = ({ claim }: Pick<PurchaseUnderWay, 'claim'>): boolean => claim.amountMinor > 0;

/** @throws Error if the purchase names no method: a defect, as its claim refuses one that costs something */
export function paymentOf({
  order,
  claim,
  payment,
}: Pick<PurchaseUnderWay, 'order' | 'claim' | 'payment'>): PaymentRequest {
  const { purchaseId } = order;
  const { amountMinor, currency } = claim;
  const { attempt, method } = payment;
  if (method === null) throw new Error(`purchase ${purchaseId} is to be paid without a payment method`);
  return { purchaseId, amountMinor, currency, attempt, method };
}

/** @throws Error if the purchase was not authorised: a defect of the order of steps */
export function authorisedPaymentOf(
  purchase: Pick<PurchaseUnderWay, 'order' | 'payment' | 'authorisationId'>,
): AuthorisedPayment {
  const { order, payment } = purchase;
  return {
    purchaseId: order.purchaseId,
    attempt: payment.attempt,
    authorisationId: authorisationOf(purchase),
  };
}

/** @throws Error if the purchase holds nothing or was not authorised: a defect of the order of steps */
export function ticketsOf(
  purchase: Pick<PurchaseUnderWay, 'order' | 'claim' | 'hold' | 'authorisationId'>,
): TicketsToPersist & ClaimedTransaction {
  const { order, claim, hold } = purchase;
  if (!hold) throw new Error(`purchase ${order.purchaseId} is to be persisted without a hold`);
  return {
    purchaseId: order.purchaseId,
    epoch: claim.epoch,
    generation: hold.generation,
    authorisationId: isPaid(purchase) ? authorisationOf(purchase) : null,
    items: hold.items,
    transactionId: claim.transactionId,
    version: claim.version,
    claimedAs: claim.status,
    userId: order.userId,
    eventId: order.eventId,
    amountMinor: claim.amountMinor,
    currency: claim.currency,
  };
}

function authorisationOf({ order, authorisationId }: Pick<PurchaseUnderWay, 'order' | 'authorisationId'>): string {
  if (authorisationId === undefined) throw new Error(`purchase ${order.purchaseId} has no authorisation`);
  return authorisationId;
}
