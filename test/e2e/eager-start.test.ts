import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Client, type WorkflowHandle } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { NoopActivities } from '../bench/baselines/noop-workflow.js';
import { until } from '../support/until.js';

/** Its polls keep some of them, too. */
const SLOTS = 20;
const STARTS = SLOTS + 3;

const taskQueue = `eager-${randomUUID()}`;
const namespace = inject('stack').temporalNamespace;
/** One for each worker: a start is eager on the worker of its connection. */
let connections: NativeConnection[];

beforeAll(async () => {
  const connect = () => NativeConnection.connect({ address: inject('stack').temporalAddress });
  connections = await Promise.all([connect(), connect()]);
});
afterAll(() => Promise.all(connections.map((connection) => connection.close())));

/** A workflow task of it keeps its slot until its activity has ended. */
const createWorker = (connection: NativeConnection, notify: NoopActivities['notify']) =>
  Worker.create({
    connection,
    namespace,
    taskQueue,
    activities: { notify },
    workflowsPath: fileURLToPath(new URL('../bench/baselines/noop-workflow.ts', import.meta.url)),
    maxConcurrentWorkflowTaskExecutions: SLOTS,
  });

/** According to its history: the worker takes the task out of the answer to the start, so the client does not see it. */
async function wasEager(handle: WorkflowHandle): Promise<boolean> {
  const { events } = await handle.fetchHistory();
  return events?.[0]?.workflowExecutionStartedEventAttributes?.eagerExecutionAccepted ?? false;
}

it('a worker without a free slot gets no workflow with its start, and another worker takes it up', async () => {
  const [localConnection, otherConnection] = connections;
  if (!localConnection || !otherConnection) throw new Error('not connected');
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const running = { local: new Set<string>(), other: new Set<string>() };
  const local = await createWorker(localConnection, (id) => {
    running.local.add(id);
    return released;
  });
  const other = await createWorker(otherConnection, (id) => {
    running.other.add(id);
    return Promise.resolve();
  });
  const client = new Client({ connection: localConnection, namespace });
  await local.runUntil(async () => {
    const handles: WorkflowHandle[] = [];
    for (let i = 0; i < STARTS; i++) {
      const workflowId = randomUUID();
      const options = { taskQueue, workflowId, args: [workflowId, 'local_activity'], requestEagerStart: true };
      handles.push(await client.workflow.start('doNothing', options));
    }
    try {
      const eager = await Promise.all(handles.map(wasEager));
      expect(eager[0]).toBe(true);
      expect(eager.slice(SLOTS)).toEqual([false, false, false]);
      const waiting = () => STARTS - running.local.size;
      await other.runUntil(until(() => expect(running.other.size).toBe(waiting())));
      expect(running.other.size).toBeGreaterThanOrEqual(STARTS - SLOTS);
    } finally {
      release();
    }
    await Promise.all(handles.map((handle) => handle.result()));
  });
});
