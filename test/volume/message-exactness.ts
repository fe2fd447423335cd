import { setTimeout as sleep } from 'node:timers/promises';
import { CAPACITY_UPDATES_QUEUE } from '@box-office/contract';
import type { ServiceHandle } from '@box-office/infra';
import { deadLetterQueueOf, type OutgoingMessage } from '@box-office/messaging';
import { readCapacity } from '@box-office/database/testing';
import { readQueues } from '../checker/reading/queues.js';
import { createRandom } from '../faults/random.js';
import type { VolumeHarness } from './volume-harness.js';
import { capacityMessage } from './messages.js';

/** Messages in one call of the publisher, which limits the time of a call but not its messages. */
const PUBLISH_BATCH = 1_000;
const CHECK_INTERVAL_MS = 20;
const PROGRESS_TIMEOUT_MS = 3 * 60_000;

export interface ExactnessOptions {
  /** Sales, with one message each. */
  readonly messages: number;
  /** Share of the messages that is delivered twice. */
  readonly duplicates: number;
  /** How often the consumer is killed. */
  readonly kills: number;
  readonly seed: string;
}

/** The result of messages whose consumer was killed repeatedly. */
export interface Exactness {
  readonly messages: number;
  readonly delivered: number;
  readonly kills: number;
  /** From the first message until the last one, restarts included. */
  readonly tookMs: number;
  readonly publishedPerSecond: number;
  /** New ledger lines per second of a consumer with a full queue. */
  readonly appliedPerSecond: number;
  /** Differences from the expected state; empty if it is exact. */
  readonly differences: readonly string[];
}

/**
 * Publishes messages in random order, some of them twice. During the first half the consumer is killed with -9
 * repeatedly, each time with unacknowledged messages. The other half is queued while the consumer is down, and then
 * consumed.
 */
export async function measureExactness(harness: VolumeHarness, o: ExactnessOptions): Promise<Exactness> {
  const random = createRandom(o.seed);
  const eventId = await harness.createEvent(o.messages);
  const sales = Array.from({ length: o.messages }, () => capacityMessage(eventId));
  const duplicates = random.shuffled(sales).slice(0, Math.round(o.messages * o.duplicates));
  const unpublished = random.shuffled([...sales, ...duplicates]);
  const delivered = unpublished.length;
  const publish = (count: number): Promise<void> => publishInBatches(harness, unpublished.splice(0, count));
  const applied = async (): Promise<number> => o.messages - ((await readCapacity(harness.pool, eventId)) ?? 0);

  const portion = Math.floor(delivered / (4 * Math.max(1, o.kills)));
  const startedAt = performance.now();
  for (let kill = 1; kill <= o.kills; kill++)
    await killWhileConsuming(harness.consumer, applied, () => publish(portion));
  const rest = unpublished.length;
  await harness.consumer.stop();
  const publishingAt = performance.now();
  await publish(rest);
  const publishedMs = performance.now() - publishingAt;
  const appliedPerSecond = await consumeAll(harness.consumer, applied, o.messages);
  const tookMs = Math.round(performance.now() - startedAt);
  await harness.waitUntilQuiescent();
  return {
    messages: o.messages,
    delivered,
    kills: o.kills,
    tookMs,
    appliedPerSecond,
    publishedPerSecond: perSecond(rest, publishedMs),
    differences: await findDifferences(harness, eventId, sales),
  };
}

async function killWhileConsuming(
  consumer: ServiceHandle,
  applied: () => Promise<number>,
  publish: () => Promise<void>,
): Promise<void> {
  await consumer.start();
  const before = await applied();
  await publish();
  await waitForProgress(applied, before + 1);
  // Paused, so that it has unacknowledged messages when it is killed, however fast it is.
  await consumer.kill('SIGSTOP');
  await publish();
  await consumer.kill('SIGKILL');
}

/** Starts the consumer with a full queue. @returns ledger lines per second, from the first one on */
async function consumeAll(consumer: ServiceHandle, applied: () => Promise<number>, messages: number): Promise<number> {
  const before = await applied();
  const starting = consumer.start();
  await waitForProgress(applied, before + 1);
  const [beganAt, began] = [performance.now(), await applied()];
  await waitForProgress(applied, messages);
  const rate = perSecond(messages - began, performance.now() - beganAt);
  await starting;
  return rate;
}

async function publishInBatches({ publisher }: VolumeHarness, messages: readonly OutgoingMessage[]): Promise<void> {
  for (let first = 0; first < messages.length; first += PUBLISH_BATCH) {
    await publisher.publish(messages.slice(first, first + PUBLISH_BATCH));
  }
}

const perSecond = (count: number, ms: number): number => Math.round(count / (ms / 1_000));

async function waitForProgress(read: () => Promise<number>, wanted: number): Promise<void> {
  const deadline = performance.now() + PROGRESS_TIMEOUT_MS;
  for (;;) {
    const applied = await read();
    if (applied >= wanted) return;
    if (performance.now() > deadline) throw new Error(`no progress after ${applied} messages`);
    await sleep(CHECK_INTERVAL_MS);
  }
}

async function findDifferences(
  { pool, stack }: VolumeHarness,
  eventId: string,
  sales: readonly { readonly messageId: string }[],
): Promise<string[]> {
  const { rows } = await pool.query<{ capacity: number; lines: number; ids: number; known: number }>(
    `select e.capacity, count(*)::int as lines, count(distinct l.message_id)::int as ids,
            (count(*) filter (where l.message_id = any($2::uuid[])))::int as known
       from events e join capacity_ledger l on l.event_id = e.id
      where e.id = $1 group by e.capacity`,
    [eventId, sales.map(({ messageId }) => messageId)],
  );
  const found = JSON.stringify(rows[0]);
  const lines = sales.length;
  const expected = JSON.stringify({ capacity: 0, lines, ids: lines, known: lines });
  const dead = (await readQueues(stack.addresses.amqpUrl, '')).find(
    ({ name }) => name === deadLetterQueueOf(CAPACITY_UPDATES_QUEUE),
  );
  return [
    ...(found === expected ? [] : [`capacity and ledger lines are ${found}, not ${expected}`]),
    ...(dead?.ready === 0 ? [] : [`${dead?.ready} messages are dead letters`]),
  ];
}
