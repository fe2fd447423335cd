import {
  unknownState,
  type PurchaseOrder,
  type PurchaseOutcome,
  type PurchaseWorkflowResult,
  type SerialRange,
} from '@box-office/contract';
import type { Claim, ClaimedPurchase } from '@box-office/records';
import { paymentIn } from './requests.js';

/** How a purchase stands when its workflow begins with it: as its claim says, or sold on the straight way. */
export type Standing = Claim | { readonly kind: 'sold' };

/** One purchase of the list while its workflow works on it. */
export interface PurchaseUnderWay {
  readonly order: PurchaseOrder;
  readonly claim: ClaimedPurchase;
  /** Registered before the step that it undoes, so that a step whose outcome is unknown is undone as well. */
  readonly toUndo: Set<'hold' | 'payment'>;
  hold?: { readonly generation: number; readonly items: readonly SerialRange[] };
  authorisationId?: string;
  /** What is paid with, and the how-manieth try this is; an operator may correct the method. */
  payment: { readonly attempt: number; readonly method: string | null };
}

/** The purchases of one workflow: those under way, the outcomes so far, and those that went on elsewhere. */
export interface PurchaseList {
  underWay(): readonly PurchaseUnderWay[];
  /** The purchase is no longer under way; its answer follows when it is undone. */
  takeOff(purchaseId: string): void;
  answer(purchaseId: string, outcome: Pick<PurchaseOutcome, 'kind'>): void;
  leave(purchaseId: string): void;
  /** Which purchases ended how so far, and which went on elsewhere. */
  result(): PurchaseWorkflowResult;
}

export function openList(orders: readonly PurchaseOrder[], standings: readonly Standing[]): PurchaseList {
  const underWay = new Map<string, PurchaseUnderWay>();
  const ended = new Map<string, PurchaseOutcome['kind']>();
  const elsewhere = new Set<string>();
  const notBegun: string[] = [];
  for (const [place, order] of orders.entries()) {
    const standing = standings[place];
    if (!standing) throw new Error(`the claim of purchase ${order.purchaseId} was not answered`);
    switch (standing.kind) {
      case 'mine': {
        // An earlier try may have got further than its record tells: then everything may have to be undone. A timed hold that it
        // uses is to be returned in any case.
        const toUndo = new Set<'hold' | 'payment'>(standing.usesHold ? ['hold'] : []);
        if (standing.resumed) toUndo.add('hold').add('payment');
        underWay.set(order.purchaseId, { order, claim: standing, toUndo, payment: paymentIn(standing) });
        break;
      }
      case 'finished':
        ended.set(order.purchaseId, standing.outcome.kind);
        break;
      case 'sold':
        ended.set(order.purchaseId, 'confirmed');
        break;
      case 'hold_in_use':
        notBegun.push(order.purchaseId);
        break;
      case 'elsewhere':
      case 'other_request':
        elsewhere.add(order.purchaseId);
        break;
      default:
        unknownState('a claim', standing);
    }
  }
  return {
    underWay: () => [...underWay.values()],
    takeOff: (purchaseId) => void underWay.delete(purchaseId),
    answer(purchaseId, outcome) {
      underWay.delete(purchaseId);
      ended.set(purchaseId, outcome.kind);
    },
    leave(purchaseId) {
      underWay.delete(purchaseId);
      elsewhere.add(purchaseId);
    },
    result() {
      const outcomes: Partial<Record<PurchaseOutcome['kind'], string[]>> = {};
      for (const [purchaseId, kind] of ended) (outcomes[kind] ??= []).push(purchaseId);
      return { outcomes, elsewhere: [...elsewhere], ...(notBegun.length > 0 && { notBegun }) };
    },
  };
}

export function idsOf(purchases: readonly PurchaseUnderWay[]): string[] {
  return purchases.map((purchase) => purchase.order.purchaseId);
}
