import { randomUUID } from 'node:crypto';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { purchaseWorkflowId, type PurchaseOrder } from '@box-office/contract';
import { Client, type Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { logger } from '../testing/gateway.js';
import { connectToTemporal } from '../temporal/connection.js';
import { createTemporalStarter } from './temporal-starter.js';

const order = (): PurchaseOrder => ({
  purchaseId: randomUUID(),
  fingerprint: 'f',
  userId: 'ann',
  // An event of its own, so that no worker finds anything to sell.
  eventId: `none-${randomUUID()}`,
  items: [{ ticketType: 'Standard', quantity: 2 }],
  paymentMethod: 'pm_approve',
  requestId: 'request-1',
});
const labels = { eventName: 'Autumn concert' };

const clientAt = (address: string, namespace: string, callMs = 2_500) => {
  const connection = connectToTemporal({ options: { address }, callMs });
  return { connection, client: new Client({ connection, namespace }) };
};

describe('starting a purchase workflow', () => {
  const { temporalAddress, temporalNamespace } = inject('stack');
  let connection: Connection;
  let client: Client;
  beforeAll(() => {
    ({ connection, client } = clientAt(temporalAddress, temporalNamespace));
  });
  afterAll(() => connection.close());

  it('makes it findable in the Temporal UI, and is the same start however often it is sent', async () => {
    const starter = createTemporalStarter({ client, logger, callMs: 2_500 });
    const wanted = order();
    expect(await starter.start([{ order: wanted, labels }])).toEqual({ kind: 'started', already: false });
    expect(await starter.start([{ order: wanted, labels }])).toEqual({ kind: 'started', already: true });
    const handle = client.workflow.getHandle(purchaseWorkflowId(wanted.purchaseId));
    const described = await handle.describe();
    expect(described.memo).toEqual({
      buyer: 'ann',
      event: `${wanted.eventId}: Autumn concert`,
      items: '2 × Standard',
      requestId: 'request-1',
    });
    expect(described.typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value])).toEqual(
      expect.arrayContaining([
        ['PurchaseIds', [wanted.purchaseId]],
        ['EventIds', [wanted.eventId]],
        ['UserIds', ['ann']],
      ]),
    );
    expect(await described.staticSummary()).toBe('`2 × Standard` for `Autumn concert`, buyer `ann`');
    await handle.terminate('end of the test').catch(() => undefined);
  });

  it('keeps the summary of an event with a very long name within what Temporal takes', async () => {
    const starter = createTemporalStarter({ client, logger, callMs: 2_500 });
    const wanted = order();
    expect(await starter.start([{ order: wanted, labels: { eventName: `Ж\n${'音'.repeat(500)}` } }])).toMatchObject({
      kind: 'started',
    });
    await client.workflow
      .getHandle(purchaseWorkflowId(wanted.purchaseId))
      .terminate('end of the test')
      .catch(() => undefined);
  });

  it('has certainly not happened at a closed port', async () => {
    const nowhere = clientAt('127.0.0.1:1', temporalNamespace);
    const starter = createTemporalStarter({ client: nowhere.client, logger, callMs: 2_500 });
    expect(await starter.start([{ order: order(), labels }])).toMatchObject({ kind: 'not_started', retryAfterS: 2 });
    await nowhere.connection.close();
  });

  it('has certainly not happened in a namespace that does not exist', async () => {
    const other = clientAt(temporalAddress, `no-${randomUUID()}`);
    const starter = createTemporalStarter({ client: other.client, logger, callMs: 2_500 });
    expect(await starter.start([{ order: order(), labels }])).toMatchObject({ kind: 'not_started' });
    await other.connection.close();
  });

  it('may have happened where the server accepts the call and does not answer', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const at = clientAt(`127.0.0.1:${(silent.address() as AddressInfo).port}`, temporalNamespace, 200);
    const starter = createTemporalStarter({ client: at.client, logger, callMs: 200 });
    expect(await starter.start([{ order: order(), labels }])).toMatchObject({ kind: 'unknown' });
    starter.close();
    await at.connection.close();
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  it('is sent again in the background until it arrives, when it may not have arrived', async () => {
    let through = false;
    const wanted = order();
    const flaky = {
      workflow: {
        start: (...args: Parameters<Client['workflow']['start']>) => {
          if (through) return client.workflow.start(...args);
          through = true;
          return Promise.reject(new Error('the connection broke'));
        },
      },
    } as unknown as Client;
    const starter = createTemporalStarter({ client: flaky, logger, callMs: 2_500 });
    expect(await starter.start([{ order: wanted, labels }])).toMatchObject({ kind: 'unknown' });
    const handle = client.workflow.getHandle(purchaseWorkflowId(wanted.purchaseId));
    await expect.poll(async () => (await handle.describe()).workflowId).toBe(handle.workflowId);
    await handle.terminate('end of the test').catch(() => undefined);
  });
});
