import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Client, type WorkflowHandle } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { NoopActivities } from '../bench/baselines/noop-workflow.js';
import { until } from '../support/until.js';

const SLOTS = 10;
/** Each keeps a slot while it waits for a task. */
const POLLS = 2;
const STARTS = SLOTS + 3;

const taskQueue = `eager-${randomUUID()}`;
const namespace = inject('stack').temporalNamespace;
let connections: NativeConnection[];

beforeAll(async () => {
  const connect = () => NativeConnection.connect({ address: inject('stack').temporalAddress });
  connections = await Promise.all([connect(), connect()]);
});
afterAll(() => Promise.all(connections.map((connection) => connection.close())));

/** A workflow task of it keeps its slot until its activity has ended. */
const createWorker = (connection: NativeConnection, activities: NoopActivities) =>
  Worker.create({
    ...{ connection, namespace, taskQueue, activities },
    workflowsPath: fileURLToPath(new URL('../bench/baselines/noop-workflow.ts', import.meta.url)),
    ...{ maxConcurrentWorkflowTaskExecutions: SLOTS, maxConcurrentWorkflowTaskPolls: POLLS },
  });

it('a worker without a free slot gets no workflow with its start, and another worker takes it up at once', async () => {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const running = { local: 0, other: 0 };
  const [localConnection, otherConnection] = connections;
  if (!localConnection || !otherConnection) throw new Error('not connected');
  const local = await createWorker(localConnection, {
    notify() {
      running.local += 1;
      return released;
    },
  });
  const other = await createWorker(otherConnection, {
    notify() {
      running.other += 1;
      return Promise.resolve();
    },
  });
  const client = new Client({ connection: localConnection, namespace });
  const isEager: boolean[] = [];
  await local.runUntil(async () => {
    const handles: WorkflowHandle[] = [];
    for (let i = 0; i < STARTS; i++) {
      const options = { taskQueue, workflowId: randomUUID(), args: ['id', 'local_activity'], requestEagerStart: true };
      const handle = await client.workflow.start('doNothing', options);
      isEager.push(handle.eagerlyStarted);
      handles.push(handle);
    }
    expect(isEager[0]).toBe(true);
    expect(isEager.slice(SLOTS)).toEqual(new Array(STARTS - SLOTS).fill(false));
    await until(() => expect(running).toEqual({ local: SLOTS, other: 0 }));
    await other.runUntil(async () => {
      await until(() => expect(running.other).toBe(STARTS - SLOTS));
      release();
      await Promise.all(handles.map((handle) => handle.result()));
    });
  });
  expect(running).toEqual({ local: SLOTS, other: STARTS - SLOTS });
}, 60_000);
