import type { BuyerAction, PurchaseOrder, SerialRange } from '@box-office/contract';
import type { ClaimedPurchase, PurchaseAtEpoch, TicketsToPersist } from '@box-office/database';
import type { PendingAuthentication } from './activities/authenticate.js';
import type { AuthorisedPayment, PaymentRequest } from './activities/payment.js';
import type { ClaimedTransaction } from './activities/record.js';
import type { ReservationRequest } from './activities/reserve.js';

/** What the steps of a purchase know of it. */
export interface PurchaseContext {
  readonly order: PurchaseOrder;
  readonly claim: ClaimedPurchase;
  /** What is paid with, and the number of the attempt; an operator may correct the method. */
  payment: { readonly attempt: number; readonly method: string | null };
  /** Its serials in Redis. */
  reservation?: { readonly generation: number; readonly items: readonly SerialRange[] } | undefined;
  authorisationId?: string | undefined;
  /** What its buyer has to do before the amount is authorised. */
  action?: BuyerAction | undefined;
}

export const openContext = (order: PurchaseOrder, claim: ClaimedPurchase): PurchaseContext => ({
  order,
  claim,
  payment: { attempt: claim.paymentAttempt, method: claim.paymentMethod },
});

/** Names a purchase and the claim under which it is written. */
export const claimedAt = ({ claim }: Pick<PurchaseContext, 'claim'>): PurchaseAtEpoch => ({
  purchaseId: claim.purchaseId,
  epoch: claim.epoch,
});

export function reservationOf({ order, claim }: Pick<PurchaseContext, 'order' | 'claim'>): ReservationRequest {
  return {
    purchaseId: order.purchaseId,
    epoch: claim.epoch,
    userId: order.userId,
    eventId: order.eventId,
    generation: claim.generation,
    items: order.items,
    ...(order.holdId !== undefined && { hold: { holdId: order.holdId, used: claim.usesHold } }),
    ...(order.complimentary && { complimentary: order.complimentary }),
  };
}

/** Tickets that cost nothing are neither authorised nor captured nor undone at the payment provider. */
export const isPaid = ({ claim }: Pick<PurchaseContext, 'claim'>): boolean => claim.amountMinor > 0;

/** @throws Error if the purchase names no method: a defect, as its claim refuses one that costs something */
export function paymentOf({ order, claim, payment }: PurchaseContext): PaymentRequest {
  const { purchaseId, eventId, returnUrl } = order;
  const { amountMinor, currency } = claim;
  const { attempt, method } = payment;
  if (method === null) throw new Error(`purchase ${purchaseId} is to be paid without a payment method`);
  return { purchaseId, eventId, amountMinor, currency, attempt, method, ...(returnUrl !== undefined && { returnUrl }) };
}

/** @throws Error if its buyer has nothing to do: a defect of the order of steps */
export function authenticationOf(purchase: PurchaseContext): PendingAuthentication {
  const { order, action } = purchase;
  if (!action) throw new Error(`purchase ${order.purchaseId} waits for its buyer without an action`);
  return {
    ...claimedAt(purchase),
    payment: paymentOf(purchase),
    authorisationId: authorisationIdOf(purchase),
    action,
  };
}

/** @throws Error if the purchase was not authorised: a defect of the order of steps */
export const authorisedPaymentOf = (purchase: PurchaseContext): AuthorisedPayment => ({
  purchaseId: purchase.order.purchaseId,
  attempt: purchase.payment.attempt,
  authorisationId: authorisationIdOf(purchase),
});

/** @throws Error if the purchase holds nothing or was not authorised: a defect of the order of steps */
export function ticketsOf(purchase: PurchaseContext): TicketsToPersist & ClaimedTransaction {
  const { order, claim, reservation } = purchase;
  if (!reservation) throw new Error(`purchase ${order.purchaseId} is to be persisted without a reservation`);
  return {
    purchaseId: order.purchaseId,
    epoch: claim.epoch,
    generation: reservation.generation,
    authorisationId: isPaid(purchase) ? authorisationIdOf(purchase) : null,
    items: reservation.items,
    transactionId: claim.transactionId,
    version: claim.version,
    claimedAs: claim.status,
    userId: order.userId,
    eventId: order.eventId,
    amountMinor: claim.amountMinor,
    currency: claim.currency,
  };
}

/** Serials as the progress log shows them. */
export const formatSerials = (items: readonly SerialRange[]): string =>
  items.map(({ ticketType, serials }) => `${ticketType} ${serials.join(', ')}`).join('; ');

function authorisationIdOf({ order, authorisationId }: PurchaseContext): string {
  if (authorisationId === undefined) throw new Error(`purchase ${order.purchaseId} has no authorisation`);
  return authorisationId;
}
