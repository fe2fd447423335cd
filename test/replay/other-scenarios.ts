import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AUDIT_TASK_QUEUE,
  CANCELLATION_WORKFLOW,
  EVENT_CANCELLATION_WORKFLOW,
  eventCancellationWorkflowId,
  HOLD_RELEASE_UPDATE,
  HOLD_TAKEN_UPDATE,
  HOLD_WORKFLOW,
  holdWorkflowId,
  MAIL_DELIVERY_WORKFLOW,
  MAIL_TASK_QUEUE,
  PURCHASE_TASK_QUEUE,
  PURCHASE_WORKFLOW,
  purchaseWorkflowId,
  REBUILD_WORKFLOW,
  RECONCILIATION_WORKFLOW,
  RECOVERY_WORKFLOW,
  REDIS_REBUILD_WORKFLOW,
  userTicketsKey,
  WEBHOOK_DELIVERY_WORKFLOW,
  WEBHOOK_TASK_QUEUE,
  type HoldOrder,
  type PurchaseOrder,
} from '@box-office/contract';
import { cancellationIdOf } from '@box-office/contract/derive';
import type { Client, WorkflowHandle } from '@temporalio/client';
import type { Recorder, Scenario } from './scenario.js';

/** How long abandoned work stays unchanged before recovery continues it. */
export const RECOVERY_IDLE_MS = 1_000;
const SHORT_HOLD_MS = 1_000;
const LONG_HOLD_MS = 60_000;

interface Start {
  readonly taskQueue: string;
  readonly workflowId?: string;
  readonly args?: unknown[];
}

const start = (client: Client, type: string, o: Start): Promise<WorkflowHandle> =>
  client.workflow.start(type, { workflowId: `replay/${type}/${randomUUID()}`, args: [], ...o });

async function runToEnd(client: Client, type: string, o: Start): Promise<WorkflowHandle> {
  const handle = await start(client, type, o);
  await handle.result();
  return handle;
}

const ofOneTicket = (eventId: string) => ({
  fingerprint: 'replay',
  userId: `buyer_${randomUUID()}`,
  eventId,
  requestId: randomUUID(),
  items: [{ ticketType: 'standard', quantity: 1 }],
});

/** Takes a hold. Its workflow has taken the capacity, and waits. */
async function hold(
  { client, createEvent }: Recorder,
  durationMs: number,
): Promise<{ order: HoldOrder; handle: WorkflowHandle }> {
  const order: HoldOrder = { holdId: randomUUID(), durationMs, ...ofOneTicket(await createEvent()) };
  const workflowId = holdWorkflowId(order.holdId);
  const handle = await start(client, HOLD_WORKFLOW, { taskQueue: PURCHASE_TASK_QUEUE, workflowId, args: [order] });
  await handle.executeUpdate(HOLD_TAKEN_UPDATE);
  return { order, handle };
}

async function buy(client: Client, eventId: string, more: Partial<PurchaseOrder> = {}): Promise<PurchaseOrder> {
  const purchaseId = randomUUID();
  const order: PurchaseOrder = { purchaseId, paymentMethod: 'pm_approve', ...ofOneTicket(eventId), ...more };
  await runToEnd(client, PURCHASE_WORKFLOW, {
    taskQueue: PURCHASE_TASK_QUEUE,
    workflowId: purchaseWorkflowId(purchaseId),
    args: [{ orders: [order], fastPath: true }],
  });
  return order;
}

const request = { requestedBy: 'operator', reason: 'replay', requestId: 'replay' };

/** The other workflow types. */
export const OTHER_SCENARIOS: readonly Scenario[] = [
  {
    name: 'hold-expired',
    async record(recorder) {
      const { handle } = await hold(recorder, SHORT_HOLD_MS);
      await handle.result();
      return handle;
    },
  },
  {
    name: 'hold-released',
    async record(recorder) {
      const { order, handle } = await hold(recorder, LONG_HOLD_MS);
      await handle.executeUpdate(HOLD_RELEASE_UPDATE, { args: [order.userId] });
      await handle.result();
      return handle;
    },
  },
  {
    name: 'hold-used',
    async record(recorder) {
      const { order, handle } = await hold(recorder, LONG_HOLD_MS);
      const { holdId, userId, items, eventId } = order;
      await buy(recorder.client, eventId, { holdId, userId, items });
      await handle.result();
      return handle;
    },
  },
  {
    name: 'cancellation',
    async record({ client, createEvent }) {
      const { purchaseId, eventId, userId } = await buy(client, await createEvent());
      const cancellationId = cancellationIdOf(purchaseId, null);
      const whole = { cancellationId, purchaseId, tickets: null, eventId, userId };
      const requestedAt = new Date().toISOString();
      return runToEnd(client, CANCELLATION_WORKFLOW, {
        taskQueue: PURCHASE_TASK_QUEUE,
        args: [{ ...request, ...whole, byOperator: true, requestedAt }],
      });
    },
  },
  {
    name: 'event-cancellation',
    async record({ client, createEvent }) {
      const eventId = await createEvent();
      await buy(client, eventId);
      return runToEnd(client, EVENT_CANCELLATION_WORKFLOW, {
        taskQueue: PURCHASE_TASK_QUEUE,
        workflowId: eventCancellationWorkflowId(eventId),
        args: [{ ...request, eventId }],
      });
    },
  },
  {
    name: 'webhook-delivery',
    record: ({ client }) =>
      runToEnd(client, WEBHOOK_DELIVERY_WORKFLOW, { taskQueue: WEBHOOK_TASK_QUEUE, args: [randomUUID()] }),
  },
  {
    name: 'mail-delivery',
    record: ({ client }) => runToEnd(client, MAIL_DELIVERY_WORKFLOW, { taskQueue: MAIL_TASK_QUEUE }),
  },
  {
    name: 'reconciliation',
    async record({ client, redis, createEvent }) {
      const { eventId, userId } = await buy(client, await createEvent());
      // A finding that is repaired.
      await redis.set(userTicketsKey(userId), '[]');
      return runToEnd(client, RECONCILIATION_WORKFLOW, {
        taskQueue: AUDIT_TASK_QUEUE,
        args: [{ requestedBy: 'operator', scope: { eventId } }],
      });
    },
  },
  {
    name: 'recovery',
    async record(recorder) {
      const { handle } = await hold(recorder, SHORT_HOLD_MS);
      await handle.terminate('recovery ends the hold');
      await sleep(SHORT_HOLD_MS + 2 * RECOVERY_IDLE_MS);
      return runToEnd(recorder.client, RECOVERY_WORKFLOW, { taskQueue: AUDIT_TASK_QUEUE });
    },
  },
  {
    name: 'rebuild',
    async record({ client, createEvent }) {
      const { eventId } = await buy(client, await createEvent());
      const args = [{ requestedBy: 'operator', eventId }];
      return runToEnd(client, REBUILD_WORKFLOW, { taskQueue: AUDIT_TASK_QUEUE, args });
    },
  },
  {
    name: 'redis-rebuild',
    async record({ client, createEvent }) {
      await createEvent();
      const args = [{ cause: 'replay' }];
      return runToEnd(client, REDIS_REBUILD_WORKFLOW, { taskQueue: AUDIT_TASK_QUEUE, args });
    },
  },
];
