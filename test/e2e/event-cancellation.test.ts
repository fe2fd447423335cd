import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import {
  EVENT_CANCELLATION_WORKFLOW,
  type CancellationRequest,
  type EventCancellationRequest,
} from '@box-office/contract';
import { cancellationIdOf } from '@box-office/contract/derive';
import type { Cancellation, EventCancellationProgress } from '@box-office/records';
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
  /** Fails the refund of a purchase; null lets it through. */
  readonly refund?: (purchaseId: string) => NotRefunded | null;
  /** Purchases from the oldest on whose tickets other cancellations have claimed, and see to. */
  readonly claimedByOthers?: number;
}

/** An event of which so many purchases were sold, kept in memory, behind the activities of the real workflow. */
function soldEvent(purchases: number, o: SoldEvent) {
  const confirmed = Array.from({ length: purchases }, (): string => randomUUID());
  const cancelled = new Set<string>();
  const refunds: string[] = [];
  const seen = { closings: 0, pages: 0 };
  const purchaseOf = (cancellationId: string): string =>
    confirmed.find((purchaseId) => cancellationIdOf(purchaseId, null) === cancellationId) ?? '';
  const cancellationOf = (purchaseId: string): Cancellation => ({
    cancellationId: cancellationIdOf(purchaseId, null),
    ...{ purchaseId, transactionId: 'T', eventId: 'e', userId: 'buyer', wantedTickets: null },
    status: cancelled.has(purchaseId) ? 'cancelled' : 'refunding',
    tickets: [{ ticketId: randomUUID(), ticketType: 'standard', serial: 1 }],
    refunds: {
      ...{ requestedMinor: PRICE_MINOR, skippedMinor: 0 },
      refundedMinor: cancelled.has(purchaseId) ? PRICE_MINOR : 0,
      pendingMinor: cancelled.has(purchaseId) ? 0 : PRICE_MINOR,
    },
    ...{ amountMinor: PRICE_MINOR, currency: 'EUR', paymentAttempt: 1, authorisationId: 'a' },
    ...{
      requestedBy: 'operator',
      byOperator: true,
      reason: 'storm',
      requestId: 'r',
      requestedAt: '',
      cancelledAt: null,
    },
    settled: cancelled.has(purchaseId),
    purchaseStatus: 'confirmed',
  });
  const pay = (purchaseId: string): Refunded | NotRefunded => {
    const failed = o.refund?.(purchaseId);
    if (failed) return failed;
    refunds.push(purchaseId);
    return { kind: 'refunded', cancellationId: cancellationIdOf(purchaseId, null), refundId: 'refund' };
  };

  const activities = {
    cancelEvent: async (): Promise<boolean> => ((seen.closings += 1), true),
    async nextToCancel(request: EventCancellationRequest, after: string | null) {
      seen.pages += 1;
      const from = after === null ? 0 : confirmed.indexOf(after) + 1;
      const page = confirmed.slice(from).filter((purchaseId) => !cancelled.has(purchaseId));
      const requests = page.slice(0, o.perPage).map((purchaseId) => ({ purchaseId, eventId: request.eventId }));
      return { requests, intervalMs: 0 };
    },
    claimCancellations: async (requests: readonly CancellationRequest[]) =>
      requests.map(({ purchaseId }) => {
        if (confirmed.indexOf(purchaseId) >= (o.claimedByOthers ?? 0)) {
          return { kind: 'claimed', cancellation: cancellationOf(purchaseId) };
        }
        cancelled.add(purchaseId);
        return { kind: 'refused', refusal: { reason: 'nothing_to_cancel' } };
      }),
    refundAll: async (requests: readonly { purchaseId: string }[]) => requests.map(({ purchaseId }) => pay(purchaseId)),
    async refund({ purchaseId }: { purchaseId: string }) {
      const answer = pay(purchaseId);
      if (answer.kind !== 'refunded') throw new Error(answer.cause);
      return answer;
    },
    completeCancellations: async (refunded: readonly { cancellationId: string }[]): Promise<void> => {
      for (const { cancellationId } of refunded) cancelled.add(purchaseOf(cancellationId));
    },
    giveTicketsBack: async () => undefined,
    publishCancellations: async () => undefined,
    cancellationsLeftBehind: async () => ({ cancellations: [], next: null }),
    async concludeEventCancellation(eventId: string): Promise<EventCancellationProgress> {
      const finished = cancelled.size === purchases;
      return {
        ...{ eventId, currency: 'EUR', requestedBy: 'operator', reason: 'storm', requestedAt: '' },
        ...{ purchases, cancelled: cancelled.size, open: 0, unsettled: 0 },
        refundedMinor: cancelled.size * PRICE_MINOR,
        ...{ requestedMinor: cancelled.size * PRICE_MINOR, pendingMinor: 0, skippedMinor: 0 },
        finishedAt: finished ? new Date().toISOString() : null,
      };
    },
  };
  return { activities, refunds, seen };
}

/** Runs the workflow over these activities, on a task queue of its own. */
async function run(activities: object): Promise<{ result: unknown; runs: number }> {
  const taskQueue = `event-cancellation-test-${randomUUID()}`;
  const { temporalNamespace: namespace } = inject('stack');
  const worker = await Worker.create({
    ...{ connection: native, namespace, taskQueue, activities },
    workflowBundle: { codePath: BUNDLE },
  });
  return worker.runUntil(async () => {
    const request: EventCancellationRequest = {
      ...{ eventId: `test-${randomUUID()}`, requestedBy: 'operator', reason: 'storm', requestId: 'r' },
    };
    const workflowId = `event-cancellation/${request.eventId}`;
    const args: [EventCancellationRequest] = [request];
    const handle = await client.workflow.start(EVENT_CANCELLATION_WORKFLOW, { taskQueue, workflowId, args });
    const result: unknown = await handle.result();
    const last = await client.workflow.getHandle(workflowId).describe();
    return { result, runs: last.runId === handle.firstExecutionRunId ? 1 : 2 };
  });
}

describe('the workflow that cancels an event', () => {
  it('goes on in a new run when its history grows, where the one before it ended', async () => {
    const { activities, refunds, seen } = soldEvent(60, { perPage: 1, claimedByOthers: 58 });
    const { result, runs } = await run(activities);
    expect(result).toEqual({ purchases: 60, cancelled: 60, refundedMinor: 60 * PRICE_MINOR });
    expect(refunds).toHaveLength(2);
    expect(runs).toBeGreaterThan(1);
    expect(seen).toEqual({ closings: 2, pages: 61 });
  }, 60_000);

  it('tries a page again while the provider answers nothing, and begins no workflow for each of its purchases', async () => {
    let silences = 4;
    const silent = (purchaseId: string): NotRefunded | null =>
      silences-- > 0 ? { kind: 'unknown', purchaseId, cause: 'no answer' } : null;
    const { activities, refunds, seen } = soldEvent(6, { perPage: 4, refund: silent });
    const { result } = await run(activities);
    expect(result).toMatchObject({ cancelled: 6 });
    expect(refunds).toHaveLength(6);
    expect(seen.pages).toBe(4);
  }, 60_000);

  it('hands over the one purchase that is refused, and does not keep the others waiting', async () => {
    let chosen: string | undefined;
    // Refused until all others are paid back: if one of them waited for it, this would never end.
    const refusing = (purchaseId: string): NotRefunded | null => {
      chosen ??= purchaseId;
      if (purchaseId !== chosen || refunds.length === 4) return null;
      return { kind: 'refused', purchaseId, cause: 'over captured' };
    };
    const { activities, refunds } = soldEvent(5, { perPage: 2, refund: refusing });
    const { result } = await run(activities);
    expect(result).toMatchObject({ cancelled: 5 });
    expect(refunds.at(-1)).toBe(chosen);
    expect(new Set(refunds).size).toBe(5);
  }, 60_000);
});
