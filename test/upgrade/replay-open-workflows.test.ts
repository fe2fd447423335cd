import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { CANCELLATION_WORKFLOW, PURCHASE_TASK_QUEUE } from '@box-office/contract';
import { Client, Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { until } from '../support/until.js';
import { replayOpenWorkflows } from './replay-open-workflows.js';
import { UpgradeFailure } from './upgrade-failure.js';

const CODE = fileURLToPath(new URL('../../', import.meta.url));
const REQUEST = {
  cancellationId: randomUUID(),
  purchaseId: randomUUID(),
  tickets: null,
  eventId: '1',
  userId: 'user_1',
  requestedBy: 'user_1',
  byOperator: false,
  reason: '',
  requestId: 'r',
  requestedAt: new Date().toISOString(),
};

Runtime.install({ logger: new DefaultLogger('ERROR') });

describe('the check of open workflows', () => {
  const address = inject('stack').temporalAddress;
  const namespace = `replay-${randomUUID()}`;
  let connection: Connection;
  let client: Client;

  beforeAll(async () => {
    connection = await Connection.connect({ address });
    const workflowExecutionRetentionPeriod = msToTs('1 day');
    await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod });
    client = new Client({ connection, namespace });
  });
  afterAll(() => connection.close());

  const check = () => replayOpenWorkflows({ address, namespace, codeDir: CODE });
  const start = (workflowId: string) =>
    client.workflow.start(CANCELLATION_WORKFLOW, { workflowId, taskQueue: PURCHASE_TASK_QUEUE, args: [REQUEST] });

  it('passes for those that today’s code can continue', async () => {
    // The server knows a new namespace a moment later.
    await until(() => start('untouched'), 20_000);
    await until(async () => expect(await check()).toEqual(new Map([[CANCELLATION_WORKFLOW, 1]])), 20_000);
  });

  it('fails for one that it cannot, and names it', async () => {
    const native = await NativeConnection.connect({ address });
    const worker = await Worker.create({
      connection: native,
      namespace,
      taskQueue: PURCHASE_TASK_QUEUE,
      workflowsPath: fileURLToPath(new URL('testing/another-workflow.ts', import.meta.url)),
    });
    const handle = await start('of another code');
    await worker.runUntil(
      until(async () => {
        const { events } = await handle.fetchHistory();
        expect(events?.some(({ activityTaskScheduledEventAttributes: scheduled }) => scheduled)).toBe(true);
      }, 20_000),
    );
    await native.close();
    const failure = await check().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UpgradeFailure);
    expect((failure as Error).message).toMatch(/^cancellation of another code: .*Nondeterminism error/m);
  });
});
