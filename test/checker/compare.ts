import type { Call } from './calls.js';
import type { CorruptedKey } from './corrupted-keys.js';
import { checkCapacity } from './invariants/capacity.js';
import { checkLines } from './invariants/lines.js';
import { checkFindings } from './invariants/reconciliation-findings.js';
import { checkMoney } from './invariants/money.js';
import { checkReceipts } from './invariants/receipts.js';
import { checkOutcomes } from './invariants/outcomes.js';
import { checkPromises } from './invariants/promises.js';
import { checkRemaining } from './invariants/remaining.js';
import { checkSerials } from './invariants/serials.js';
import type { Stores } from './reading/stores.js';
import type { Violation } from './violation.js';

export interface Comparison {
  readonly violations: readonly Violation[];
  /** Facts that violate no invariant and are worth reporting. */
  readonly notes: readonly string[];
}

/** Faults that were injected and explain certain differences. */
export interface ToleratedLosses {
  /** Redis was wiped, restored or killed: refusals that only Redis had stored may be lost (invariants 4 and 7). */
  readonly redisLostData: boolean;
  /** Workflows were terminated: reconciliation finishes or undoes what they had started. */
  readonly workflowsTerminated: boolean;
  /** Keys in Redis that were overwritten: reconciliation finds what they lack, and repairs it. */
  readonly corruptedKeys: readonly CorruptedKey[];
}

/** Proves every invariant for the stores as they were read. Pure: the same reading gives the same comparison. */
export function compareStores(stores: Stores, calls: readonly Call[], losses: ToleratedLosses): Comparison {
  const outcomes = checkOutcomes(stores, calls, losses);
  const promises = checkPromises(stores, calls, losses);
  const findings = checkFindings(stores, losses);
  return {
    violations: [
      ...checkCapacity(stores),
      ...checkSerials(stores),
      ...checkMoney(stores),
      ...checkReceipts(stores),
      ...outcomes.violations,
      ...checkLines(stores),
      ...checkRemaining(stores),
      ...promises.violations,
      ...findings.violations,
    ],
    notes: [...outcomes.notes, ...promises.notes, ...findings.notes],
  };
}
