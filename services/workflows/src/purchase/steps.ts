import {
  formatMoney,
  inWords,
  mdText,
  unknownState,
  type DeclineReason,
  type Markdown,
  type PurchaseOutcome,
  type PurchaseRefusal,
} from '@box-office/contract';
import {
  authenticationOf,
  authorisedPaymentOf,
  claimedAt,
  formatSerials,
  isPaid,
  paymentOf,
  reservationOf,
  ticketsOf,
  type PurchaseContext,
} from './activity-inputs.js';
import type { StepWait } from './activities/step-wait.js';
import type { StepActivities } from './activities.js';

/** What has to be undone of a purchase that does not succeed. */
export type Undo = 'reservation' | 'payment';

export type StepName = keyof StepActivities;
type InputOf<N extends StepName> = Parameters<StepActivities[N]>[0][number];
export type OutcomeOf<N extends StepName> = Exclude<Awaited<ReturnType<StepActivities[N]>>[number], undefined>;

/** What follows from the outcome of a step, for one purchase. */
export type Next =
  /** The next step, which may need to know what this one has learned. */
  | { readonly kind: 'continue'; readonly with?: Learned }
  | { readonly kind: 'confirmed'; readonly outcome: PurchaseOutcome }
  /** The step took nothing. Where earlier steps have taken something, it is undone. */
  | { readonly kind: 'refuse'; readonly refusal: PurchaseRefusal }
  /** What was done is undone, then the outcome stands. `without`: what the step proved not to be there. */
  | { readonly kind: 'compensate'; readonly outcome: PurchaseOutcome; readonly without?: Undo }
  /** Earlier steps have to be taken again; `rebuild` names the inventory that proved wrong. Rounds are bounded. */
  | {
      readonly kind: 'retry_from';
      readonly step: StepName;
      readonly with: Learned;
      readonly rebuild?: { readonly eventId: string; readonly seen: number };
    }
  /** The outcome is not known in time: a batch continues without this purchase, a lone one waits. */
  | { readonly kind: 'detach'; readonly cause: string }
  /** The buyer has to act: a batch continues without this purchase, a lone one waits. */
  | { readonly kind: 'await_buyer'; readonly untilMs: number }
  /** Another run has the claim. */
  | { readonly kind: 'superseded' }
  /** It has an outcome, or another run has the claim: PostgreSQL says which. */
  | { readonly kind: 'read_outcome' };

type Learned = Partial<Pick<PurchaseContext, 'reservation' | 'authorisationId' | 'action'>>;

/** One step of a purchase. Pure: it runs inside the workflow and inside the fast path's activity. */
export interface Step<N extends StepName> {
  /** Also the name of its activity, which takes a list of inputs and how long to wait, and answers one outcome for each. */
  readonly name: N;
  /** Noted before the step is taken: a step whose outcome is unknown may have had its effect. */
  readonly undo?: Undo;
  isNeeded(purchase: PurchaseContext): boolean;
  input(purchase: PurchaseContext): InputOf<N>;
  next(purchase: PurchaseContext, outcome: OutcomeOf<N>): Next;
  /** What the progress log says of the outcome; the purchase is the subject of the sentence. */
  describe(purchase: PurchaseContext, outcome: OutcomeOf<N>): Markdown | null;
}

const CANCELLED = { kind: 'compensate', outcome: { kind: 'undone', reason: 'cancelled' } } as const;

/** Capacity in Redis. */
const reserve: Step<'reserve'> = {
  name: 'reserve',
  undo: 'reservation',
  isNeeded: ({ reservation }) => reservation === undefined,
  input: reservationOf,
  next(_purchase, reservation) {
    switch (reservation.kind) {
      case 'reserved': {
        const { generation, items } = reservation;
        return { kind: 'continue', with: { reservation: { generation, items } } };
      }
      case 'refused':
        return { kind: 'refuse', refusal: reservation.refusal };
      case 'superseded':
        return { kind: 'read_outcome' };
      default:
        return unknownState('a reservation', reservation);
    }
  },
  describe(_purchase, reservation) {
    if (reservation.kind === 'reserved') {
      return mdText`holds ${formatSerials(reservation.items)}${reservation.fromHold ? ', from its hold' : ''}.`;
    }
    if (reservation.kind !== 'refused') return null;
    const { reason, holdLapsed } = reservation.refusal;
    return mdText`is refused: ${inWords(reason)}${holdLapsed ? ', and its hold had lapsed' : ''}.`;
  },
};

/** The payment provider authorises the amount. */
const authorise: Step<'authorise'> = {
  name: 'authorise',
  undo: 'payment',
  isNeeded: (purchase) => isPaid(purchase) && purchase.authorisationId === undefined,
  input: paymentOf,
  next(_purchase, answer) {
    switch (answer.kind) {
      case 'authorised':
        return { kind: 'continue', with: { authorisationId: answer.authorisationId } };
      case 'requires_action':
        // The tickets are recorded before the buyer acts: they stay the buyer's whatever Redis forgets.
        return { kind: 'continue', with: { authorisationId: answer.authorisationId, action: answer.action } };
      case 'declined':
        return { kind: 'compensate', outcome: { kind: 'declined', reason: answer.reason }, without: 'payment' };
      case 'unknown':
        return { kind: 'detach', cause: answer.cause };
      default:
        return unknownState('an authorisation', answer);
    }
  },
  describe({ claim }, answer) {
    if (answer.kind === 'authorised') return mdText`has ${amount(claim)} authorised (${answer.authorisationId}).`;
    if (answer.kind === 'requires_action') {
      return mdText`needs its buyer to authenticate ${amount(claim)} (${answer.authorisationId}).`;
    }
    return answer.kind === 'declined' ? mdText`is declined: ${inWords(answer.declineCode ?? answer.reason)}.` : null;
  },
};

/** The tickets stand in PostgreSQL, pending. */
const persist: Step<'persist'> = {
  name: 'persist',
  isNeeded: () => true,
  input: ticketsOf,
  next({ order, reservation }, outcome) {
    if (typeof outcome === 'object') {
      const { kind: reason, limit, held } = outcome;
      return { kind: 'compensate', outcome: { kind: 'refused', reason, limit, held } };
    }
    const reserveAgain = { kind: 'retry_from', step: 'reserve', with: { reservation: undefined } } as const;
    switch (outcome) {
      case 'persisted':
        return { kind: 'continue' };
      case 'serial_conflict':
        // PostgreSQL gave the serial to another purchase: what Redis says of this event is wrong.
        return { ...reserveAgain, rebuild: { eventId: order.eventId, seen: reservation?.generation ?? 0 } };
      case 'stale_generation':
        return reserveAgain;
      case 'finished':
        return { kind: 'read_outcome' };
      case 'superseded':
        return { kind: 'superseded' };
      case 'cancel_requested':
      case 'undoing':
        return CANCELLED;
      default:
        return unknownState('a persisted purchase', outcome);
    }
  },
  describe(_purchase, outcome) {
    return mdText`records its tickets: ${inWords(typeof outcome === 'object' ? outcome.kind : outcome)}.`;
  },
};

/** The buyer authenticates the payment. */
const authenticate: Step<'authenticate'> = {
  name: 'authenticate',
  isNeeded: ({ action }) => action !== undefined,
  input: authenticationOf,
  next(_purchase, outcome) {
    switch (outcome.kind) {
      case 'authorised':
        return { kind: 'continue', with: { action: undefined } };
      case 'waiting':
        return { kind: 'await_buyer', untilMs: outcome.untilMs };
      case 'declined':
        return { kind: 'compensate', outcome: { kind: 'declined', reason: outcome.reason }, without: 'payment' };
      case 'timed_out':
        return {
          kind: 'compensate',
          outcome: { kind: 'declined', reason: 'authentication_timed_out' satisfies DeclineReason },
        };
      case 'cancel_requested':
      case 'undoing':
        return CANCELLED;
      case 'finished':
        return { kind: 'read_outcome' };
      case 'superseded':
        return { kind: 'superseded' };
      default:
        return unknownState('an authentication', outcome);
    }
  },
  describe({ claim }, outcome) {
    switch (outcome.kind) {
      case 'authorised':
        return mdText`has ${amount(claim)} authorised: its buyer has authenticated.`;
      case 'declined':
        return mdText`is declined: ${inWords(outcome.declineCode ?? outcome.reason)}.`;
      case 'timed_out':
        return mdText`gives up: its buyer has not authenticated in time.`;
      default:
        return null;
    }
  },
};

/** The payment provider takes the money. */
const capture: Step<'capture'> = {
  name: 'capture',
  isNeeded: isPaid,
  input: authorisedPaymentOf,
  next(_purchase, answer) {
    switch (answer.kind) {
      case 'captured':
        return { kind: 'continue' };
      case 'refused':
        return { kind: 'compensate', outcome: { kind: 'undone', reason: 'capture_refused' } };
      case 'unknown':
        return { kind: 'detach', cause: answer.cause };
      default:
        return unknownState('a capture', answer);
    }
  },
  describe({ claim }, answer) {
    if (answer.kind === 'captured') return mdText`is paid: ${amount(claim)}.`;
    return answer.kind === 'refused' ? mdText`could not be charged: ${answer.reason}.` : null;
  },
};

/** The tickets become valid, and the buyer gets the answer. */
const finalise: Step<'finalise'> = {
  name: 'finalise',
  isNeeded: () => true,
  input: claimedAt,
  next(_purchase, result) {
    switch (result.kind) {
      case 'confirmed':
        return { kind: 'confirmed', outcome: result.outcome };
      case 'cancel_requested':
      case 'undoing':
        return CANCELLED;
      case 'finished':
        return { kind: 'read_outcome' };
      case 'superseded':
        return { kind: 'superseded' };
      default:
        return unknownState('a captured purchase', result);
    }
  },
  describe(_purchase, { kind }) {
    if (kind === 'confirmed') return mdText`is **confirmed**.`;
    return kind === 'superseded' ? mdText`is continued by another workflow.` : null;
  },
};

/**
 * The steps of a purchase, in their order. Two interpreters take them: the fast path (fast-path.ts), once, in one
 * activity; and the workflow (durable-steps.ts), which continues where the fast path stopped and acts on what is not
 * `continue`.
 */
export const STEPS: readonly Step<StepName>[] = [reserve, authorise, persist, authenticate, capture, finalise];

/** The arguments of the step's activity for these purchases. */
export const argumentsOf = <N extends StepName>(
  step: Step<N>,
  purchases: readonly PurchaseContext[],
  wait: StepWait,
): readonly unknown[] => [purchases.map((purchase) => step.input(purchase)), wait];

/** All that a purchase may have to undo. */
export const UNDOS: readonly Undo[] = STEPS.flatMap(({ undo }) => undo ?? []);

export const indexOf = (name: StepName): number => STEPS.findIndex((step) => step.name === name);

const amount = ({ amountMinor, currency }: PurchaseContext['claim']): string => formatMoney(amountMinor, currency);
