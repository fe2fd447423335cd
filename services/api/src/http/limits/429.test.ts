import { randomUUID } from 'node:crypto';
import { OUTCOMES_CHANNEL } from '@box-office/contract';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { NO_LIMITS, openTestGateway, standard, tokenOf, type TestGateway } from '../../testing/gateway.js';

let test: TestGateway;
beforeAll(async () => {
  test = await openTestGateway();
});
afterAll(() => test.close());

const limited = (limits: Partial<typeof NO_LIMITS.limits>) =>
  test.another({ limits: { limits: { ...NO_LIMITS.limits, ...limits } } });
const withBuyers = (buyers: Partial<typeof NO_LIMITS.buyers>) =>
  test.another({ limits: { buyers: { ...NO_LIMITS.buyers, ...buyers } } });

async function expectLimited(response: Response): Promise<number> {
  expect(response.status).toBe(429);
  expect(await response.json()).toMatchObject({ type: '/problems/rate-limited', status: 429 });
  const retryAfterS = Number(response.headers.get('Retry-After'));
  expect(retryAfterS).toBeGreaterThan(0);
  return retryAfterS;
}

describe('429: requests', () => {
  it('of one subject above the limit are stopped, whatever tokens it has, and other subjects are not', async () => {
    const gateway = limited({ buyerPerMinute: 3 });
    const ask = async (subject: string) =>
      gateway.request('GET', `/api/users/${subject}/tickets`, { token: await tokenOf(subject) });
    for (const left of [2, 1, 0]) {
      const response = await ask('greta');
      expect(response.status).toBe(200);
      expect(response.headers.get('RateLimit-Policy')).toBe('"buyer";q=3;w=60');
      expect(response.headers.get('RateLimit')).toMatch(new RegExp(`^"buyer";r=${left};t=\\d+$`));
    }
    const stopped = await ask('greta');
    expect(stopped.headers.get('RateLimit')).toMatch(/^"buyer";r=0;t=\d+$/);
    expect(await expectLimited(stopped)).toBeLessThanOrEqual(60);
    expect((await ask('hans')).status).toBe(200);
  });

  it('of an operator have a limit of their own', async () => {
    const gateway = limited({ buyerPerMinute: 1, operatorPerMinute: 2 });
    const token = await tokenOf('op', { role: 'operator' });
    const ask = () => gateway.request('GET', '/api/operations/findings', { token });
    expect([(await ask()).status, (await ask()).status]).toEqual([200, 200]);
    await expectLimited(await ask());
  });

  it('from one address above the limit are stopped before their tokens are verified', async () => {
    const gateway = limited({ addressPerMinute: 2 });
    const ask = (from: string) => gateway.request('GET', '/api/users/ann/tickets', { from, token: 'x.y.z' });
    expect([(await ask('192.0.2.1')).status, (await ask('192.0.2.1')).status]).toEqual([401, 401]);
    await expectLimited(await ask('192.0.2.1'));
    expect((await ask('192.0.2.2')).status).toBe(401);
  });

  it('from one IPv6 network count as one client’s', async () => {
    const gateway = limited({ addressPerMinute: 1 });
    expect((await gateway.request('GET', '/api/events', { from: '2001:db8::1' })).status).toBe(200);
    await expectLimited(await gateway.request('GET', '/api/events', { from: '2001:db8:0:0:ffff::2' }));
    expect((await gateway.request('GET', '/api/events', { from: '2001:db8:0:1::1' })).status).toBe(200);
  });

  it('do not touch probes and pages', async () => {
    const gateway = limited({ addressPerMinute: 1 });
    for (let i = 0; i < 3; i++) {
      expect((await gateway.request('GET', '/livez', { from: '192.0.2.9' })).status).toBe(200);
      expect((await gateway.request('GET', '/docs', { from: '192.0.2.9' })).status).toBe(200);
    }
  });
});

const ACTION = { kind: 'redirect_to_url', url: 'https://bank.example', until: '2100-01-01T00:00:00.000Z' };

describe('429: purchases', () => {
  it('of one buyer above those that may be open at once are refused, and another buyer’s are not', async () => {
    const event = await test.createEvent([standard(100)]);
    let started = 0;
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const gateway = test.another({
      limits: { buyers: { ...NO_LIMITS.buyers, purchasesAtOnce: 3 } },
      start: async (order, run) => {
        started++;
        void held.then(() => run(order));
        return { kind: 'started', already: false };
      },
    });
    const token = await tokenOf('ida');
    const open = [1, 2, 3].map(() => gateway.buy({ eventId: event.id, quantity: 1 }, { token }));
    // Their tokens are verified by several threads, so that a fourth request could come before one of them.
    await vi.waitFor(() => expect(started).toBe(3), 10_000);
    await expectLimited(await gateway.buy({ eventId: event.id, quantity: 1 }, { token }));
    const other = gateway.buy({ eventId: event.id, quantity: 1 });
    release();
    expect((await Promise.all([...open, other])).map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    expect((await gateway.buy({ eventId: event.id, quantity: 1 }, { token })).status).toBe(201);
  });

  it('wait longer and longer after declined payments, start nothing meanwhile, and repeats are answered', async () => {
    const event = await test.createEvent([standard(10)]);
    const gateway = withBuyers({ declines: { free: 2, maxDelayS: 900 } });
    const token = await tokenOf(`jan_${randomUUID()}`);
    const declined = { eventId: event.id, quantity: 1, payment: { method: 'pm_decline' } };
    const key = randomUUID();
    expect((await gateway.buy(declined, { token, key })).status).toBe(402);
    expect((await gateway.buy(declined, { token })).status).toBe(402);
    const startsBefore = gateway.starts.length;
    const good = { eventId: event.id, quantity: 1 };
    const goodKey = randomUUID();
    expect(await expectLimited(await gateway.buy(good, { token, key: goodKey }))).toBeLessThanOrEqual(2);
    expect(gateway.starts).toHaveLength(startsBefore);
    expect((await gateway.buy(declined, { token, key })).status).toBe(402);
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    expect((await gateway.buy(good, { token, key: goodKey })).status).toBe(201);
    expect((await gateway.buy(declined, { token })).status).toBe(402);
    expect(await expectLimited(await gateway.buy(good, { token }))).toBeGreaterThan(2);
    expect((await gateway.buy(good)).status).toBe(201);
  });

  it.each([
    { learns: 'by notification, without a further request', publishOutcomes: true, asks: false },
    { learns: 'by GET, though the notification was lost', publishOutcomes: false, asks: true },
  ])('wait after payments that were declined after 3-D Secure, learned $learns', async ({ publishOutcomes, asks }) => {
    const event = await test.createEvent([standard(10)]);
    const unfinished: (() => Promise<void>)[] = [];
    const gateway = test.another({
      limits: { buyers: { ...NO_LIMITS.buyers, declines: { free: 5, maxDelayS: 900 } } },
      publishOutcomes,
      start: async (order, run) => {
        const { purchaseId, fingerprint } = order;
        unfinished.push(() => run(order));
        await test.redis.publish(OUTCOMES_CHANNEL, JSON.stringify([{ purchaseId, fingerprint, nextAction: ACTION }]));
        return { kind: 'started', already: false };
      },
    });
    const token = await tokenOf(`kim_${randomUUID()}`);
    const order = { eventId: event.id, quantity: 1, payment: { method: 'pm_decline' } };
    for (let i = 0; i < 5; i++) {
      const answer = await gateway.buy(order, { token });
      const { statusUrl, nextAction } = (await answer.json()) as { statusUrl: string; nextAction?: object };
      expect([answer.status, nextAction]).toEqual([202, ACTION]);
      await unfinished.pop()?.();
      if (!asks) continue;
      for (let repeat = 0; repeat < 2; repeat++) {
        const seen = await gateway.request('GET', statusUrl, { token });
        expect(await seen.json()).toMatchObject({ status: 'declined' });
      }
    }
    await vi.waitFor(async () => expectLimited(await gateway.buy(order, { token })), 1_000);
  });

  it('do not wait because declined orders that another gateway answered are shown', async () => {
    const event = await test.createEvent([standard(10)]);
    const gateway = withBuyers({ declines: { free: 1, maxDelayS: 900 } });
    const token = await tokenOf(`lea_${randomUUID()}`);
    const order = { eventId: event.id, quantity: 1 };
    const declined = await test.buy({ ...order, payment: { method: 'pm_decline' } }, { token });
    const { purchaseId } = (await declined.json()) as { purchaseId: string };
    const shown = await gateway.request('GET', `/api/purchases/${purchaseId}`, { token });
    expect(await shown.json()).toMatchObject({ status: 'declined' });
    expect((await gateway.buy(order, { token })).status).toBe(201);
  });
});

describe('a browser’s page of another origin', () => {
  const origin = 'https://shop.example';

  it('may call the API if its origin is configured, and reads the headers that matter', async () => {
    const gateway = test.another({ limits: { corsOrigins: [origin] } });
    const preflight = await gateway.request('OPTIONS', '/api/tickets/purchase', {
      headers: {
        Origin: origin,
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'authorization,content-type,idempotency-key',
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('Access-Control-Allow-Origin')).toBe(origin);
    expect(preflight.headers.get('Access-Control-Allow-Headers')).toContain('Idempotency-Key');
    const answer = await gateway.request('GET', '/api/events', { headers: { Origin: origin } });
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBe(origin);
    expect(answer.headers.get('Access-Control-Expose-Headers')).toContain('Retry-After');
    expect(answer.headers.get('Access-Control-Allow-Credentials')).toBeNull();
    const stranger = await gateway.request('GET', '/api/events', { headers: { Origin: 'https://evil.example' } });
    expect(stranger.headers.get('Access-Control-Allow-Origin')).toBeNull();
  });

  it('may not where none is', async () => {
    const answer = await test.request('GET', '/api/events', { headers: { Origin: origin } });
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBeNull();
    expect((await test.request('OPTIONS', '/api/events', { headers: { Origin: origin } })).status).toBe(405);
  });
});
