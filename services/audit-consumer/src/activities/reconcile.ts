import type { ReconciliationCounts, ReconciliationRequest } from '@box-office/contract';
import {
  addUnresolvedPayments,
  beginReconciliationRun,
  findDueEvent,
  finishReconciliationRun,
  hasUnresolvedBefore,
  listDueEvents,
  listActiveFindings,
  putCheckpoints,
  putFailedChecks,
  readUnresolvedPayments,
  removeUnresolvedPayments,
  takeUnresolvedPayments,
  type DueEvent,
  type ActiveFinding,
} from '@box-office/database';
import { activityInfo } from '@temporalio/activity';
import { checkEvent } from '../reconciliation/checking/check-event.js';
import { checkPaymentsOf, comparePaymentsOf } from '../reconciliation/checking/check-payments.js';
import { checkStatement } from '../reconciliation/checking/check-statement.js';
import { createThrottle, type Throttle } from '../reconciliation/checking/throttle.js';
import {
  closeGoneFindings,
  confirmDiscrepancies,
  onlyQuiescent,
  type ConfirmedDiscrepancies,
  type DueRepair,
  type RunIdentity,
} from '../reconciliation/confirm-findings.js';
import type { ReconciliationDeps } from '../reconciliation/deps.js';
import {
  candidatesOf,
  discrepancyKey,
  PAYMENT_KINDS,
  purchaseIdOf,
  type CandidateDiscrepancy,
  type Discrepancy,
} from '../reconciliation/discrepancy.js';
import { findInProgress } from '../reconciliation/in-progress.js';
import type { RepairResult } from '../reconciliation/repairing/repair-result.js';
import { repairFinding } from '../reconciliation/repairing/repair.js';
import { createPageThrottle, forEachEvent } from './for-each-event.js';

/** Events that one activity checks. */
const EVENTS_PER_PAGE = 25;
/** Unchanged events that a scheduled run checks nevertheless, the longest unchecked first. */
const MAX_IN_TURN_PER_RUN = 50;
const PURCHASES_PER_PAGE = 100;
/** Purchases with unresolved payments that one activity checks. */
const MAX_UNRESOLVED_PER_CHECK = 100;

/** Kinds that only a complete check of an event detects completely. */
const KINDS_OF_COMPLETE_CHECK = ['wrong_read_model', 'serial_mismatch'] as const;
/** Kinds of which a check of an event says whether they are gone. */
const KINDS_OF_EVENTS = [
  ...KINDS_OF_COMPLETE_CHECK,
  'missing_message',
  'duplicate',
  'lost_hold',
  'orphaned_hold',
  'capacity_wrong',
  'invalid_admission',
] as const;

/**
 * Whether only a complete check can tell that a finding is gone. A handed-over finding does not need one at once: it
 * can wait for the hourly complete check.
 */
const needsCompleteCheck = ({ kind, status }: ActiveFinding): boolean =>
  status === 'found' && KINDS_OF_COMPLETE_CHECK.some((one) => one === kind);

/** An event at which the first check showed discrepancies. */
export interface CandidateEvent {
  readonly due: DueEvent;
  readonly candidates: readonly CandidateDiscrepancy[];
  /** Why the event could not be checked; absent if it could. */
  readonly failure?: string;
}

/** What the first check of unresolved payments showed, and the purchases whose payments are checked again. */
export interface CandidateStatement {
  readonly purchaseIds: readonly string[];
  readonly candidates: readonly CandidateDiscrepancy[];
  /** For `checkStatement`: purchases with this turn or a later one were checked since the statement was read. */
  readonly firstTurn?: number | undefined;
  /** Whether another check would read on. Earlier releases leave it out. */
  readonly hasMore?: boolean;
}

/** What both checks of payments showed. */
export interface ConfirmedStatement extends ConfirmedDiscrepancies {
  /** For the run's next `checkStatement`; absent if that has to begin again with all unresolved payments. */
  readonly firstTurn?: number | undefined;
  /** Whether payments that moved are left for another check. Earlier releases leave it out. */
  readonly hasMore?: boolean;
}

/** The steps of the `reconciliation` workflow. Each may be repeated. */
export function createReconciliationActivities(deps: ReconciliationDeps, o: { readonly recheckDelayMs: number }) {
  return { ...createRunActivities(deps, o), ...createEventActivities(deps), ...createStatementActivities(deps) };
}

function createRunActivities(deps: ReconciliationDeps, o: { readonly recheckDelayMs: number }) {
  const { pool } = deps;
  return {
    /** Records the run. Returns when it began, by the database's clock, and the delay before the second check. */
    async beginReconciliationRun(
      run: RunIdentity,
      scope: ReconciliationRequest['scope'],
    ): Promise<{ readonly startedAt: string; readonly recheckDelayMs: number }> {
      const workflowId = activityInfo().workflowExecution?.workflowId ?? '';
      const startedAt = await beginReconciliationRun(pool, { ...run, scope, workflowId });
      return { startedAt, recheckDelayMs: o.recheckDelayMs };
    },

    finishReconciliationRun: (reconciliationId: string, counts: ReconciliationCounts): Promise<void> =>
      finishReconciliationRun(pool, reconciliationId, counts),

    /** Repairs one finding. */
    repairFinding: (due: DueRepair): Promise<RepairResult> => repairFinding(deps, due),
  };
}

function createEventActivities(deps: ReconciliationDeps) {
  const { pool } = deps;
  return {
    /** The next events that this run has not checked; empty at the end. */
    async listEventsToCheck(
      scope: ReconciliationRequest['scope'],
      startedAt: string,
      checkedInTurn: number,
    ): Promise<{ readonly events: readonly DueEvent[]; readonly inTurn: boolean }> {
      if (typeof scope === 'object') {
        const due = await findDueEvent(pool, scope.eventId);
        return { events: due ? [due] : [], inTurn: false };
      }
      if (scope === 'changed') {
        const events = await listDueEvents(pool, { which: 'changed', before: startedAt, limit: EVENTS_PER_PAGE });
        if (events.length > 0) return { events, inTurn: false };
      }
      const left = scope === 'all' ? EVENTS_PER_PAGE : MAX_IN_TURN_PER_RUN - checkedInTurn;
      if (left <= 0) return { events: [], inTurn: true };
      const limit = Math.min(left, EVENTS_PER_PAGE);
      return { events: await listDueEvents(pool, { which: 'in_turn', before: startedAt, limit }), inTurn: true };
    },

    /** First check of events. Returns those with candidate discrepancies, and those that could not be checked. */
    async checkEvents(events: readonly DueEvent[], complete: boolean): Promise<CandidateEvent[]> {
      const throttle = createPageThrottle(complete);
      const { results, failed } = await forEachEvent(events, async (due) => {
        const sinceMs = performance.now();
        const candidates = await checkOne(deps, due, { complete, throttle });
        await throttle(sinceMs);
        return candidates;
      });
      await putFailedChecks(
        pool,
        failed.map(({ event }) => event.eventId),
      );
      const failures = failed.map(({ event, failure }) => ({ due: event, candidates: [], failure }));
      return [...results.flatMap((candidate) => candidate ?? []), ...failures];
    },

    /** Second check of events. Records what both checks showed, and returns the repairs that are due. */
    async confirmEvents(
      run: RunIdentity,
      candidateEvents: readonly CandidateEvent[],
      complete: boolean,
    ): Promise<ConfirmedDiscrepancies> {
      const throttle = createPageThrottle(complete);
      const { results, failed } = await forEachEvent(candidateEvents, async ({ due, candidates }) => {
        const first = await onlyQuiescent(deps, candidates);
        const check = await checkEvent(deps, due, { complete, throttle });
        return check && confirmDiscrepancies(deps, run, { first, second: check.discrepancies });
      });
      await putFailedChecks(
        pool,
        failed.map(({ event: { due } }) => due.eventId),
      );
      const confirmed = results.flatMap((one) => one ?? []);
      return {
        found: confirmed.reduce((sum, { found }) => sum + found, 0),
        handedOver: confirmed.reduce((sum, { handedOver }) => sum + handedOver, 0),
        due: confirmed.flatMap(({ due }) => due),
        failures: failed.map(({ event: { due }, failure }) => ({ eventId: due.eventId, failure })),
      };
    },
  };
}

/** First check of one event. Null if it shows no discrepancies. */
async function checkOne(
  deps: ReconciliationDeps,
  due: DueEvent,
  o: { readonly complete: boolean; readonly throttle: Throttle },
): Promise<CandidateEvent | null> {
  const { pool } = deps;
  const active = await listActiveFindings(pool, { eventId: due.eventId, kinds: KINDS_OF_EVENTS });
  // For the second check too, which could not confirm what has not changed.
  const checked = { ...due, isRebuilt: due.isRebuilt || active.some(needsCompleteCheck) };
  const check = await checkEvent(deps, checked, o);
  if (!check) return null;
  const closable = active.filter(
    ({ kind, purchaseId }) => check.comparedKinds.includes(kind) && !check.underWay.has(purchaseId ?? ''),
  );
  await closeGoneFindings(deps, closable, check.discrepancies);
  if (check.discrepancies.length > 0) await addUnresolvedPayments(pool, paymentsOf(check.discrepancies));
  // One by one: if this activity is cancelled half-way, the next run continues from here.
  await putCheckpoints(pool, [check.checkpoint]);
  return check.discrepancies.length === 0 ? null : { due: checked, candidates: candidatesOf(check.discrepancies) };
}

function createStatementActivities(deps: ReconciliationDeps) {
  const { pool } = deps;
  return {
    /**
     * Reads the provider statement from the position of the last check. Then the first check of unresolved payments, those
     * first that were not checked for longest: one that stays in progress does not keep others from being checked.
     *
     * @param firstTurn from the check before in the same run
     */
    async checkStatement(firstTurn?: number): Promise<CandidateStatement> {
      const isRead = await checkStatement(deps, createThrottle());
      const unresolved = await takeUnresolvedPayments(pool, MAX_UNRESOLVED_PER_CHECK);
      const candidates = candidatesOf(await checkPaymentsOf(deps, unresolved));
      const active = await listActiveFindings(pool, { kinds: PAYMENT_KINDS });
      const purchaseIds = [
        ...unresolved.map(({ purchaseId }) => purchaseId),
        ...[...candidates, ...active].map(({ subject }) => purchaseIdOf(subject)),
      ];
      // A failed attempt has given turns to purchases that it did not compare: those with a turn before this attempt's are left.
      const since = (activityInfo().attempt === 1 ? firstTurn : undefined) ?? unresolved[0]?.turn;
      const hasMore = !isRead || (since !== undefined && (await hasUnresolvedBefore(pool, since)));
      return { purchaseIds: [...new Set(purchaseIds)], candidates, ...(isRead && { firstTurn: since }), hasMore };
    },

    /** Second check of unresolved payments and of active findings about payments. */
    async confirmStatement(run: RunIdentity, statement: CandidateStatement): Promise<ConfirmedStatement> {
      const { purchaseIds, candidates } = statement;
      const unresolved = await readUnresolvedPayments(pool, purchaseIds);
      const known = new Map(unresolved.map(({ purchaseId, authorisationIds }) => [purchaseId, authorisationIds]));
      const before = await findInProgress(deps, [...known.keys()]);
      const first = await onlyQuiescent(deps, candidates);
      const second: Discrepancy[] = [];
      const notCompared = new Set<string>();
      const subjects = [...candidates, ...(await listActiveFindings(pool, { kinds: PAYMENT_KINDS }))];
      const purchases = purchaseIds.map((purchaseId) => {
        const named = subjects.flatMap(({ subject }) => authorisationIdOf(subject, purchaseId));
        return { purchaseId, authorisationIds: [...new Set([...named, ...(known.get(purchaseId) ?? [])])] };
      });
      for (let start = 0; start < purchases.length; start += PURCHASES_PER_PAGE) {
        const compared = await comparePaymentsOf(deps, purchases.slice(start, start + PURCHASES_PER_PAGE));
        second.push(...compared.discrepancies);
        for (const purchaseId of compared.underWay) notCompared.add(purchaseId);
      }
      const confirmed = await confirmDiscrepancies(deps, run, { first, second });
      const compared = new Set(purchaseIds.filter((id) => !notCompared.has(id)));
      const active = await listActiveFindings(pool, { kinds: PAYMENT_KINDS });
      const closable = active.filter(({ subject }) => compared.has(purchaseIdOf(subject)));
      await closeGoneFindings(deps, closable, second);
      const left = await withoutDecision(
        deps,
        second.filter(({ subject }) => known.has(purchaseIdOf(subject))),
      );
      // What is in progress was not compared: once it ends, its payments may still not be as expected.
      const after = await findInProgress(deps, [...known.keys()]);
      const isResolved = (id: string): boolean => !left.has(id) && !before.has(id) && !after.has(id);
      await removeUnresolvedPayments(
        pool,
        unresolved.filter(({ purchaseId }) => isResolved(purchaseId)),
      );
      const due = new Set(confirmed.due.map(discrepancyKey));
      const isLeft = (id: string): boolean => left.has(id) && !before.has(id) && !after.has(id);
      const unrecorded = second.filter(
        (found) => isLeft(purchaseIdOf(found.subject)) && !due.has(discrepancyKey(found)),
      );
      // The findings that one check records are bounded. Where it recorded none, another check would not either.
      if (unrecorded.length > 0 && confirmed.found > 0) return { ...confirmed, hasMore: true };
      return { ...confirmed, firstTurn: statement.firstTurn, hasMore: statement.hasMore === true };
    },
  };
}

/** Purchases with a discrepancy that is not handed over: it is not recorded yet, or its repair is due. */
async function withoutDecision(
  { pool }: Pick<ReconciliationDeps, 'pool'>,
  discrepancies: readonly Discrepancy[],
): Promise<ReadonlySet<string>> {
  const subjects = discrepancies.map(({ subject }) => subject);
  const active = await listActiveFindings(pool, { kinds: PAYMENT_KINDS, subjects });
  const decided = new Set(active.filter(({ status }) => status === 'handed_over').map(discrepancyKey));
  const left = discrepancies.filter((discrepancy) => !decided.has(discrepancyKey(discrepancy)));
  return new Set(left.map(({ subject }) => purchaseIdOf(subject)));
}

/** The purchases of an event whose payments are not as expected. */
function paymentsOf(discrepancies: readonly Discrepancy[]): { purchaseId: string; authorisationIds: string[] }[] {
  const ofPayments = discrepancies.filter(({ kind }) => PAYMENT_KINDS.some((one) => one === kind));
  const purchaseIds = new Set(ofPayments.map(({ subject }) => purchaseIdOf(subject)));
  return [...purchaseIds].map((purchaseId) => ({
    purchaseId,
    authorisationIds: ofPayments.flatMap(({ subject }) => authorisationIdOf(subject, purchaseId)),
  }));
}

const authorisationIdOf = (subject: string, purchaseId: string): string[] => {
  const [purchase, authorisationId] = subject.split(' ', 2);
  return purchase === purchaseId && authorisationId !== undefined ? [authorisationId] : [];
};
