import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import {
  EVENT_CANCELLATION_WORKFLOW,
  type CancellationRequest,
  type EventCancellationRequest,
} from '@box-office/contract';
import { cancellationIdOf } from '@box-office/contract/derive';
import type { Cancellation, EventCancellationProgress } from '@box-office/database';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

const BUNDLE = fileURLToPath(new URL('../../services/workflows/dist/workflow-bundle.js', import.meta.url));
const PRICE_MINOR = 2_500;

let connection: Connection;
let native: NativeConnection;
let client: Client;

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const { temporalAddress: address, temporalNamespace: namespace } = inject('stack');
  connection = await Connection.connect({ address });
  native = await NativeConnection.connect({ address });
  client = new Client({ connection, namespace });
});

afterAll(async () => {
  await native.close();
  await connection.close();
});

type Refunded = { kind: 'refunded'; cancellationId: string; refundId: string };
type NotRefunded = { kind: 'unknown' | 'refused'; purchaseId: string; cause: string };

interface SoldEvent {
  readonly perPage: number;
  /** Returns a failed refund, or null for success. */
  readonly refund?: (purchaseId: string) => NotRefunded | null;
  /** The first purchases, whose tickets other cancellations have claimed. */
  readonly claimedByOthers?: number;
  /** The first purchases, which cost nothing. */
  readonly free?: number;
}

/** Cancellation of a whole purchase, as the activities return it. */
const cancellationOf = (
  { purchaseId, requestedAt }: Pick<CancellationRequest, 'purchaseId' | 'requestedAt'>,
  isCancelled: boolean,
  amountMinor: number,
): Cancellation => ({
  cancellationId: cancellationIdOf(purchaseId, null),
  purchaseId,
  transactionId: 'T',
  eventId: 'e',
  userId: 'buyer',
  wantedTickets: null,
  returnedBy: null,
  status: isCancelled ? 'cancelled' : 'refunding',
  tickets: [{ ticketId: randomUUID(), ticketType: 'standard', serial: 1 }],
  refunds: {
    requestedMinor: amountMinor,
    skippedMinor: 0,
    refundedMinor: isCancelled ? amountMinor : 0,
    pendingMinor: isCancelled ? 0 : amountMinor,
  },
  amountMinor,
  currency: 'EUR',
  paymentAttempt: 1,
  authorisationId: 'a',
  requestedBy: 'operator',
  byOperator: true,
  reason: 'storm',
  requestId: 'r',
  requestedAt,
  cancelledAt: null,
  settled: isCancelled,
  purchaseStatus: 'confirmed',
});

/** Fake activities for the real workflow: an event with so many confirmed purchases, kept in memory. */
function soldEvent(purchases: number, o: SoldEvent) {
  const confirmed = Array.from({ length: purchases }, (): string => randomUUID());
  const cancelled = new Set<string>();
  const refunds: string[] = [];
  const claimedAt = new Map<string, string>();
  /** The purchases whose refunds were requested page by page. */
  const requested: string[] = [];
  const calls = { cancelEvent: 0, pages: 0, workflowsOfTheirOwn: 0 };
  const priceOf = (purchaseId: string): number => (confirmed.indexOf(purchaseId) < (o.free ?? 0) ? 0 : PRICE_MINOR);
  const purchaseOf = (cancellationId: string): string =>
    confirmed.find((purchaseId) => cancellationIdOf(purchaseId, null) === cancellationId) ?? '';
  const refundPurchase = (purchaseId: string): Refunded | NotRefunded => {
    const failed = priceOf(purchaseId) > 0 ? o.refund?.(purchaseId) : null;
    if (failed) return failed;
    refunds.push(purchaseId);
    return { kind: 'refunded', cancellationId: cancellationIdOf(purchaseId, null), refundId: 'refund' };
  };

  const activities = {
    cancelEvent: async (): Promise<boolean> => ((calls.cancelEvent += 1), true),
    async nextToCancel(request: EventCancellationRequest, after: string | null, requestedAt: string) {
      calls.pages += 1;
      const from = after === null ? 0 : confirmed.indexOf(after) + 1;
      const page = confirmed.slice(from).filter((purchaseId) => !cancelled.has(purchaseId));
      const requests = page.slice(0, o.perPage).map((purchaseId) => ({
        purchaseId,
        eventId: request.eventId,
        requestedAt,
      }));
      return { requests, intervalMs: 0 };
    },
    claimCancellations: async (requests: readonly CancellationRequest[]) =>
      requests.map(({ purchaseId, requestedAt: now }) => {
        const requestedAt = claimedAt.get(purchaseId) ?? now;
        claimedAt.set(purchaseId, requestedAt);
        if (confirmed.indexOf(purchaseId) >= (o.claimedByOthers ?? 0)) {
          return {
            kind: 'claimed',
            cancellation: cancellationOf({ purchaseId, requestedAt }, cancelled.has(purchaseId), priceOf(purchaseId)),
          };
        }
        cancelled.add(purchaseId);
        return { kind: 'refused', refusal: { reason: 'nothing_to_cancel' } };
      }),
    refundAll: async (requests: readonly { purchaseId: string }[]) =>
      requests.map(({ purchaseId }) => {
        requested.push(purchaseId);
        return refundPurchase(purchaseId);
      }),
    async refund({ purchaseId }: { purchaseId: string }) {
      calls.workflowsOfTheirOwn += 1;
      const answer = refundPurchase(purchaseId);
      if (answer.kind !== 'refunded') throw new Error(answer.cause);
      return answer;
    },
    completeCancellations: async (refunded: readonly { cancellationId: string }[]): Promise<void> => {
      for (const { cancellationId } of refunded) cancelled.add(purchaseOf(cancellationId));
    },
    returnTickets: async () => undefined,
    publishCancellations: async () => undefined,
    cancellationsLeftBehind: async () => ({ cancellations: [], next: null }),
    async concludeEventCancellation(eventId: string): Promise<EventCancellationProgress> {
      const finished = cancelled.size === purchases;
      return {
        eventId,
        currency: 'EUR',
        requestedBy: 'operator',
        reason: 'storm',
        requestedAt: '',
        purchases,
        cancelled: cancelled.size,
        open: 0,
        unsettled: 0,
        refundedMinor: cancelled.size * PRICE_MINOR,
        requestedMinor: cancelled.size * PRICE_MINOR,
        pendingMinor: 0,
        skippedMinor: 0,
        finishedAt: finished ? new Date().toISOString() : null,
      };
    },
  };
  return { activities, refunds, requested, calls };
}

/** Runs the workflow with these activities on its own task queue. `runs` is 2 if it continued as new. */
async function run(activities: object): Promise<{ result: unknown; runs: number }> {
  const taskQueue = `event-cancellation-test-${randomUUID()}`;
  const { temporalNamespace: namespace } = inject('stack');
  const worker = await Worker.create({
    connection: native,
    namespace,
    taskQueue,
    activities,
    workflowBundle: { codePath: BUNDLE },
  });
  return worker.runUntil(async () => {
    const request: EventCancellationRequest = {
      eventId: `test-${randomUUID()}`,
      requestedBy: 'operator',
      reason: 'storm',
      requestId: 'r',
    };
    const workflowId = `event-cancellation/${request.eventId}`;
    const args: [EventCancellationRequest] = [request];
    const handle = await client.workflow.start(EVENT_CANCELLATION_WORKFLOW, { taskQueue, workflowId, args });
    const result: unknown = await handle.result();
    const last = await client.workflow.getHandle(workflowId).describe();
    return { result, runs: last.runId === handle.firstExecutionRunId ? 1 : 2 };
  });
}

describe.concurrent('the workflow that cancels an event', () => {
  it('continues as new when its history grows, from where the previous run ended', async () => {
    const { activities, refunds, calls } = soldEvent(60, { perPage: 1, claimedByOthers: 58 });
    const { result, runs } = await run(activities);
    expect(result).toEqual({ purchases: 60, cancelled: 60, refundedMinor: 60 * PRICE_MINOR });
    expect(refunds).toHaveLength(2);
    expect(runs).toBeGreaterThan(1);
    expect(calls).toEqual({ cancelEvent: 2, pages: 61, workflowsOfTheirOwn: 0 });
  });

  it.each([
    ['of several purchases', { perPage: 4, failures: 4, pages: 4 }],
    ['of which some cost nothing', { perPage: 4, failures: 3, free: 1, pages: 4 }],
    ['of one', { perPage: 1, failures: 3, pages: 10 }],
  ])(
    'retries a page %s while the provider does not answer, without starting a workflow for each purchase',
    async (_, { failures, pages, ...o }) => {
      let left = failures;
      const unanswered = (purchaseId: string): NotRefunded | null =>
        left-- > 0 ? { kind: 'unknown', purchaseId, cause: 'no answer' } : null;
      const { activities, refunds, calls } = soldEvent(6, { ...o, refund: unanswered });
      const { result } = await run(activities);
      expect(result).toMatchObject({ cancelled: 6 });
      expect(new Set(refunds).size).toBe(6);
      expect(calls).toEqual({ cancelEvent: 1, pages, workflowsOfTheirOwn: 0 });
    },
  );

  it('starts a separate workflow for a single refund that is never answered, and continues with the others', async () => {
    let odd: string | undefined;
    // Until all others are refunded: if one of them waited for it, the test would time out.
    const unanswered = (purchaseId: string): NotRefunded | null => {
      odd ??= purchaseId;
      if (purchaseId !== odd || refunds.length === 2) return null;
      return { kind: 'unknown', purchaseId, cause: 'no answer' };
    };
    const { activities, refunds } = soldEvent(3, { perPage: 1, refund: unanswered });
    const { result } = await run(activities);
    expect(result).toMatchObject({ cancelled: 3 });
    expect(refunds.at(-1)).toBe(odd);
  });

  it('starts separate workflows for the refunds of a page that are never answered, also if another run began it', async () => {
    const odd = new Set<string>();
    let pagesBeforeOthers: number | undefined;
    const unanswered = (purchaseId: string): NotRefunded | null => {
      if (odd.size < 2) odd.add(purchaseId);
      if (!odd.has(purchaseId)) pagesBeforeOthers ??= calls.pages - 1;
      if (!odd.has(purchaseId) || refunds.length >= 2) return null;
      return { kind: 'unknown', purchaseId, cause: 'no answer' };
    };
    // The first run ends after 50 pages.
    const { activities, refunds, calls } = soldEvent(92, { perPage: 2, claimedByOthers: 88, refund: unanswered });
    const { result, runs } = await run(activities);
    expect(result).toMatchObject({ cancelled: 92 });
    expect(runs).toBeGreaterThan(1);
    expect(pagesBeforeOthers).toBe(88 / 2 + 10);
    expect(new Set(refunds.slice(2))).toEqual(odd);
  });

  it('starts a separate workflow for a refund that is refused, and does not delay the others', async () => {
    let refused: string | undefined;
    // Refused until all others are refunded: if one of them waited for it, the test would time out.
    const refusing = (purchaseId: string): NotRefunded | null => {
      refused ??= purchaseId;
      if (purchaseId !== refused || refunds.length === 4) return null;
      return { kind: 'refused', purchaseId, cause: 'over captured' };
    };
    const { activities, refunds } = soldEvent(5, { perPage: 2, refund: refusing });
    const { result } = await run(activities);
    expect(result).toMatchObject({ cancelled: 5 });
    expect(refunds.at(-1)).toBe(refused);
    expect(new Set(refunds).size).toBe(5);
  });

  it('leaves a refund that continues in a separate workflow to that one in every later pass', async () => {
    let refused: string | undefined;
    // Refused until the third pass: each takes one page, and finds no other.
    const refusing = (purchaseId: string): NotRefunded | null => {
      refused ??= purchaseId;
      if (purchaseId !== refused || calls.pages > 4) return null;
      return { kind: 'refused', purchaseId, cause: 'over captured' };
    };
    const { activities, requested, calls } = soldEvent(2, { perPage: 2, refund: refusing });
    const { result } = await run(activities);
    expect(result).toMatchObject({ cancelled: 2 });
    expect(requested.filter((purchaseId) => purchaseId === refused)).toHaveLength(1);
  });
});
