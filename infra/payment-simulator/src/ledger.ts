import { randomUUID } from 'node:crypto';
import type {
  AuthorisationState,
  AuthoriseResult,
  CaptureResult,
  LookUpResult,
  RefundResult,
  ReverseResult,
  VoidResult,
} from '@box-office/payments';
import type { AuthoriseRequest, ErrorCode } from '@box-office/payments/wire';
import { behaviourOf } from './behaviour.js';
import type { LedgerEntry } from './entries.js';

/** What became of a call: its answer, and whether the call itself had the effect; or a request that is wrong. */
export type Outcome<T> = { readonly answer: T; readonly isNew: boolean } | { readonly error: ErrorCode };

interface Refund {
  readonly refundId: string;
  readonly key: string;
  readonly amountMinor: number;
}

export interface Authorisation {
  readonly key: string;
  /** Absent when it was declined at once. */
  readonly authorisationId?: string;
  readonly purchaseId: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly method: string;
  readonly at: number;
  outcome: 'authorised' | 'captured' | 'voided' | 'declined';
  /** Of a decline. */
  reason?: string;
  readonly refunds: Refund[];
}

/**
 * The provider's statement, in memory: entries go in, and answers come out. Every command decides and applies at once,
 * with no await between, so that two calls can never interleave; `record` gets each new entry to make it durable.
 *
 * Only effects (and declines) are remembered by key. A refusal is decided again each time, from the state at that time.
 */
export class Ledger {
  readonly #byKey = new Map<string, Authorisation>();
  readonly #byId = new Map<string, Authorisation>();
  /** Keys of captures, voids and refunds that took effect, with what they asked for. */
  readonly #operations = new Map<string, string>();
  /** Authorisations of each purchase, purchases in the order in which they first appeared. */
  readonly #byPurchase = new Map<string, Authorisation[]>();
  /** The position of each purchase's last entry, in the order of those: who moves goes to the end. */
  readonly #moved = new Map<string, number>();
  #position = 0;
  readonly #record: (entry: LedgerEntry) => void;

  constructor(record: (entry: LedgerEntry) => void) {
    this.#record = record;
  }

  authorise(key: string, request: AuthoriseRequest): Outcome<AuthoriseResult> {
    const known = this.#byKey.get(key);
    if (known)
      return isSame(known, request) ? { answer: authoriseAnswer(known), isNew: false } : { error: 'key_reused' };
    if (this.#operations.has(key)) return { error: 'key_reused' };
    const { decline } = behaviourOf(request.method);
    const at = Date.now();
    const authorisation =
      decline === undefined
        ? this.#do({ type: 'authorised', at, key, authorisationId: `auth_${randomUUID()}`, ...request })
        : this.#do({ type: 'declined', at, key, reason: decline, ...request });
    return { answer: authoriseAnswer(authorisation), isNew: true };
  }

  /** Voids what was authorised with this key; an authorisation that has not arrived yet is declined when it does. */
  reverse(key: string, request: AuthoriseRequest): Outcome<ReverseResult> {
    const known = this.#byKey.get(key);
    if (known ? !isSame(known, request) : this.#operations.has(key)) return { error: 'key_reused' };
    const at = Date.now();
    if (!known) {
      this.#do({ type: 'declined', at, key, reason: 'reversed', ...request });
      return { answer: { kind: 'reversed' }, isNew: true };
    }
    const { authorisationId } = known;
    const state = stateOf(known);
    if (authorisationId !== undefined && (state === 'captured' || state === 'refunded')) {
      return { answer: { kind: 'already_captured', authorisationId }, isNew: false };
    }
    if (authorisationId === undefined || state !== 'authorised') return { answer: { kind: 'reversed' }, isNew: false };
    this.#do({ type: 'voided', at, key: reversalKey(key), authorisationId });
    return { answer: { kind: 'reversed' }, isNew: true };
  }

  capture(key: string, authorisationId: string): Outcome<CaptureResult> {
    const authorisation = this.#byId.get(authorisationId);
    if (!authorisation) return { error: 'no_such_authorisation' };
    if (this.#isReused(key, `capture ${authorisationId}`)) return { error: 'key_reused' };
    const state = stateOf(authorisation);
    if (state === 'captured' || state === 'refunded') return { answer: { kind: 'captured' }, isNew: false };
    if (state !== 'authorised') return { answer: { kind: 'refused', reason: state }, isNew: false };
    if (behaviourOf(authorisation.method).captureRefused) {
      this.#do({ type: 'capture_refused', at: Date.now(), key, authorisationId });
      return { answer: { kind: 'refused', reason: 'declined' }, isNew: true };
    }
    this.#do({ type: 'captured', at: Date.now(), key, authorisationId });
    return { answer: { kind: 'captured' }, isNew: true };
  }

  void(key: string, authorisationId: string): Outcome<VoidResult> {
    const authorisation = this.#byId.get(authorisationId);
    if (!authorisation) return { error: 'no_such_authorisation' };
    if (this.#isReused(key, `void ${authorisationId}`)) return { error: 'key_reused' };
    const state = stateOf(authorisation);
    if (state === 'captured' || state === 'refunded') return { answer: { kind: 'already_captured' }, isNew: false };
    if (state !== 'authorised') return { answer: { kind: 'voided' }, isNew: false };
    this.#do({ type: 'voided', at: Date.now(), key, authorisationId });
    return { answer: { kind: 'voided' }, isNew: true };
  }

  refund(key: string, authorisationId: string, amountMinor: number): Outcome<RefundResult> {
    const authorisation = this.#byId.get(authorisationId);
    if (!authorisation) return { error: 'no_such_authorisation' };
    if (this.#isReused(key, `refund ${authorisationId} ${amountMinor}`)) return { error: 'key_reused' };
    const known = authorisation.refunds.find((refund) => refund.key === key);
    if (known) return { answer: { kind: 'refunded', refundId: known.refundId }, isNew: false };
    if (authorisation.outcome !== 'captured') {
      return { answer: { kind: 'refused', reason: 'not_captured' }, isNew: false };
    }
    if (refundedMinorOf(authorisation) + amountMinor > authorisation.amountMinor) {
      return { answer: { kind: 'refused', reason: 'over_captured' }, isNew: false };
    }
    const refundId = `refund_${randomUUID()}`;
    this.#do({ type: 'refunded', at: Date.now(), key, authorisationId, refundId, amountMinor });
    return { answer: { kind: 'refunded', refundId }, isNew: true };
  }

  lookUp(authoriseKey: string): LookUpResult {
    const authorisation = this.#byKey.get(authoriseKey);
    if (!authorisation) return { kind: 'not_found' };
    const { authorisationId, amountMinor, reason } = authorisation;
    return {
      kind: 'found',
      state: stateOf(authorisation),
      ...(authorisationId === undefined ? {} : { authorisationId }),
      amountMinor,
      capturedMinor: capturedMinorOf(authorisation),
      refundedMinor: refundedMinorOf(authorisation),
      ...(reason === undefined ? {} : { reason }),
    };
  }

  /** The payment method of an authorisation, which decides how later calls about it behave. */
  methodOf(authorisationId: string): string | undefined {
    return this.#byId.get(authorisationId)?.method;
  }

  hasKey(key: string): boolean {
    return this.#byKey.has(key) || this.#operations.has(key);
  }

  purchases(): ReadonlyMap<string, readonly Authorisation[]> {
    return this.#byPurchase;
  }

  /** Positions of the last entries by purchase id, ascending. */
  moved(): ReadonlyMap<string, number> {
    return this.#moved;
  }

  /** How many entries there are. */
  position(): number {
    return this.#position;
  }

  #do(entry: LedgerEntry): Authorisation {
    const authorisation = this.apply(entry);
    this.#record(entry);
    return authorisation;
  }

  #isReused(key: string, asked: string): boolean {
    return this.#byKey.has(key) || (this.#operations.get(key) ?? asked) !== asked;
  }

  /** Enters what happened, now or (at the start) in the past. @throws Error if it cannot have happened. */
  apply(entry: LedgerEntry): Authorisation {
    const authorisation =
      entry.type === 'authorised' || entry.type === 'declined' ? this.#enter(entry) : this.#change(entry);
    this.#moved.delete(authorisation.purchaseId);
    this.#moved.set(authorisation.purchaseId, ++this.#position);
    return authorisation;
  }

  #change(entry: Exclude<LedgerEntry, { type: 'authorised' | 'declined' }>): Authorisation {
    const authorisation = this.#byId.get(entry.authorisationId);
    if (!authorisation) throw new Error(`no authorisation ${entry.authorisationId}`);
    switch (entry.type) {
      case 'captured':
        authorisation.outcome = 'captured';
        this.#operations.set(entry.key, `capture ${entry.authorisationId}`);
        break;
      case 'capture_refused':
        authorisation.outcome = 'declined';
        authorisation.reason = 'capture_refused';
        this.#operations.set(entry.key, `capture ${entry.authorisationId}`);
        break;
      case 'voided':
        authorisation.outcome = 'voided';
        this.#operations.set(entry.key, `void ${entry.authorisationId}`);
        break;
      case 'refunded':
        authorisation.refunds.push({ refundId: entry.refundId, key: entry.key, amountMinor: entry.amountMinor });
        this.#operations.set(entry.key, `refund ${entry.authorisationId} ${entry.amountMinor}`);
        break;
    }
    return authorisation;
  }

  #enter(entry: LedgerEntry & { type: 'authorised' | 'declined' }): Authorisation {
    const { key, purchaseId, amountMinor, currency, method, at } = entry;
    const details = { key, purchaseId, amountMinor, currency, method, at, refunds: [] };
    const authorisation: Authorisation =
      entry.type === 'authorised'
        ? { ...details, outcome: 'authorised', authorisationId: entry.authorisationId }
        : { ...details, outcome: 'declined', reason: entry.reason };
    this.#byKey.set(key, authorisation);
    if (authorisation.authorisationId !== undefined) this.#byId.set(authorisation.authorisationId, authorisation);
    const ofPurchase = this.#byPurchase.get(purchaseId);
    if (ofPurchase) ofPurchase.push(authorisation);
    else this.#byPurchase.set(purchaseId, [authorisation]);
    return authorisation;
  }
}

/** Under this key the reversal of an authorisation is on record: its own key is the authorisation's. */
export const reversalKey = (authoriseKey: string): string => `${authoriseKey}:reversal`;

function authoriseAnswer(authorisation: Authorisation): AuthoriseResult {
  // An authorisation that was granted stays granted for its key, even if the capture was then refused.
  return authorisation.authorisationId === undefined
    ? { kind: 'declined', reason: authorisation.reason ?? '' }
    : { kind: 'authorised', authorisationId: authorisation.authorisationId };
}

function isSame(known: Authorisation, request: AuthoriseRequest): boolean {
  return (
    known.amountMinor === request.amountMinor &&
    known.currency === request.currency &&
    known.method === request.method &&
    known.purchaseId === request.purchaseId
  );
}

export function stateOf(authorisation: Authorisation): AuthorisationState {
  switch (authorisation.outcome) {
    case 'captured': {
      const refunded = authorisation.refunds.length > 0 && refundedMinorOf(authorisation) === authorisation.amountMinor;
      return refunded ? 'refunded' : 'captured';
    }
    case 'authorised':
      return Date.now() < authorisation.at + behaviourOf(authorisation.method).validMs ? 'authorised' : 'expired';
    default:
      return authorisation.outcome;
  }
}

export function capturedMinorOf(authorisation: Authorisation): number {
  return authorisation.outcome === 'captured' ? authorisation.amountMinor : 0;
}

export function refundedMinorOf(authorisation: Authorisation): number {
  return authorisation.refunds.reduce((sum, refund) => sum + refund.amountMinor, 0);
}
