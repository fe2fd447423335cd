import { randomBytes } from 'node:crypto';
import { connect as connectSocket, createServer, type Socket } from 'node:net';
import { type Channel, connect, type GetMessage } from 'amqplib';
import { createTopology, declareTopology, deadLetterQueueOf, retryQueueOf, type Topology } from './topology.js';

/** A topology of one test file alone, on the broker that all tests share. */
export interface FreshTopology extends Topology {
  /** Takes a message and acknowledges it; waits for one up to five seconds. */
  take(queue: string): Promise<GetMessage>;
  /** Messages that are ready. */
  count(queue: string): Promise<number>;
  /** For whatever a test wants to do to the broker itself. */
  readonly channel: Channel;
  drop(): Promise<void>;
}

/** @param retryDelaysMs short ones by default */
export async function freshTopology(amqpUrl: string, retryDelaysMs: readonly number[] = [200]): Promise<FreshTopology> {
  const topology = createTopology({ prefix: `test-${randomBytes(6).toString('hex')}.`, retryDelaysMs });
  const connection = await connect(amqpUrl);
  connection.on('error', () => undefined);
  const channel = await connection.createChannel();
  await declareTopology(channel, topology);

  async function take(queue: string): Promise<GetMessage> {
    for (let i = 0; i < 100; i++) {
      const message = await channel.get(queue, { noAck: true });
      if (message) return message;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`no message came to ${queue}`);
  }

  return {
    ...topology,
    channel,
    take,
    count: async (queue) => (await channel.checkQueue(queue)).messageCount,
    async drop() {
      for (const queue of Object.values(topology.queues)) {
        await channel.deleteQueue(queue);
        await channel.deleteQueue(deadLetterQueueOf(queue));
        for (const delayMs of retryDelaysMs) await channel.deleteQueue(retryQueueOf(queue, delayMs));
      }
      await channel.deleteExchange(topology.deadLetterExchange);
      await connection.close();
    },
  };
}

/** A line to the broker that a test can cut, freeze and mend. */
export interface Line {
  readonly url: string;
  /** Breaks all connections; new ones are refused until `mend`. */
  cut(): void;
  /** Nothing passes any more in either direction, but connections stand. */
  freeze(): void;
  mend(): void;
  close(): Promise<void>;
}

export async function lineTo(amqpUrl: string): Promise<Line> {
  const target = new URL(amqpUrl);
  const pairs = new Set<readonly [Socket, Socket]>();
  let isCut = false;
  let isFrozen = false;

  const server = createServer((near) => {
    if (isCut) {
      near.destroy();
      return;
    }
    const far = connectSocket({ host: target.hostname, port: Number(target.port) });
    const pair = [near, far] as const;
    pairs.add(pair);
    near.pipe(far).pipe(near);
    for (const socket of pair) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        near.destroy();
        far.destroy();
        pairs.delete(pair);
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('the line has no port');
  const url = new URL(amqpUrl);
  url.hostname = '127.0.0.1';
  url.port = String(address.port);

  function cut(): void {
    isCut = true;
    for (const [near] of pairs) near.destroy();
  }

  return {
    url: url.href,
    cut,
    freeze() {
      isFrozen = true;
      for (const [near, far] of pairs) {
        near.unpipe(far).pause();
        far.unpipe(near).pause();
      }
    },
    mend() {
      isCut = false;
      if (isFrozen) for (const [near, far] of pairs) near.pipe(far).pipe(near);
      isFrozen = false;
    },
    close: () =>
      new Promise((resolve) => {
        cut();
        server.close(() => resolve());
      }),
  };
}

/** Resolves as soon as the condition holds. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, timeoutMs = 10_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`still not: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
