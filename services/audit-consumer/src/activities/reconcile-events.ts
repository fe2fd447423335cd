import type { ReconciliationRequest } from '@box-office/contract';
import {
  addUnresolvedPayments,
  findDueEvent,
  listActiveFindings,
  listDueEvents,
  putCheckpoints,
  putFailedChecks,
  type ActiveFinding,
  type DueEvent,
} from '@box-office/database';
import { checkEvent } from '../reconciliation/checking/check-event.js';
import type { Throttle } from '../reconciliation/checking/throttle.js';
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
  PAYMENT_KINDS,
  purchaseIdOfSubject,
  type CandidateDiscrepancy,
  type Discrepancy,
} from '../reconciliation/discrepancy.js';
import { createPageThrottle, forEachEvent } from './for-each-event.js';

/** Events that one activity checks. */
const EVENTS_PER_PAGE = 25;
/** Unchanged events that a scheduled run checks nevertheless, the longest unchecked first. */
const MAX_IN_TURN_PER_RUN = 50;

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

/** The steps of the `reconciliation` workflow that check events. Each may be repeated. */
export function createEventActivities(deps: ReconciliationDeps) {
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
      const { results, failed } = await forEachEvent(candidateEvents, async ({ due: event, candidates }) => {
        const first = await onlyQuiescent(deps, candidates);
        const check = await checkEvent(deps, event, { complete, throttle });
        return check && confirmDiscrepancies(deps, run, { first, second: check.discrepancies });
      });
      const failures = failed.map(({ event, failure }) => ({ eventId: event.due.eventId, failure }));
      await putFailedChecks(
        pool,
        failures.map(({ eventId }) => eventId),
      );
      const confirmed = results.flatMap((one) => one ?? []);
      return {
        found: confirmed.reduce((sum, { found }) => sum + found, 0),
        handedOver: confirmed.reduce((sum, { handedOver }) => sum + handedOver, 0),
        due: confirmed.flatMap(({ due }) => due),
        failures,
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

/** The purchases of an event whose payments are not as expected. */
function paymentsOf(discrepancies: readonly Discrepancy[]): { purchaseId: string; authorisationIds: string[] }[] {
  const ofPayments = discrepancies.filter(({ kind }) => PAYMENT_KINDS.some((one) => one === kind));
  const purchaseIds = new Set(ofPayments.map(({ subject }) => purchaseIdOfSubject(subject)));
  return [...purchaseIds].map((purchaseId) => ({
    purchaseId,
    authorisationIds: ofPayments.flatMap(({ subject }) => authorisationIdOfSubject(subject, purchaseId)),
  }));
}
