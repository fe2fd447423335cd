import type { CancellationRequest, EventCancellationRequest } from '@box-office/contract';
import { cancellationIdOf } from '@box-office/contract/derive';
import {
  findCancellations,
  finishEventCancellation,
  listPurchasesToCancel,
  listUnsettledCancellations,
  readEventCancellation,
  type Cancellation,
  type EventCancellationProgress,
} from '@box-office/database';
import type { ActivityDeps } from '../worker/activity-deps.js';
import { cancelEvent } from './activities/cancel-event.js';

/** Purchases that are cancelled together, at most. */
const MAX_PER_PAGE = 50;
/** A cancellation without progress for so long has lost its workflow, or its workflow is stuck and reports it. */
const IDLE_MS = 60_000;

/** What is to be cancelled next of an event. */
export interface PageToCancel {
  /** Empty at the end. */
  readonly requests: readonly CancellationRequest[];
  /** Time from the beginning of this page to that of the next, so that the configured rate is kept. */
  readonly intervalMs: number;
}

/** Cancellations that were started and have no workflow any more. */
export interface LeftBehind {
  readonly cancellations: readonly Cancellation[];
  /** Where the next page starts; null if these are the last. */
  readonly next: string | null;
}

/** How the cancellation of an event finds what it has to do, and knows when nothing is left. */
export function createEventCancellationActivities(
  deps: Pick<ActivityDeps, 'pool' | 'inventory' | 'eventCancellationsPerS'>,
) {
  const { pool, eventCancellationsPerS } = deps;

  return {
    /** Closes the sale of the event permanently. False if there is no such event. */
    cancelEvent: (request: EventCancellationRequest): Promise<boolean> => cancelEvent(deps, request),

    /**
     * The next confirmed purchases of the event, the oldest first.
     *
     * @param requestedAt of their cancellations, ISO 8601
     */
    async nextToCancel(
      { eventId }: EventCancellationRequest,
      after: string | null,
      requestedAt: string,
    ): Promise<PageToCancel> {
      const limit = Math.min(MAX_PER_PAGE, Math.max(1, Math.round(eventCancellationsPerS)));
      const purchases = await listPurchasesToCancel(pool, { eventId, after, limit });
      return {
        requests: purchases.map((purchase) => ({
          ...purchase,
          requestedAt,
          cancellationId: cancellationIdOf(purchase.purchaseId, null),
          tickets: null,
          byOperator: true,
        })),
        intervalMs: Math.ceil((limit / eventCancellationsPerS) * 1_000),
      };
    },

    /** Cancellations of the event that were started and have stopped, after this one. */
    async cancellationsLeftBehind(eventId: string, after: string | null): Promise<LeftBehind> {
      const ids = await listUnsettledCancellations(pool, { eventId, idleMs: IDLE_MS, after, limit: MAX_PER_PAGE });
      const next = ids.length < MAX_PER_PAGE ? null : (ids.at(-1) ?? null);
      return { cancellations: await findCancellations(pool, ids), next };
    },

    /** Counts what is left, and marks the event's cancellation as finished if nothing is. */
    async concludeEventCancellation(eventId: string): Promise<EventCancellationProgress> {
      const progress = await readEventCancellation(pool, eventId);
      if (!progress) throw new Error(`the cancellation of event ${eventId} is not on record`);
      const { purchases, cancelled, open, unsettled, finishedAt } = progress;
      if (finishedAt !== null || cancelled < purchases || open > 0 || unsettled > 0) return progress;
      await finishEventCancellation(pool, eventId);
      return (await readEventCancellation(pool, eventId)) ?? progress;
    },
  };
}
