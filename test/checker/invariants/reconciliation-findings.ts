import { followsFromCorruption, type CorruptedKey } from '../corrupted-keys.js';
import type { Finding, Stores } from '../reading/stores.js';
import type { Violation } from '../violation.js';

/** The invariant that a kind of finding violates. A stale read model violates none. */
const INVARIANT_OF: Readonly<Record<string, Violation['invariant']>> = {
  missing_message: 5,
  duplicate: 5,
  lost_hold: 1,
  orphaned_hold: 1,
  serial_mismatch: 1,
  charge_without_ticket: 3,
  ticket_without_charge: 3,
  capacity_wrong: 6,
  abandoned: 7,
};

/** An inventory that Redis lost is not used until it is rebuilt, so it violates nothing. */
const LOST_INVENTORY = 'inventory';
/**
 * How the audit consumer reports a workflow that ended before its work was done; see `recovering/recover-abandoned.ts` there.
 */
const WORKFLOW_ENDED = /did not complete:|is closed:/;
const ID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

/**
 * A finding of reconciliation was a violation, even if it is repaired by now. Expected are only what a terminated
 * workflow left unfinished and what follows from a key that a fault has overwritten; any other finding hides a defect.
 */
export function checkFindings(
  stores: Pick<Stores, 'events' | 'findings'>,
  o: { readonly workflowsTerminated: boolean; readonly corruptedKeys: readonly CorruptedKey[] },
): { readonly violations: Violation[]; readonly notes: string[] } {
  const { findings } = stores;
  const abandoned = o.workflowsTerminated ? abandonedIds(findings) : new Set<string>();
  const violations = findings
    .filter((finding) => !idsOf(finding).some((id) => abandoned.has(id)))
    .filter((finding) => !followsFromCorruption(finding, stores, o.corruptedKeys))
    .flatMap(violationOf);
  const counts = new Map<string, number>();
  for (const { kind, status } of findings) {
    const what = `${kind.replaceAll('_', ' ')}, ${status.replaceAll('_', ' ')}`;
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  return { violations, notes: [...counts].map(([what, count]) => `reconciliation found ${what}: ${count}`) };
}

/** The purchases and holds whose workflow ended before its work was done, according to a finding. */
const abandonedIds = (findings: readonly Finding[]): ReadonlySet<string> =>
  new Set(findings.filter(({ cause }) => WORKFLOW_ENDED.test(cause)).flatMap(idsOf));

function idsOf({ purchaseId, subject }: Finding): string[] {
  const [named] = ID.exec(subject) ?? [];
  return [...(purchaseId === null ? [] : [purchaseId]), ...(named === undefined ? [] : [named])];
}

function violationOf({ kind, subject, status, eventId, purchaseId, expected, found, cause }: Finding): Violation[] {
  const invariant = INVARIANT_OF[kind];
  // A difference that the second check did not find was work in progress.
  if (invariant === undefined || status === 'gone' || subject === LOST_INVENTORY) return [];
  const where = { ...(eventId === null ? {} : { eventId }), ...(purchaseId === null ? {} : { purchaseId }) };
  const text = `reconciliation found this difference, now ${status}: ${cause}`;
  return [{ invariant, fault: `finding_${kind}`, ...where, expected, found, text }];
}
