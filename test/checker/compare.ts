import type { Call } from './calls.js';
import { checkCapacity } from './invariants/capacity.js';
import { checkLines } from './invariants/lines.js';
import { checkMended } from './invariants/mended.js';
import { checkMoney } from './invariants/money.js';
import { checkOutcomes } from './invariants/outcomes.js';
import { checkPromises } from './invariants/promises.js';
import { checkRemaining } from './invariants/remaining.js';
import { checkSerials } from './invariants/serials.js';
import type { Stores } from './reading/stores.js';
import type { Violation } from './violation.js';

export interface Comparison {
  readonly violations: readonly Violation[];
  /** What breaks no invariant and is worth knowing. */
  readonly notes: readonly string[];
}

/** What happened before, as far as it excuses what is found. */
export interface Excuses {
  /** Redis was wiped, restored or killed: it may have forgotten refusals that it alone had (invariants 4 and 7). */
  readonly redisForgot: boolean;
  /** Workflows were terminated: it is for reconciliation to finish or undo what they had begun. */
  readonly workflowsLost: boolean;
}

/** Proves every invariant on what was read. Pure: the same reading gives the same comparison. */
export function compareStores(stores: Stores, calls: readonly Call[], excuses: Excuses): Comparison {
  const outcomes = checkOutcomes(stores, calls, excuses);
  const promises = checkPromises(stores, calls, excuses);
  const mended = checkMended(stores, excuses);
  return {
    violations: [
      ...checkCapacity(stores),
      ...checkSerials(stores),
      ...checkMoney(stores),
      ...outcomes.violations,
      ...checkLines(stores),
      ...checkRemaining(stores),
      ...promises.violations,
      ...mended.violations,
    ],
    notes: [...outcomes.notes, ...promises.notes, ...mended.notes],
  };
}
