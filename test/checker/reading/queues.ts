import { createTopology, deadLetterQueueOf, retryQueueOf } from '@box-office/messaging';
import { connect, type ChannelModel } from 'amqplib';
import type { QueueReading } from './stores.js';

const CONNECT_TIMEOUT_MS = 10_000;
const NOT_FOUND = 404;

/** How many messages wait in each of the system's queues. */
export async function readQueues(amqpUrl: string, prefix: string): Promise<QueueReading[]> {
  const connection = await connect(amqpUrl, { timeout: CONNECT_TIMEOUT_MS });
  // An error fails the current call; without a listener it would end the process.
  connection.on('error', () => undefined);
  try {
    const readings: QueueReading[] = [];
    for (const { name, purpose } of queuesOf(prefix)) {
      readings.push({ name, purpose, ready: await readyIn(connection, name) });
    }
    return readings;
  } finally {
    await connection.close().catch(() => undefined);
  }
}

function queuesOf(prefix: string): Omit<QueueReading, 'ready'>[] {
  const { queues, retryDelaysMs } = createTopology({ prefix });
  return Object.values(queues).flatMap((name) => [
    { name, purpose: 'work' as const },
    { name: deadLetterQueueOf(name), purpose: 'dead letters' as const },
    ...retryDelaysMs.map((delayMs) => ({ name: retryQueueOf(name, delayMs), purpose: 'retry' as const })),
  ]);
}

/** Uses a channel of its own, because the broker closes a channel that asks for a queue that does not exist. */
async function readyIn(connection: ChannelModel, queue: string): Promise<number | null> {
  const channel = await connection.createChannel();
  channel.on('error', () => undefined);
  try {
    const { messageCount } = await channel.checkQueue(queue);
    await channel.close();
    return messageCount;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === NOT_FOUND) return null;
    throw error;
  }
}
