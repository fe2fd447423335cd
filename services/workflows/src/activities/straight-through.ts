import type { AmountMinor, PurchaseOrder, SerialRange } from '@box-office/contract';
import { findPurchases, type Claim, type Finalised, type PersistOutcome } from '@box-office/records';
import { activityInfo, cancellationSignal } from '@temporalio/activity';
import {
  authorisedPaymentOf,
  claimedAt,
  isPaid,
  paymentIn,
  paymentOf,
  reservationOf,
  ticketsOf,
} from '../workflows/requests.js';
import type { createClaiming } from './claiming.js';
import type { ActivityDeps } from './deps.js';
import { openLimit, type Limit } from './limit.js';
import type { Authorisation, Capture, createPaying } from './paying.js';
import type { createRecording } from './recording.js';
import type { createReserving, Reservation } from './reserving.js';
import { publishSales, settleSales } from './settling.js';

/** So long before its own time limit the activity ends, so that the outcomes known by then are not lost with it. */
const RESERVE_MS = 1_000;
/** Longest that settling and publishing are waited for; what takes longer is the workflow's to do. */
const FOLLOW_UP_MS = 1_500;

/** How far one purchase came on the straight way. */
export type Headway = StepsTaken | CameThrough;

/** The outcome of each step that was taken with it. */
export interface StepsTaken {
  readonly claim: Claim;
  reserve?: Reservation;
  authorise?: Authorisation;
  persist?: PersistOutcome;
  capture?: Capture;
  finalise?: Finalised;
  /** It was settled, and the broker has confirmed its messages. */
  followedUp?: true;
}

/** One of a group that came all the way, told in short: fifty of them are a lot to keep in a history. */
interface CameThrough {
  readonly sold: {
    readonly items: readonly SerialRange[];
    readonly amountMinor: AmountMinor;
    readonly currency: string;
  };
}

/** The steps that a purchase takes between its claim and what follows a sale. */
export type StepOnTheWay = 'reserve' | 'authorise' | 'persist' | 'capture' | 'finalise';
export type OutcomeOf<S extends StepOnTheWay> = NonNullable<StepsTaken[S]>;

type Steps = ReturnType<typeof createClaiming> &
  ReturnType<typeof createReserving> &
  ReturnType<typeof createPaying> &
  ReturnType<typeof createRecording>;

/** A purchase on its straight way, with what its next steps need to know. */
interface Walker {
  readonly order: PurchaseOrder;
  readonly claim: Extract<Claim, { kind: 'mine' }>;
  readonly payment: { readonly attempt: number; readonly method: string | null };
  readonly headway: StepsTaken;
  hold?: Extract<Reservation, { kind: 'reserved' }>;
  authorisationId?: string;
}

/**
 * The straight way of a purchase that nothing comes in between: all steps in one activity, because what makes a workflow
 * dear is each time that it is woken, not what is done then.
 *
 * Nothing is decided here. A purchase goes on while its steps go well, and stops at the first one that does not: refused,
 * declined, not answered in time. Where a step fails for all, or takes too long, everybody stops before it. The workflow takes
 * up each purchase where it stopped, and takes the next step as if it had taken those before itself. If this activity dies,
 * what it left half done is what a dead worker leaves: each step may be taken again.
 *
 * The order of the steps stands in `sell` of workflows/purchase.ts, too: change both together.
 */
export function createStraightThrough(deps: ActivityDeps, steps: Steps) {
  return {
    /** One headway per order, in their order. Only new purchases go further than their claim. */
    async straightThrough(orders: readonly PurchaseOrder[]): Promise<Headway[]> {
      const signal = cancellationSignal();
      // From the start of the activity: its own time limit began then, and the claim may have to wait for a lock.
      const limit = openLimit(signal, activityInfo().startToCloseTimeoutMs - RESERVE_MS);
      try {
        const claims = await limit.within(steps.claim(orders));
        const headways = claims.map((claim): StepsTaken => ({ claim }));
        try {
          const sold = await walk(steps, limit, newOnes(orders, headways));
          await followUp(deps, limit.signal, sold);
        } catch (error) {
          // Whoever is cancelled has no time to tell how far it came.
          signal.throwIfAborted();
          // The workflow takes the step again, and tells what is wrong if it fails again.
          deps.logger.info(
            { err: error, purchases: orders.length },
            'purchases do not get through on the straight way',
          );
        }
        return headways.length === 1 ? headways : headways.map(shortened);
      } finally {
        limit.close();
      }
    },
  };
}

function shortened(headway: StepsTaken): Headway {
  const { claim, reserve, followedUp } = headway;
  if (!followedUp || claim.kind !== 'mine' || reserve?.kind !== 'reserved') return headway;
  const { amountMinor, currency } = claim;
  return { sold: { items: reserve.items, amountMinor, currency } };
}

function newOnes(orders: readonly PurchaseOrder[], headways: readonly StepsTaken[]): Walker[] {
  return orders.flatMap((order, place) => {
    const headway = headways[place];
    if (headway?.claim.kind !== 'mine' || headway.claim.resumed) return [];
    const { claim } = headway;
    return [{ order, claim, payment: paymentIn(claim), headway }];
  });
}

/** @returns those that are confirmed */
async function walk(steps: Steps, limit: Limit, all: readonly Walker[]): Promise<readonly Walker[]> {
  let going = all;

  /** Takes a step with all that are still going and that it concerns; those for whom it does not go well stop. */
  async function take<S extends StepOnTheWay>(
    name: S,
    outcomes: (those: readonly Walker[]) => Promise<readonly OutcomeOf<S>[]>,
    goesWell: (outcome: OutcomeOf<S>, walker: Walker) => boolean,
    concerns: (walker: Walker) => boolean = () => true,
  ): Promise<void> {
    const concerned = going.filter(concerns);
    if (concerned.length === 0) return;
    limit.signal.throwIfAborted();
    const answers = await limit.within(outcomes(concerned));
    const stopped = concerned.filter((walker, place) => {
      const outcome = answers[place];
      if (outcome === undefined) return true;
      (walker.headway as Record<S, OutcomeOf<S>>)[name] = outcome;
      return !goesWell(outcome, walker);
    });
    going = going.filter((walker) => !stopped.includes(walker));
  }

  await take(
    'reserve',
    (those) => steps.reserve(those.map(({ order, claim }) => reservationOf(order, claim))),
    (outcome, walker) => {
      if (outcome.kind === 'reserved') walker.hold = outcome;
      return outcome.kind === 'reserved';
    },
  );
  await take(
    'authorise',
    (those) => steps.authorise(those.map(paymentOf), 'soft deadline'),
    (outcome, walker) => {
      if (outcome.kind === 'authorised') walker.authorisationId = outcome.authorisationId;
      return outcome.kind === 'authorised';
    },
    isPaid,
  );
  await take(
    'persist',
    (those) => steps.persist(those.map(ticketsOf)),
    (outcome) => outcome === 'persisted',
  );
  await take(
    'capture',
    (those) => steps.capture(those.map(authorisedPaymentOf), 'soft deadline'),
    ({ kind }) => kind === 'captured',
    isPaid,
  );
  await take(
    'finalise',
    (those) => steps.finalise(those.map(claimedAt)),
    ({ kind }) => kind === 'confirmed',
  );
  return going;
}

/** What follows a sale, while that goes quickly. The buyers have been answered. */
async function followUp(deps: ActivityDeps, signal: AbortSignal, sold: readonly Walker[]): Promise<void> {
  if (sold.length === 0) return;
  signal.throwIfAborted();
  const limit = openLimit(signal, FOLLOW_UP_MS);
  try {
    const ids = sold.map(({ order }) => order.purchaseId);
    const purchases = await limit.within(findPurchases(deps.pool, ids));
    await limit.within(settleSales(deps, purchases));
    await publishSales(deps, purchases, limit.signal);
    for (const { headway } of sold) headway.followedUp = true;
  } finally {
    limit.close();
  }
}
