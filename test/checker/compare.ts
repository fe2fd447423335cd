import type { Call } from './calls.js';
import { checkCapacity } from './invariants/capacity.js';
import { checkLines } from './invariants/lines.js';
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

/** Proves every invariant on what was read. Pure: the same reading gives the same comparison. */
export function compareStores(
  stores: Stores,
  calls: readonly Call[],
  o: { readonly redisForgot: boolean },
): Comparison {
  const outcomes = checkOutcomes(stores, calls, o);
  const promises = checkPromises(stores, calls);
  return {
    violations: [
      ...checkCapacity(stores),
      ...checkSerials(stores),
      ...checkMoney(stores),
      ...outcomes.violations,
      ...checkLines(stores),
      ...checkRemaining(stores),
      ...promises.violations,
    ],
    notes: [...outcomes.notes, ...promises.notes, ...whatReconciliationDid(stores)],
  };
}

/** A difference that reconciliation repaired was one, and what brought it about is worth knowing. */
function whatReconciliationDid({ findings }: Stores): string[] {
  return findings.map(
    ({ kind, status, count }) => `reconciliation found ${kind.replaceAll('_', ' ')}: ${count} ${status}`,
  );
}
