import { setTimeout as sleep } from 'node:timers/promises';
import { findWebhookEndpoint, listFindings, replayWebhooks, rotateWebhookSecret } from '@box-office/database';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { ACTOR, openDeliveryHarness, type DeliveryHarness } from './testing/delivery-harness.js';
import { openReceiver, type Received, type Receiver } from './testing/receiver.js';

let at: DeliveryHarness;
const open: Receiver[] = [];

beforeAll(async () => {
  at = await openDeliveryHarness(inject('stack'));
});
afterEach(async () => {
  await at.pool.query('delete from webhook_deliveries');
  await Promise.all(open.splice(0).map((receiver) => receiver.close()));
});
afterAll(() => at.close());

async function receiving(...given: Parameters<typeof openReceiver>): Promise<Receiver> {
  const receiver = await openReceiver(...given);
  open.push(receiver);
  return receiver;
}

/** @throws Error if the signature is wrong */
const verify = (secret: string, { body, headers }: Received) =>
  new Webhook(secret).verify(body, headers as Record<string, string>) as Record<string, unknown>;

/** The machine may be slow. */
const SOON = { timeout: 30_000, interval: 100 };
const LATER = { timeout: 240_000, interval: 500 };
const TEST_MS = 300_000;

const untilDelivered = (endpointId: string, count: number, poll = SOON) =>
  expect.poll(() => at.statuses(endpointId), poll).toEqual({ delivered: count });

describe('1,000 messages', () => {
  it(
    'reach an endpoint that fails half of the time, answers slowly or cuts the connection: each at least once',
    async () => {
      let turn = 0;
      const receiver = await receiving(({ before }, response) => {
        const mode = before > 5 ? 0 : turn++ % 8;
        if (mode === 1 || mode === 4) response.writeHead(500).end();
        else if (mode === 3 || mode === 6) response.destroy();
        else if (mode === 5) void sleep(200).then(() => response.end());
        else response.end();
      });
      const { endpointId, secret } = await at.register(receiver.url);
      const ids = await at.write(1_000, endpointId);
      await untilDelivered(endpointId, 1_000, LATER);
      expect(new Set(receiver.accepted)).toEqual(new Set(ids));
      expect(receiver.received.length).toBeGreaterThan(1_400);
      const bodies = new Map<string, string>();
      for (const request of receiver.received) {
        expect(verify(secret, request)).toMatchObject({ type: 'purchase.confirmed', apiVersion: '1' });
        expect(bodies.get(request.id) ?? request.body).toBe(request.body);
        bodies.set(request.id, request.body);
      }
    },
    TEST_MS,
  );

  it(
    'reach an endpoint that was dead when they were written',
    async () => {
      const dead = await openReceiver();
      const { endpointId } = await at.register(dead.url);
      await dead.close();
      const ids = await at.write(1_000, endpointId);
      await expect
        .poll(async () => (await findWebhookEndpoint(at.pool, endpointId))?.failingSince, SOON)
        .not.toBeNull();
      const alive = await receiving(undefined, Number(new URL(dead.url).port));
      await untilDelivered(endpointId, 1_000, LATER);
      expect(new Set(alive.accepted)).toEqual(new Set(ids));
      expect(await findWebhookEndpoint(at.pool, endpointId)).toMatchObject({ failingSince: null, status: 'enabled' });
    },
    TEST_MS,
  );
});

it(
  'a slow endpoint does not delay another',
  async () => {
    const slow = await receiving((_, response) => void sleep(5_000).then(() => response.end()));
    const fast = await receiving();
    const [first, second] = [await at.register(slow.url), await at.register(fast.url)];
    await at.write(300, first.endpointId);
    await expect.poll(() => slow.received.length, SOON).toBeGreaterThan(5);
    await at.write(100, second.endpointId);
    await untilDelivered(second.endpointId, 100);
    expect((await at.statuses(first.endpointId))['pending']).toBeGreaterThan(200);
  },
  TEST_MS,
);

it(
  'an endpoint that answers 410 is disabled with a finding, and gets nothing more',
  async () => {
    const receiver = await receiving((_, response) => void response.writeHead(410).end());
    const { endpointId } = await at.register(receiver.url);
    await at.write(100, endpointId);
    await expect
      .poll(() => findWebhookEndpoint(at.pool, endpointId), SOON)
      .toMatchObject({ status: 'disabled', disabledReason: 'gone' });
    const requests = receiver.received.length;
    expect(requests).toBeLessThanOrEqual(20);
    await sleep(500);
    expect(receiver.received.length).toBe(requests);
    const { findings } = await listFindings(at.pool, { kind: 'webhook_disabled', limit: 5 });
    expect(findings).toMatchObject([{ subject: endpointId, status: 'handed_over' }]);
  },
  TEST_MS,
);

it(
  'after a rotation both secrets verify a message, and after the overlap the new one alone',
  async () => {
    const receiver = await receiving();
    const { endpointId, secret } = await at.register(receiver.url);
    const next = at.newSecret(endpointId);
    await rotateWebhookSecret(at.pool, endpointId, { ...next, previousValidS: 60 }, ACTOR);
    await at.write(1, endpointId);
    await untilDelivered(endpointId, 1);
    const last = at.newSecret(endpointId);
    await rotateWebhookSecret(at.pool, endpointId, { ...last, previousValidS: 0 }, ACTOR);
    await at.write(1, endpointId);
    await untilDelivered(endpointId, 2);
    const [first, second] = receiver.received;
    if (!first || !second) throw new Error('two messages were delivered');
    for (const valid of [secret, next.secret]) verify(valid, first);
    verify(last.secret, second);
    for (const expired of [secret, next.secret]) expect(() => verify(expired, second)).toThrow();
  },
  TEST_MS,
);

it(
  'a replayed message has the same id and body, and a new timestamp that verifies',
  async () => {
    const receiver = await receiving();
    const { endpointId, secret } = await at.register(receiver.url);
    const [messageId] = await at.write(1, endpointId);
    await untilDelivered(endpointId, 1);
    await replayWebhooks(at.pool, endpointId, { messageId: messageId ?? '' }, ACTOR);
    await expect.poll(() => receiver.received.length, SOON).toBe(2);
    const [first, again] = receiver.received;
    if (!first || !again) throw new Error('it was sent twice');
    expect([again.id, again.body]).toEqual([messageId, first.body]);
    verify(secret, again);
  },
  TEST_MS,
);

it(
  'a message that fails at every attempt of the schedule is given up, and its endpoint is disabled with a finding',
  async () => {
    const receiver = await receiving((_, response) => void response.writeHead(503).end());
    const { endpointId } = await at.register(receiver.url);
    await at.write(1, endpointId);
    await expect.poll(() => at.statuses(endpointId), SOON).toEqual({ failed: 1 });
    expect(receiver.received).toHaveLength(11);
    await expect
      .poll(() => findWebhookEndpoint(at.pool, endpointId), SOON)
      .toMatchObject({ status: 'disabled', disabledReason: 'failing' });
    const { findings } = await listFindings(at.pool, { kind: 'webhook_disabled', limit: 5 });
    expect(findings).toContainEqual(expect.objectContaining({ subject: endpointId, status: 'handed_over' }));
  },
  TEST_MS,
);
