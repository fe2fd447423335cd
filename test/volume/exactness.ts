import { setTimeout as sleep } from 'node:timers/promises';
import { CAPACITY_UPDATES_QUEUE } from '@box-office/contract';
import type { ServiceHandle } from '@box-office/infra';
import { deadLetterQueueOf, type OutgoingMessage } from '@box-office/messaging';
import { readCapacity } from '@box-office/records';
import { readQueues } from '../checker/reading/queues.js';
import { createRandom } from '../faults/random.js';
import type { Ground } from './ground.js';
import { capacityMessage } from './messages.js';

/** Messages given to one call of the publisher, which bounds its time and not its messages. */
const PUBLISHED_TOGETHER = 1_000;
const LOOK_EVERY_MS = 20;
const PROGRESS_TIMEOUT_MS = 3 * 60_000;

export interface ExactnessOptions {
  /** Sales, each with a message of its own. */
  readonly messages: number;
  /** Share of them that is delivered a second time. */
  readonly duplicates: number;
  /** How often the consumer is killed on the way. */
  readonly kills: number;
  readonly seed: string;
}

/** What came of messages whose consumer was killed again and again. */
export interface Exactness {
  readonly messages: number;
  readonly delivered: number;
  readonly kills: number;
  /** From the first message until the last one, restarts included. */
  readonly tookMs: number;
  readonly publishedPerSecond: number;
  /** New ledger lines per second of a consumer with a full queue before it. */
  readonly appliedPerSecond: number;
  /** What is not as it must be; empty if all is. */
  readonly wrong: readonly string[];
}

/**
 * Has messages consumed in random order, some of them twice. Over the first half the consumer is killed with -9 again and
 * again, each time at work and with messages in its hands; the other half then waits for it in the queue.
 */
export async function proveExactness(ground: Ground, o: ExactnessOptions): Promise<Exactness> {
  const random = createRandom(o.seed);
  const eventId = await ground.createEvent(o.messages);
  const sales = Array.from({ length: o.messages }, () => capacityMessage(eventId));
  const again = random.shuffled(sales).slice(0, Math.round(o.messages * o.duplicates));
  const waiting = random.shuffled([...sales, ...again]);
  const delivered = waiting.length;
  const publish = (count: number): Promise<void> => publishSome(ground, waiting.splice(0, count));
  const applied = async (): Promise<number> => o.messages - ((await readCapacity(ground.pool, eventId)) ?? 0);

  const portion = Math.floor(delivered / (4 * Math.max(1, o.kills)));
  const startedAt = performance.now();
  for (let kill = 1; kill <= o.kills; kill++) await killAtWork(ground.consumer, applied, () => publish(portion));
  const rest = waiting.length;
  await ground.consumer.stop();
  const publishingAt = performance.now();
  await publish(rest);
  const publishedMs = performance.now() - publishingAt;
  const appliedPerSecond = await consumeAll(ground.consumer, applied, o.messages);
  const tookMs = Math.round(performance.now() - startedAt);
  await ground.rest();
  return {
    ...{ messages: o.messages, delivered, kills: o.kills, tookMs, appliedPerSecond },
    publishedPerSecond: perSecond(rest, publishedMs),
    wrong: await differences(ground, eventId, sales),
  };
}

async function killAtWork(
  consumer: ServiceHandle,
  applied: () => Promise<number>,
  publish: () => Promise<void>,
): Promise<void> {
  await consumer.start();
  const before = await applied();
  await publish();
  await progress(applied, before + 1);
  // Held still, so that it has what comes now in its hands when it dies, however fast it is.
  await consumer.kill('SIGSTOP');
  await publish();
  await consumer.kill('SIGKILL');
}

/** Has the consumer start with all of it before it. @returns ledger lines per second, from the first one on */
async function consumeAll(consumer: ServiceHandle, applied: () => Promise<number>, messages: number): Promise<number> {
  const before = await applied();
  const starting = consumer.start();
  await progress(applied, before + 1);
  const [beganAt, began] = [performance.now(), await applied()];
  await progress(applied, messages);
  const rate = perSecond(messages - began, performance.now() - beganAt);
  await starting;
  return rate;
}

async function publishSome({ publisher }: Ground, messages: readonly OutgoingMessage[]): Promise<void> {
  for (let first = 0; first < messages.length; first += PUBLISHED_TOGETHER) {
    await publisher.publish(messages.slice(first, first + PUBLISHED_TOGETHER));
  }
}

const perSecond = (count: number, ms: number): number => Math.round(count / (ms / 1_000));

async function progress(read: () => Promise<number>, wanted: number): Promise<void> {
  const deadline = performance.now() + PROGRESS_TIMEOUT_MS;
  for (;;) {
    const applied = await read();
    if (applied >= wanted) return;
    if (performance.now() > deadline) throw new Error(`stands still at ${applied} messages`);
    await sleep(LOOK_EVERY_MS);
  }
}

async function differences(
  { pool, stack }: Ground,
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
