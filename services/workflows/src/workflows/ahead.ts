import { mdText, type PurchaseOrder } from '@box-office/contract';
import { CancellationScope } from '@temporalio/workflow';
import type { Headway, OutcomeOf, StepOnTheWay, StepsTaken } from '../activities/straight-through.js';
import { amountInWords, itemsInWords, type AttendedStory } from './journal.js';
import { straightAway } from './policies.js';
import type { PurchaseUnderWay, Standing } from './purchase-list.js';
import { causeOf } from './steps.js';
import { SUMMARIES } from './summaries.js';

/** What was done with the purchases on the straight way, to be taken up step by step. */
export interface Ahead {
  /** One per order, in their order; null if the straight way was not taken, or it is not known how far it led. */
  readonly standings: readonly Standing[] | null;
  /** Purchases that are sold, settled and published. */
  readonly followedUp: readonly string[];
  /** What may be there to undo of a purchase that went ahead, whether or not it was taken up. */
  mayHave(purchaseId: string): readonly ('hold' | 'payment')[];
  /**
   * Outcomes of a step, in the order of the purchases: those that it had on the straight way, each given once, and for the
   * other purchases those of `ask`.
   */
  outcomes<S extends StepOnTheWay>(
    step: S,
    purchases: readonly PurchaseUnderWay[],
    ask: (those: readonly PurchaseUnderWay[]) => Promise<readonly OutcomeOf<S>[]>,
  ): Promise<(OutcomeOf<S> | undefined)[]>;
}

/** Nobody went ahead. */
export const notAhead = (): Ahead => openAhead([], null);

/**
 * Sends the purchases on the straight way. Whatever becomes of it, the steps go on from there: what it does is done even if
 * the workflow is cancelled meanwhile, so that it is known what there is to undo.
 */
export async function goAhead(orders: readonly PurchaseOrder[], journal: AttendedStory): Promise<Ahead> {
  try {
    const headways = await CancellationScope.nonCancellable(() =>
      straightAway.straightThrough.executeWithOptions({ summary: SUMMARIES.straightThrough }, [orders]),
    );
    tellSold(orders, headways, journal);
    return openAhead(orders, headways);
  } catch (error) {
    journal.tell(mdText`All steps at once do not get through (${causeOf(error)}); they are taken one by one.`);
    return notAhead();
  }
}

/** Those of a group that came all the way are not told step by step. */
function tellSold(orders: readonly PurchaseOrder[], headways: readonly Headway[], journal: AttendedStory): void {
  for (const [place, { purchaseId }] of orders.entries()) {
    const headway = headways[place];
    if (!headway || !('sold' in headway)) continue;
    const { sold } = headway;
    if (orders.length === 1) journal.amount(sold);
    journal.tell(
      mdText`${purchaseId} holds ${itemsInWords(sold.items)}, is paid: ${amountInWords(sold)}, and is **confirmed**.`,
    );
  }
}

function openAhead(orders: readonly PurchaseOrder[], headways: readonly Headway[] | null): Ahead {
  const known = new Map<string, StepsTaken>();
  const followedUp: string[] = [];
  for (const [place, { purchaseId }] of orders.entries()) {
    const headway = headways?.[place];
    if (!headway) continue;
    if (!('sold' in headway)) known.set(purchaseId, headway);
    if ('sold' in headway || headway.followedUp) followedUp.push(purchaseId);
  }

  const begun = new Map([...known].map(([purchaseId, headway]) => [purchaseId, begunBy(headway)]));

  /** A second time, after the inventory was rebuilt say, the step has to be taken. */
  function once<S extends StepOnTheWay>(step: S, purchaseId: string): OutcomeOf<S> | undefined {
    const headway = known.get(purchaseId);
    const outcome = headway?.[step] as OutcomeOf<S> | undefined;
    if (headway) delete headway[step];
    return outcome;
  }

  return {
    standings: headways?.map((headway) => ('sold' in headway ? { kind: 'sold' } : headway.claim)) ?? null,
    followedUp,
    mayHave: (purchaseId) => begun.get(purchaseId) ?? [],
    async outcomes(step, purchases, ask) {
      const had = purchases.map(({ order }) => once(step, order.purchaseId));
      const others = purchases.filter((_, place) => had[place] === undefined);
      if (others.length === 0) return had;
      const asked = (await ask(others)).values();
      return had.map((outcome) => outcome ?? asked.next().value);
    },
  };
}

/** A step without an outcome may have been begun nevertheless. */
function begunBy({ claim, reserve, authorise }: StepsTaken): readonly ('hold' | 'payment')[] {
  if (claim.kind !== 'mine' || (reserve && reserve.kind !== 'reserved')) return [];
  return reserve === undefined || authorise?.kind === 'declined' ? ['hold'] : ['hold', 'payment'];
}
