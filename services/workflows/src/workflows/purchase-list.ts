import type { PurchaseAnswer, PurchaseOrder, PurchaseOutcome, SerialRange } from '@box-office/contract';
import type { Claim, ClaimedPurchase } from '@box-office/records';
import { paymentIn } from './requests.js';

/** One purchase of the list while its workflow works on it. */
export interface PurchaseUnderWay {
  readonly order: PurchaseOrder;
  readonly claim: ClaimedPurchase;
  /** Registered before the step that it undoes, so that a step whose outcome is unknown is undone as well. */
  readonly toUndo: Set<'hold' | 'payment'>;
  hold?: { readonly generation: number; readonly items: readonly SerialRange[] };
  authorisationId?: string;
  /** What is paid with, and the how-manieth try this is; an operator may correct the method. */
  payment: { readonly attempt: number; readonly method: string };
}

/** The purchases of one workflow: those under way, the outcomes so far, and those that went on elsewhere. */
export interface PurchaseList {
  underWay(): readonly PurchaseUnderWay[];
  /** The purchase is no longer under way; its answer follows when it is undone. */
  takeOff(purchaseId: string): void;
  answer(purchaseId: string, outcome: PurchaseOutcome): void;
  leave(purchaseId: string): void;
  answers(): readonly PurchaseAnswer[];
  elsewhere(): readonly string[];
}

export function openList(orders: readonly PurchaseOrder[], claims: readonly Claim[]): PurchaseList {
  const underWay = new Map<string, PurchaseUnderWay>();
  const answers = new Map<string, PurchaseOutcome>();
  const elsewhere = new Set<string>();
  for (const [place, order] of orders.entries()) {
    const claim = claims[place];
    if (claim?.kind === 'mine') {
      // An earlier try may have got further than its record tells: then everything may have to be undone.
      const toUndo = new Set<'hold' | 'payment'>(claim.resumed ? ['hold', 'payment'] : []);
      underWay.set(order.purchaseId, { order, claim, toUndo, payment: paymentIn(claim) });
    } else if (claim?.kind === 'finished') answers.set(order.purchaseId, claim.outcome);
    else elsewhere.add(order.purchaseId);
  }
  return {
    underWay: () => [...underWay.values()],
    takeOff: (purchaseId) => void underWay.delete(purchaseId),
    answer(purchaseId, outcome) {
      underWay.delete(purchaseId);
      answers.set(purchaseId, outcome);
    },
    leave(purchaseId) {
      underWay.delete(purchaseId);
      elsewhere.add(purchaseId);
    },
    answers: () => [...answers].map(([purchaseId, outcome]) => ({ purchaseId, outcome })),
    elsewhere: () => [...elsewhere],
  };
}

export function idsOf(purchases: readonly PurchaseUnderWay[]): string[] {
  return purchases.map((purchase) => purchase.order.purchaseId);
}
