import type { Finding, Stores } from '../reading/stores.js';
import type { Violation } from '../violation.js';

/** Which invariant reconciliation found not to hold. A read model that is out of date violates none. */
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

/** An inventory that Redis lost is used by nobody until it is built anew, by whoever comes first. */
const UNUSED_INVENTORY = 'inventory';
/** How reconciliation says that a workflow ended before its work did. */
const WORKFLOW_ENDED = /did not come to its end|is over:/;
const ID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

/**
 * What reconciliation had to mend was wrong, although it is not any more. It is there for what nobody else can finish,
 * which is what a workflow left behind that was terminated; where it had to do more than that, it hides a defect.
 */
export function checkMended(
  { findings }: Stores,
  o: { readonly workflowsLost: boolean },
): { readonly violations: Violation[]; readonly notes: string[] } {
  const left = o.workflowsLost ? leftBehind(findings) : new Set<string>();
  const violations = findings.filter((finding) => !idsOf(finding).some((id) => left.has(id))).flatMap(violationOf);
  const counts = new Map<string, number>();
  for (const { kind, status } of findings) {
    const what = `${kind.replaceAll('_', ' ')}, ${status.replaceAll('_', ' ')}`;
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  return { violations, notes: [...counts].map(([what, count]) => `reconciliation found ${what}: ${count}`) };
}

/** The purchases and holds of which a finding says that their workflow ended before its work did. */
const leftBehind = (findings: readonly Finding[]): ReadonlySet<string> =>
  new Set(findings.filter(({ cause }) => WORKFLOW_ENDED.test(cause)).flatMap(idsOf));

function idsOf({ purchaseId, subject }: Finding): string[] {
  const [named] = ID.exec(subject) ?? [];
  return [...(purchaseId === null ? [] : [purchaseId]), ...(named === undefined ? [] : [named])];
}

function violationOf({ kind, subject, status, eventId, purchaseId, expected, found, cause }: Finding): Violation[] {
  const invariant = INVARIANT_OF[kind];
  // What was gone at the second look was on its way.
  if (invariant === undefined || status === 'gone' || subject === UNUSED_INVENTORY) return [];
  const where = { ...(eventId === null ? {} : { eventId }), ...(purchaseId === null ? {} : { purchaseId }) };
  const text = `reconciliation found this and it is ${status}: ${cause}`;
  return [{ invariant, fault: `mended_${kind}`, ...where, expected, found, text }];
}
