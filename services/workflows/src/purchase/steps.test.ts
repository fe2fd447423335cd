import type { PurchaseOutcome } from '@box-office/contract';
import { describe, expect, it } from 'vitest';
import { openContext, type PurchaseContext } from './activity-inputs.js';
import { STEPS, type Next, type OutcomeOf, type StepName } from './steps.js';

/** What tells one outcome of a step from another. */
type KindOf<O> = O extends string ? O : O extends { readonly kind: infer K extends string } ? K : never;
/** Every outcome of every step: the compiler refuses a table that leaves one out. */
type AllOutcomes = {
  readonly [N in StepName]: {
    readonly [K in KindOf<OutcomeOf<N>>]: readonly [OutcomeOf<N>, Next];
  };
};

const order = {
  purchaseId: 'p',
  fingerprint: 'f',
  userId: 'ann',
  eventId: '1',
  requestId: 'r',
  paymentMethod: 'pm_approve',
  items: [{ ticketType: 'standard', quantity: 1 }],
};
const claim = {
  ...({ kind: 'mine', purchaseId: 'p', transactionId: 't', epoch: 1, status: 'claimed', undoOutcome: null } as const),
  amountMinor: 2_500,
  currency: 'EUR',
  paymentMethod: 'pm_approve',
  paymentAttempt: 1,
  generation: 1,
  version: 1,
  usesHold: false,
  resumed: false,
};
const reservation = { generation: 7, items: [{ ticketType: 'standard', serials: [1] }] };
const purchase: PurchaseContext = { ...openContext(order, claim), reservation, authorisationId: 'a' };

const action = { kind: 'redirect_to_url', url: 'https://bank.example' } as const;
const confirmed = { kind: 'confirmed', tickets: [] } as unknown as PurchaseOutcome;
const cancelled: Next = { kind: 'compensate', outcome: { kind: 'undone', reason: 'cancelled' } };
const soldOut = { reason: 'sold_out', ticketType: 'standard' } as const;

const TABLE: AllOutcomes = {
  reserve: {
    reserved: [
      { kind: 'reserved', ...reservation },
      { kind: 'continue', with: { reservation } },
    ],
    refused: [
      { kind: 'refused', refusal: soldOut },
      { kind: 'refuse', refusal: soldOut },
    ],
    superseded: [{ kind: 'superseded' }, { kind: 'read_outcome' }],
  },
  authorise: {
    authorised: [
      { kind: 'authorised', authorisationId: 'a' },
      { kind: 'continue', with: { authorisationId: 'a' } },
    ],
    requires_action: [
      { kind: 'requires_action', authorisationId: 'a', action },
      { kind: 'continue', with: { authorisationId: 'a', action } },
    ],
    declined: [
      { kind: 'declined', reason: 'insufficient_funds' },
      { kind: 'compensate', outcome: { kind: 'declined', reason: 'insufficient_funds' }, without: 'payment' },
    ],
    unknown: [
      { kind: 'unknown', cause: 'slow' },
      { kind: 'detach', cause: 'slow' },
    ],
  },
  persist: {
    persisted: ['persisted', { kind: 'continue' }],
    stale_generation: ['stale_generation', { kind: 'retry_from', step: 'reserve', with: { reservation: undefined } }],
    serial_conflict: [
      'serial_conflict',
      { kind: 'retry_from', step: 'reserve', with: { reservation: undefined }, rebuild: { eventId: '1', seen: 7 } },
    ],
    over_buyer_limit: [
      { kind: 'over_buyer_limit', limit: 4, held: 4 },
      { kind: 'compensate', outcome: { kind: 'refused', reason: 'over_buyer_limit', limit: 4, held: 4 } },
    ],
    cancel_requested: ['cancel_requested', cancelled],
    undoing: ['undoing', cancelled],
    superseded: ['superseded', { kind: 'superseded' }],
    finished: ['finished', { kind: 'read_outcome' }],
  },
  authenticate: {
    authorised: [{ kind: 'authorised' }, { kind: 'continue', with: { action: undefined } }],
    waiting: [
      { kind: 'waiting', untilMs: 5 },
      { kind: 'await_buyer', untilMs: 5 },
    ],
    declined: [
      { kind: 'declined', reason: 'insufficient_funds' },
      { kind: 'compensate', outcome: { kind: 'declined', reason: 'insufficient_funds' }, without: 'payment' },
    ],
    timed_out: [
      { kind: 'timed_out' },
      { kind: 'compensate', outcome: { kind: 'declined', reason: 'authentication_timed_out' } },
    ],
    cancel_requested: [{ kind: 'cancel_requested' }, cancelled],
    undoing: [{ kind: 'undoing' }, cancelled],
    superseded: [{ kind: 'superseded' }, { kind: 'superseded' }],
    finished: [{ kind: 'finished' }, { kind: 'read_outcome' }],
  },
  capture: {
    captured: [{ kind: 'captured' }, { kind: 'continue' }],
    refused: [
      { kind: 'refused', reason: 'expired' },
      { kind: 'compensate', outcome: { kind: 'undone', reason: 'capture_refused' } },
    ],
    unknown: [
      { kind: 'unknown', cause: 'slow' },
      { kind: 'detach', cause: 'slow' },
    ],
  },
  finalise: {
    confirmed: [
      { kind: 'confirmed', purchaseId: 'p', fingerprint: 'f', outcome: confirmed },
      { kind: 'confirmed', outcome: confirmed },
    ],
    cancel_requested: [{ kind: 'cancel_requested', purchaseId: 'p' }, cancelled],
    undoing: [{ kind: 'undoing', purchaseId: 'p' }, cancelled],
    superseded: [{ kind: 'superseded', purchaseId: 'p' }, { kind: 'superseded' }],
    finished: [{ kind: 'finished', purchaseId: 'p' }, { kind: 'read_outcome' }],
  },
};

const rows = STEPS.flatMap((step) =>
  Object.entries<readonly [OutcomeOf<StepName>, Next]>(TABLE[step.name]).map(([kind, [outcome, next]]) => ({
    step,
    name: step.name,
    kind,
    outcome,
    next,
  })),
);

describe('the step table', () => {
  it('has each step of the type once', () => {
    expect(STEPS.map(({ name }) => name).sort()).toEqual(Object.keys(TABLE).sort());
  });

  it.each(rows)('$name: what follows from $kind', ({ step, outcome, next }) => {
    expect(step.next(purchase, outcome)).toEqual(next);
  });

  it.each(STEPS)('$name fails loudly at an outcome that is not in the table', (step) => {
    const unknown = (step.name === 'persist' ? 'new' : { kind: 'new' }) as unknown as OutcomeOf<StepName>;
    expect(() => step.next(purchase, unknown)).toThrow('new');
  });

  it('takes nothing before the capacity is held, and captures nothing before the tickets stand', () => {
    expect(STEPS.map(({ name, undo }) => [name, undo])).toEqual([
      ['reserve', 'reservation'],
      ['authorise', 'payment'],
      ['persist', undefined],
      ['authenticate', undefined],
      ['capture', undefined],
      ['finalise', undefined],
    ]);
  });

  it.each([
    [
      'paid, nothing done yet',
      { reservation: undefined, authorisationId: undefined },
      ['reserve', 'authorise', 'persist', 'capture', 'finalise'],
    ],
    ['to be authenticated by its buyer', { action }, ['persist', 'authenticate', 'capture', 'finalise']],
    ['paid, to be reserved again', { reservation: undefined }, ['reserve', 'persist', 'capture', 'finalise']],
    ['free', { claim: { ...claim, amountMinor: 0 }, reservation: undefined }, ['reserve', 'persist', 'finalise']],
  ])('needs of a purchase that is %s no step too many', (_, changes, needed) => {
    const context = { ...purchase, ...changes };
    expect(STEPS.filter((step) => step.isNeeded(context)).map(({ name }) => name)).toEqual(needed);
  });
});
