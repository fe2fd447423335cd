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
 * The life of one purchase's row as one would write it with no thought of a database. Each function does one operation
 * of a run and answers the kind of its result: `fails` where the operation is none of the state that the row is in.
 *
 * @param confirmed the outcome that it has once it is sold
 */
export function createRowModel(confirmed: PurchaseOutcome) {
  let row: { -readonly [K in keyof RowState]: RowState[K] } | null = null;
  let owner = '';
  let stopAsked = false;
  const past = new Set<string>();

  return {
    state: (): RowState | null => row,
    epoch: (): number => row?.epoch ?? 1,

    claim(runId: string): 'mine' | 'elsewhere' | 'finished' {
      if (row === null) {
        row = { status: 'claimed', epoch: 1, outcome: null, undoOutcome: null, attempt: 1, tickets: 'none' };
        owner = runId;
      } else if (row.outcome === null && runId !== owner && !past.has(runId)) {
        past.add(owner);
        owner = runId;
        row.epoch += 1;
      }
      if (row.outcome !== null) return 'finished';
      return runId === owner ? 'mine' : 'elsewhere';
    },

    askToStop(): void {
      if (row !== null && row.outcome === null) stopAsked = true;
    },

    persist(epoch: number) {
      if (row === null) return 'fails';
      if (row.epoch !== epoch) return 'superseded';
      if (row.status === 'undoing' || row.status === 'persisted') return row.status;
      if (row.status !== 'claimed') return 'finished';
      if (stopAsked) return 'cancel_requested';
      row.status = 'persisted';
      row.tickets = 'pending';
      return 'persisted';
    },

    finalise(epoch: number) {
      if (row === null) return 'fails';
      if (row.epoch !== epoch) return 'superseded';
      if (row.status === 'persisted' && !stopAsked) {
        Object.assign(row, { status: 'confirmed', outcome: confirmed, tickets: 'valid' });
      }
      if (row.status === 'confirmed' || row.status === 'undoing') return row.status;
      if (row.outcome !== null) return 'finished';
      return row.status === 'persisted' ? 'cancel_requested' : 'fails';
    },

    beginUndoing(epoch: number, outcome: UndoOutcome) {
      if (row === null) return 'fails';
      if (row.epoch === epoch && (row.status === 'claimed' || row.status === 'persisted')) {
        Object.assign(row, { status: 'undoing', undoOutcome: outcome });
      }
      if (row.outcome !== null) return 'finished';
      return row.epoch === epoch ? 'undoing' : 'superseded';
    },

    voidTickets(epoch: number): void {
      if (row?.epoch === epoch && row.status === 'undoing' && row.tickets === 'pending') row.tickets = 'void';
    },

    concludeUndoing(epoch: number): PurchaseOutcome | null {
      if (row?.epoch === epoch && row.status === 'undoing' && row.undoOutcome !== null) {
        const { kind } = row.undoOutcome;
        Object.assign(row, { status: kind === 'confirmed' ? 'undone' : kind, outcome: row.undoOutcome });
      }
      return row?.outcome ?? null;
    },

    refuse(epoch: number, outcome: PurchaseOutcome) {
      if (row === null) return 'fails';
      if (row.epoch === epoch && row.status === 'claimed') Object.assign(row, { status: 'refused', outcome });
      if (row.outcome !== null) return isDeepStrictEqual(row.outcome, outcome) ? 'refused' : 'finished';
      if (row.epoch !== epoch) return 'superseded';
      return row.status === 'undoing' ? row.status : 'fails';
    },

    correctPayment(epoch: number, attempt: number) {
      if (row === null) return 'fails';
      if (row.epoch !== epoch) return 'superseded';
      if (row.outcome !== null) return 'finished';
      if (row.status === 'undoing') return row.status;
      if (row.status === 'claimed' && row.attempt === attempt) row.attempt += 1;
      return row.status === 'claimed' && row.attempt === attempt + 1 ? 'corrected' : 'fails';
    },
  };
}
