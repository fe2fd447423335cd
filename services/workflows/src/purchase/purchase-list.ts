import {
  unknownState,
  type PurchaseOrder,
  type PurchaseOutcome,
  type PurchaseWorkflowResult,
} from '@box-office/contract';
import type { Claim } from '@box-office/database';
import { openContext, type PurchaseContext } from './activity-inputs.js';
import type { FastPathResult, StepOutcomes } from './activities/fast-path.js';
import { STEPS, UNDOS, type Step, type StepName, type Undo } from './steps.js';

/** What is known of a purchase when its workflow begins with it: its claim, or what the fast path did. */
export type StartState = FastPathResult | { readonly claim: Claim; readonly outcomes?: undefined };

/** A purchase of the list that has no outcome yet. */
export interface PurchaseInProgress extends PurchaseContext {
  /** Noted before the step that it undoes. */
  readonly toUndo: Set<Undo>;
  /** Index of its next step. */
  at: number;
  /** How often it had to go back to an earlier step. */
  rounds: number;
  /** Outcomes of the fast path from which nothing has followed yet; absent if it was not on the fast path. */
  readonly recorded?: StepOutcomes;
}

/**
 * The purchases of one workflow. Each is in progress, then has an outcome or was continued elsewhere; one that is being
 * compensated is in none of the three until its outcome is known.
 */
export interface PurchaseList {
  inProgress(): readonly PurchaseInProgress[];
  /** The earliest step that a purchase in progress has to take; undefined when there is none. */
  nextStep(): Step<StepName> | undefined;
  /** Takes the purchase off the list; its outcome follows. */
  remove(purchaseId: string): void;
  finish(purchaseId: string, outcome: Pick<PurchaseOutcome, 'kind'>): void;
  continueElsewhere(purchaseId: string): void;
  /** Purchases sold by this workflow, in this run or in one before, whose sale is not settled and published yet. */
  unpublished(): string[];
  markPublished(purchaseIds: readonly string[]): void;
  result(): PurchaseWorkflowResult;
  /** The same list, of which only these purchases are shown in progress and unpublished. */
  only(purchaseIds: ReadonlySet<string>): PurchaseList;
}

type IsShown = (purchaseId: string) => boolean;

export function openList(orders: readonly PurchaseOrder[], states: readonly StartState[]): PurchaseList {
  const inProgress = new Map<string, PurchaseInProgress>();
  const ended = new Map<string, PurchaseOutcome['kind']>();
  const elsewhere = new Set<string>();
  const notBegun: string[] = [];
  /** Purchases of which nothing is left to settle or publish here: the fast path or another workflow has done it. */
  const published = new Set<string>();
  for (const [index, order] of orders.entries()) {
    const { purchaseId } = order;
    const state = states[index];
    if (!state) throw new Error(`the claim of purchase ${purchaseId} was not answered`);
    if ('sold' in state) {
      ended.set(purchaseId, 'confirmed');
      published.add(purchaseId);
      continue;
    }
    const { claim } = state;
    if ('settled' in state) published.add(purchaseId);
    switch (claim.kind) {
      case 'mine': {
        // An earlier run may have got further than the row says: then everything may have to be undone. A hold that it
        // uses is returned in any case.
        const toUndo = new Set<Undo>(claim.resumed ? UNDOS : claim.usesHold ? ['reservation'] : []);
        const recorded = state.outcomes && { recorded: { ...state.outcomes } };
        inProgress.set(purchaseId, { ...openContext(order, claim), toUndo, at: 0, rounds: 0, ...recorded });
        break;
      }
      case 'finished':
        ended.set(purchaseId, claim.outcome.kind);
        if (!claim.mine) published.add(purchaseId);
        break;
      case 'hold_in_use':
        notBegun.push(purchaseId);
        break;
      case 'elsewhere':
      case 'other_request':
        elsewhere.add(purchaseId);
        break;
      default:
        unknownState('a claim', claim);
    }
  }
  const shownInProgress = (isShown: IsShown): PurchaseInProgress[] =>
    [...inProgress.values()].filter(({ order }) => isShown(order.purchaseId));
  const view = (isShown: IsShown): PurchaseList => ({
    inProgress: () => shownInProgress(isShown),
    nextStep() {
      const indices = shownInProgress(isShown).map(({ at }) => at);
      return indices.length === 0 ? undefined : STEPS[Math.min(...indices)];
    },
    remove: (purchaseId) => void inProgress.delete(purchaseId),
    finish(purchaseId, outcome) {
      inProgress.delete(purchaseId);
      ended.set(purchaseId, outcome.kind);
    },
    continueElsewhere(purchaseId) {
      inProgress.delete(purchaseId);
      elsewhere.add(purchaseId);
    },
    unpublished: () =>
      [...ended].flatMap(([purchaseId, kind]) =>
        kind === 'confirmed' && !published.has(purchaseId) && isShown(purchaseId) ? [purchaseId] : [],
      ),
    markPublished(purchaseIds) {
      for (const purchaseId of purchaseIds) published.add(purchaseId);
    },
    result() {
      const outcomes: Partial<Record<PurchaseOutcome['kind'], string[]>> = {};
      for (const [purchaseId, kind] of ended) (outcomes[kind] ??= []).push(purchaseId);
      return { outcomes, elsewhere: [...elsewhere], ...(notBegun.length > 0 && { notBegun }) };
    },
    only: (purchaseIds) => view((purchaseId) => purchaseIds.has(purchaseId)),
  });
  return view(() => true);
}

export const idsOf = (purchases: readonly PurchaseContext[]): string[] =>
  purchases.map(({ order }) => order.purchaseId);
