import { isDeepStrictEqual } from 'node:util';
import type { PurchaseOutcome, PurchaseStatus } from '@box-office/contract';

/** What the row of a purchase says, and its tickets: `none` until they are persisted. */
export interface RowState {
  readonly status: PurchaseStatus;
  readonly epoch: number;
  readonly outcome: PurchaseOutcome | null;
  readonly undoOutcome: PurchaseOutcome | null;
  readonly attempt: number;
  readonly tickets: 'none' | 'pending' | 'valid' | 'void';
}

/** The outcomes with which undoing may end. */
type UndoOutcome = Exclude<PurchaseOutcome, { kind: 'confirmed' }>;

/**
 * A model of the row of one purchase, without a database. Each method does one operation of a run and returns the kind
 * of its result: `fails` if the row is in a state in which the operation is not possible.
 */
export class RowModel {
  #row: { -readonly [K in keyof RowState]: RowState[K] } | null = null;
  #owner = '';
  #stopRequested = false;
  readonly #past = new Set<string>();

  /** @param confirmed the outcome of a confirmed purchase */
  constructor(private readonly confirmed: PurchaseOutcome) {}

  state(): RowState | null {
    return this.#row;
  }

  epoch(): number {
    return this.#row?.epoch ?? 1;
  }

  claim(runId: string): 'mine' | 'elsewhere' | 'finished' {
    if (this.#row === null) {
      this.#row = { status: 'claimed', epoch: 1, outcome: null, undoOutcome: null, attempt: 1, tickets: 'none' };
      this.#owner = runId;
    } else if (this.#row.outcome === null && runId !== this.#owner && !this.#past.has(runId)) {
      this.#past.add(this.#owner);
      this.#owner = runId;
      this.#row.epoch += 1;
    }
    if (this.#row.outcome !== null) return 'finished';
    return runId === this.#owner ? 'mine' : 'elsewhere';
  }

  requestStop(): void {
    if (this.#row !== null && this.#row.outcome === null) this.#stopRequested = true;
  }

  persist(epoch: number) {
    if (this.#row === null) return 'fails';
    if (this.#row.epoch !== epoch) return 'superseded';
    if (this.#row.status === 'undoing' || this.#row.status === 'persisted') return this.#row.status;
    if (this.#row.status !== 'claimed') return 'finished';
    if (this.#stopRequested) return 'cancel_requested';
    this.#row.status = 'persisted';
    this.#row.tickets = 'pending';
    return 'persisted';
  }

  finalise(epoch: number) {
    if (this.#row === null) return 'fails';
    if (this.#row.epoch !== epoch) return 'superseded';
    if (this.#row.status === 'persisted' && !this.#stopRequested) {
      Object.assign(this.#row, { status: 'confirmed', outcome: this.confirmed, tickets: 'valid' });
    }
    if (this.#row.status === 'confirmed' || this.#row.status === 'undoing') return this.#row.status;
    if (this.#row.outcome !== null) return 'finished';
    return this.#row.status === 'persisted' ? 'cancel_requested' : 'fails';
  }

  beginUndoing(epoch: number, outcome: UndoOutcome) {
    if (this.#row === null) return 'fails';
    if (this.#row.epoch === epoch && (this.#row.status === 'claimed' || this.#row.status === 'persisted')) {
      Object.assign(this.#row, { status: 'undoing', undoOutcome: outcome });
    }
    if (this.#row.outcome !== null) return 'finished';
    return this.#row.epoch === epoch ? 'undoing' : 'superseded';
  }

  voidTickets(epoch: number): void {
    if (this.#row?.epoch === epoch && this.#row.status === 'undoing' && this.#row.tickets === 'pending')
      this.#row.tickets = 'void';
  }

  concludeUndoing(epoch: number): PurchaseOutcome | null {
    if (this.#row?.epoch === epoch && this.#row.status === 'undoing' && this.#row.undoOutcome !== null) {
      const { kind } = this.#row.undoOutcome;
      Object.assign(this.#row, { status: kind === 'confirmed' ? 'undone' : kind, outcome: this.#row.undoOutcome });
    }
    return this.#row?.outcome ?? null;
  }

  refuse(epoch: number, outcome: PurchaseOutcome) {
    if (this.#row === null) return 'fails';
    if (this.#row.epoch === epoch && this.#row.status === 'claimed')
      Object.assign(this.#row, { status: 'refused', outcome });
    if (this.#row.outcome !== null) return isDeepStrictEqual(this.#row.outcome, outcome) ? 'refused' : 'finished';
    if (this.#row.epoch !== epoch) return 'superseded';
    return this.#row.status === 'undoing' ? this.#row.status : 'fails';
  }

  correctPayment(epoch: number, attempt: number) {
    if (this.#row === null) return 'fails';
    if (this.#row.epoch !== epoch) return 'superseded';
    if (this.#row.outcome !== null) return 'finished';
    if (this.#row.status === 'undoing') return this.#row.status;
    if (this.#row.status === 'claimed' && this.#row.attempt === attempt) this.#row.attempt += 1;
    return this.#row.status === 'claimed' && this.#row.attempt === attempt + 1 ? 'corrected' : 'fails';
  }
}
