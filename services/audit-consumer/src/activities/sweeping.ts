import type { ReconciliationCounts, ReconciliationRequest } from '@box-office/contract';
import {
  beginSweep,
  findDueEvent,
  finishSweep,
  listDueEvents,
  listStandingFindings,
  moveBooksPosition,
  putMarks,
  type DueEvent,
  type StandingFinding,
} from '@box-office/records';
import { activityInfo, cancellationSignal } from '@temporalio/activity';
import type { ReconciliationDeps } from '../reconciliation/deps.js';
import { suspicionsOf, type Difference, type Suspicion } from '../reconciliation/difference.js';
import { lookAtBooks } from '../reconciliation/looking/books-look.js';
import { lookAtEvent } from '../reconciliation/looking/event-look.js';
import { lookAtPaymentsOf } from '../reconciliation/looking/event-payments.js';
import { mostOfTheTime, never } from '../reconciliation/looking/resting.js';
import {
  atRest,
  forgetGone,
  recordConfirmed,
  type Confirmed,
  type DueRepair,
  type SweepName,
} from '../reconciliation/recording.js';
import type { Repaired } from '../reconciliation/repairing/repaired.js';
import { repair } from '../reconciliation/repairing/repair.js';

/** Events looked at in one activity. */
const EVENTS_PER_PAGE = 25;
/** Events at which nothing changed that a scheduled sweep looks at nevertheless, the longest unseen first. */
const IN_TURN_PER_SWEEP = 50;

const OF_MONEY = ['charge_without_ticket', 'ticket_without_charge'] as const;
const OF_ANY_LOOK = ['missing_message', 'duplicate', 'lost_hold', 'orphaned_hold', 'capacity_wrong'] as const;
/** Seen for certain only by a look that passes over nothing. */
const OF_COMPLETE_LOOKS = [...OF_ANY_LOOK, 'wrong_read_model', 'serial_mismatch'] as const;

/** Whether only a complete look can tell what has become of it. One that waits for a person may wait for an hourly one. */
const needsAll = ({ kind, status }: StandingFinding): boolean =>
  status === 'found' && !OF_ANY_LOOK.some((one) => one === kind);

/** An event at which the first look saw differences. */
export interface SuspectEvent {
  readonly due: DueEvent;
  readonly suspicions: readonly Suspicion[];
}

/** What the first look at the provider's books saw, and how far it read. */
export interface SuspectBooks {
  readonly purchaseIds: readonly string[];
  readonly suspicions: readonly Suspicion[];
  readonly from: string | null;
  readonly to: string | null;
}

/** The steps of a sweep. Each may be repeated. */
export function createSweeping(deps: ReconciliationDeps, o: { readonly secondLookAfterMs: number }) {
  const { pool } = deps;

  return {
    /** Records the sweep. Answers when it began, by the database's clock, and how it is to be made. */
    async beginSweep(
      sweep: SweepName,
      scope: ReconciliationRequest['scope'],
    ): Promise<{ readonly startedAt: string; readonly secondLookAfterMs: number }> {
      const workflowId = activityInfo().workflowExecution?.workflowId ?? '';
      const inWords = typeof scope === 'string' ? scope : `event ${scope.eventId}`;
      const startedAt = await beginSweep(pool, { ...sweep, scope: inWords, workflowId });
      return { startedAt, secondLookAfterMs: o.secondLookAfterMs };
    },

    finishSweep: (sweepId: string, counts: ReconciliationCounts): Promise<void> => finishSweep(pool, sweepId, counts),

    /** The next events that this sweep has not looked at yet; none at its end. */
    async chooseEvents(
      scope: ReconciliationRequest['scope'],
      startedAt: string,
      inTurnSoFar: number,
    ): Promise<{ readonly events: readonly DueEvent[]; readonly inTurn: boolean }> {
      if (typeof scope === 'object') {
        const due = await findDueEvent(pool, scope.eventId);
        return { events: due ? [due] : [], inTurn: false };
      }
      if (scope === 'changed') {
        const events = await listDueEvents(pool, { which: 'changed', before: startedAt, limit: EVENTS_PER_PAGE });
        if (events.length > 0) return { events, inTurn: false };
      }
      const left = scope === 'all' ? EVENTS_PER_PAGE : IN_TURN_PER_SWEEP - inTurnSoFar;
      if (left <= 0) return { events: [], inTurn: true };
      const limit = Math.min(left, EVENTS_PER_PAGE);
      return { events: await listDueEvents(pool, { which: 'in_turn', before: startedAt, limit }), inTurn: true };
    },

    /** The first look. Answers the events that have to be looked at again. */
    async lookAtEvents(events: readonly DueEvent[], complete: boolean): Promise<SuspectEvent[]> {
      const suspects: SuspectEvent[] = [];
      const rest = complete ? never : mostOfTheTime();
      const how = { complete, rest };
      for (const due of events) {
        cancellationSignal().throwIfAborted();
        const sinceMs = performance.now();
        const standing = await listStandingFindings(pool, { eventId: due.eventId, kinds: OF_COMPLETE_LOOKS });
        const look = await lookAtEvent(deps, { ...due, isRebuilt: due.isRebuilt || standing.some(needsAll) }, how);
        if (!look) continue;
        const kinds: readonly string[] = look.mark.complete ? OF_COMPLETE_LOOKS : OF_ANY_LOOK;
        const closable = standing.filter(({ kind }) => kinds.includes(kind));
        await forgetGone(deps, closable, look.differences);
        if (look.differences.length > 0) suspects.push({ due, suspicions: suspicionsOf(look.differences) });
        // Each at once: if the page is given up half-way, the next sweep goes on from there.
        await putMarks(pool, [look.mark]);
        await rest(sinceMs);
      }
      return suspects;
    },

    /** The second look at events: records what it shows again, and answers the repairs that are due. */
    async confirmEvents(sweep: SweepName, suspects: readonly SuspectEvent[], complete: boolean): Promise<Confirmed> {
      const confirmed: Confirmed[] = [];
      const rest = complete ? never : mostOfTheTime();
      for (const { due, suspicions } of suspects) {
        cancellationSignal().throwIfAborted();
        const first = await atRest(deps, suspicions);
        const look = await lookAtEvent(deps, due, { complete, rest });
        if (!look) continue;
        confirmed.push(await recordConfirmed(deps, sweep, { first, second: look.differences }));
      }
      return {
        found: confirmed.reduce((sum, { found }) => sum + found, 0),
        handedOver: confirmed.reduce((sum, { handedOver }) => sum + handedOver, 0),
        due: confirmed.flatMap(({ due }) => due),
      };
    },

    /** The first look at the payment provider's books, from where the last sweep came. */
    async lookAtBooks(): Promise<SuspectBooks> {
      const { differences, from, to } = await lookAtBooks(deps, mostOfTheTime());
      const standing = await listStandingFindings(pool, { kinds: OF_MONEY });
      const suspicions = suspicionsOf(differences);
      const purchaseIds = [...suspicions, ...standing].flatMap(({ subject }) => purchaseIn(subject));
      return { purchaseIds: [...new Set(purchaseIds)], suspicions, from, to };
    },

    /** The second look at the books, and at what stands of earlier ones. After it the next sweep reads on. */
    async confirmBooks(sweep: SweepName, suspect: SuspectBooks): Promise<Confirmed> {
      const atRestBefore = await atRest(deps, suspect.suspicions);
      const second: Difference[] = [];
      for (let first = 0; first < suspect.purchaseIds.length; first += PURCHASES_AT_ONCE) {
        second.push(...(await lookAtPaymentsOf(deps, suspect.purchaseIds.slice(first, first + PURCHASES_AT_ONCE))));
      }
      const confirmed = await recordConfirmed(deps, sweep, { first: atRestBefore, second });
      const looked = new Set(suspect.purchaseIds);
      const standing = (await listStandingFindings(pool, { kinds: OF_MONEY })).filter(({ subject }) =>
        purchaseIn(subject).some((id) => looked.has(id)),
      );
      await forgetGone(deps, standing, second);
      if (suspect.to !== null && suspect.to !== suspect.from) await moveBooksPosition(pool, suspect.from, suspect.to);
      return confirmed;
    },

    /** Puts one finding right. */
    repair: (due: DueRepair): Promise<Repaired> => repair(deps, due),
  };
}

const PURCHASES_AT_ONCE = 100;

/** Money is found under the id of its purchase, and behind it of the authorisation, where that is meant. */
const purchaseIn = (subject: string): string[] => subject.split(' ', 1);
