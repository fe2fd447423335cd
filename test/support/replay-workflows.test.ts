import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { CANCELLATION_WORKFLOW, PURCHASE_TASK_QUEUE } from '@box-office/contract';
import { Client, Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { replayWorkflows } from './replay-workflows.js';
import { until } from './until.js';

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

describe('a replay of the workflows of a namespace', () => {
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

  const replay = () => replayWorkflows({ address, namespace, codeDir: CODE, only: 'ExecutionStatus = "Running"' });
  const start = (workflowId: string) =>
    client.workflow.start(CANCELLATION_WORKFLOW, { workflowId, taskQueue: PURCHASE_TASK_QUEUE, args: [REQUEST] });

  it('succeeds for those that the code can continue', async () => {
    // The server knows a new namespace a moment later.
    await until(() => start('untouched'), 20_000);
    const expected = { counts: new Map([[CANCELLATION_WORKFLOW, 1]]), failures: [] };
    await until(async () => expect(await replay()).toEqual(expected), 20_000);
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
    const { failures } = await replay();
    expect(failures).toContainEqual(expect.stringMatching(/^cancellation of another code: .*Nondeterminism error/));
  });
});
