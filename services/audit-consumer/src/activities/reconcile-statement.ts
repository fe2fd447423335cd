import {
  hasUnresolvedBefore,
  listActiveFindings,
  readUnresolvedPayments,
  removeUnresolvedPayments,
  takeUnresolvedPayments,
  type ActiveFinding,
  type UnresolvedPayment,
} from '@box-office/database';
import { activityInfo } from '@temporalio/activity';
import { checkPaymentsOf, comparePaymentsOf } from '../reconciliation/checking/check-payments.js';
import { readStatement } from '../reconciliation/checking/read-statement.js';
import { createThrottle } from '../reconciliation/checking/throttle.js';
import {
  closeGoneFindings,
  confirmDiscrepancies,
  onlyQuiescent,
  type ConfirmedDiscrepancies,
  type RunIdentity,
} from '../reconciliation/confirm-findings.js';
import type { ReconciliationDeps } from '../reconciliation/deps.js';
import {
  authorisationIdOfSubject,
  candidatesOf,
  discrepancyKey,
  PAYMENT_KINDS,
  purchaseIdOfSubject,
  type CandidateDiscrepancy,
  type Discrepancy,
} from '../reconciliation/discrepancy.js';
import { findInProgress } from '../reconciliation/in-progress.js';

const PURCHASES_PER_PAGE = 100;
/** Purchases with unresolved payments that one activity checks. */
const MAX_UNRESOLVED_PER_CHECK = 100;

/** What the first check of unresolved payments showed, and the purchases whose payments are checked again. */
export interface CandidateStatement {
  readonly purchaseIds: readonly string[];
  readonly candidates: readonly CandidateDiscrepancy[];
  /** For `checkStatement`: purchases with this turn or a later one were checked since the statement was read. */
  readonly firstTurn?: number | undefined;
  /** Whether another check would read on. */
  readonly hasMore: boolean;
}

/** What both checks of payments showed. */
export interface ConfirmedStatement extends ConfirmedDiscrepancies {
  /** For the run's next `checkStatement`; absent if that has to begin again with all unresolved payments. */
  readonly firstTurn?: number | undefined;
  /** Whether payments that moved are left for another check. */
  readonly hasMore: boolean;
}

/** The steps of the `reconciliation` workflow that compare the payment provider's statement. Each may be repeated. */
export function createStatementActivities(deps: ReconciliationDeps) {
  const { pool } = deps;
  return {
    /**
     * Reads the provider statement from the position of the last check. Then the first check of unresolved payments, those
     * first that were not checked for longest: one that stays in progress does not keep others from being checked.
     *
     * @param firstTurn from the check before in the same run
     */
    async checkStatement(firstTurn?: number): Promise<CandidateStatement> {
      const isRead = await readStatement(deps, createThrottle());
      const unresolved = await takeUnresolvedPayments(pool, MAX_UNRESOLVED_PER_CHECK);
      const candidates = candidatesOf(await checkPaymentsOf(deps, unresolved));
      const active = await listActiveFindings(pool, { kinds: PAYMENT_KINDS });
      const purchaseIds = [
        ...unresolved.map(({ purchaseId }) => purchaseId),
        ...[...candidates, ...active].map(({ subject }) => purchaseIdOfSubject(subject)),
      ];
      // A failed attempt has given turns to purchases that it did not compare: those with a turn before this attempt's are left.
      const since = (activityInfo().attempt === 1 ? firstTurn : undefined) ?? unresolved[0]?.turn;
      const hasMore = !isRead || (since !== undefined && (await hasUnresolvedBefore(pool, since)));
      return { purchaseIds: [...new Set(purchaseIds)], candidates, ...(isRead && { firstTurn: since }), hasMore };
    },

    /** Second check of unresolved payments and of active findings about payments. */
    async confirmStatement(run: RunIdentity, statement: CandidateStatement): Promise<ConfirmedStatement> {
      const unresolved = await readUnresolvedPayments(pool, statement.purchaseIds);
      const unresolvedIds = unresolved.map(({ purchaseId }) => purchaseId);
      const before = await findInProgress(deps, unresolvedIds);
      const first = await onlyQuiescent(deps, statement.candidates);
      const active = await listActiveFindings(pool, { kinds: PAYMENT_KINDS });
      const second = await compareAgain(deps, statement, { unresolved, active });
      const confirmed = await confirmDiscrepancies(deps, run, { first, second: second.discrepancies });
      await closeGoneFindings(deps, active.filter(second.hasCompared), second.discrepancies);

      // What is in progress was not compared: once it ends, its payments may still not be as expected.
      const after = await findInProgress(deps, unresolvedIds);
      const quiescent = new Set(unresolvedIds.filter((id) => !before.has(id) && !after.has(id)));
      const undecided = await withoutDecision(
        deps,
        second.discrepancies.filter(({ subject }) => quiescent.has(purchaseIdOfSubject(subject))),
      );
      const undecidedIds = new Set(undecided.map(({ subject }) => purchaseIdOfSubject(subject)));
      await removeUnresolvedPayments(
        pool,
        unresolved.filter(({ purchaseId }) => quiescent.has(purchaseId) && !undecidedIds.has(purchaseId)),
      );
      const due = new Set(confirmed.due.map(discrepancyKey));
      const unrecorded = undecided.filter((discrepancy) => !due.has(discrepancyKey(discrepancy)));
      // The findings that one check records are bounded. Where it recorded none, another check would not either.
      if (unrecorded.length > 0 && confirmed.found > 0) return { ...confirmed, hasMore: true };
      return { ...confirmed, firstTurn: statement.firstTurn, hasMore: statement.hasMore };
    },
  };
}

/** Compares the payments of the purchases of a first check, with all authorisations of them that are known. */
async function compareAgain(
  deps: ReconciliationDeps,
  { purchaseIds, candidates }: CandidateStatement,
  o: { readonly unresolved: readonly UnresolvedPayment[]; readonly active: readonly ActiveFinding[] },
): Promise<{
  readonly discrepancies: readonly Discrepancy[];
  /** Whether a finding is about a purchase that was compared. */
  readonly hasCompared: (finding: ActiveFinding) => boolean;
}> {
  const known = new Map(o.unresolved.map(({ purchaseId, authorisationIds }) => [purchaseId, authorisationIds]));
  const subjects = [...candidates, ...o.active];
  const purchases = purchaseIds.map((purchaseId) => {
    const named = subjects.flatMap(({ subject }) => authorisationIdOfSubject(subject, purchaseId));
    return { purchaseId, authorisationIds: [...new Set([...named, ...(known.get(purchaseId) ?? [])])] };
  });
  const discrepancies: Discrepancy[] = [];
  const compared = new Set(purchaseIds);
  for (let start = 0; start < purchases.length; start += PURCHASES_PER_PAGE) {
    const page = await comparePaymentsOf(deps, purchases.slice(start, start + PURCHASES_PER_PAGE));
    discrepancies.push(...page.discrepancies);
    for (const purchaseId of page.underWay) compared.delete(purchaseId);
  }
  return { discrepancies, hasCompared: ({ subject }) => compared.has(purchaseIdOfSubject(subject)) };
}

/** Discrepancies that are not handed over: they are not recorded yet, or their repair is due. */
async function withoutDecision(
  { pool }: Pick<ReconciliationDeps, 'pool'>,
  discrepancies: readonly Discrepancy[],
): Promise<readonly Discrepancy[]> {
  const subjects = discrepancies.map(({ subject }) => subject);
  const active = await listActiveFindings(pool, { kinds: PAYMENT_KINDS, subjects });
  const decided = new Set(active.filter(({ status }) => status === 'handed_over').map(discrepancyKey));
  return discrepancies.filter((discrepancy) => !decided.has(discrepancyKey(discrepancy)));
}
