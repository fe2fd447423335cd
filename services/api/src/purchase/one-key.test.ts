import { randomUUID } from 'node:crypto';
import { eventKey, purchaseKey } from '@box-office/contract';
import { purchaseIdOf } from '@box-office/contract/derive';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestGateway, standard, tokenOf, type TestGateway } from '../testing/gateway.js';
import { signal } from '../testing/signal.js';

/** Contents that may come under the one key; the last is declined. */
const BODIES = [
  { quantity: 1 },
  { quantity: 2 },
  { quantity: 1, payment: { method: 'pm_other' } },
  { quantity: 1, payment: { method: 'pm_decline' } },
] as const;

const ask = fc.record({ do: fc.constant('ask' as const), body: fc.nat(BODIES.length - 1), gateway: fc.nat(1) });
/** Redis forgets the record of the key, or what buyers are shown of the event as well. */
const forget = fc.record({ do: fc.constantFrom('forget the key' as const, 'forget both' as const) });
const steps = fc.array(
  fc.record({
    step: fc.oneof({ weight: 4, arbitrary: ask }, { weight: 2, arbitrary: forget }),
    /** Comes before the one in front of it is over. */
    atOnce: fc.boolean(),
  }),
  { minLength: 1, maxLength: 12 },
);

interface Answer {
  readonly body: number;
  readonly status: number;
  /** The last part of the problem's type. */
  readonly problem: string | undefined;
  readonly text: string;
}

/** Says that it is not known yet: the same request may be sent again. */
const isOpen = ({ status, problem }: Answer): boolean =>
  status === 202 || status === 503 || problem === 'purchase-in-flight';

let gateways: readonly [TestGateway, TestGateway];

beforeAll(async () => {
  const first = await openTestGateway();
  gateways = [first, first.another()];
});

afterAll(() => gateways[0].close());

/** One key of one buyer, for an event that cannot sell out. */
async function openKey() {
  const [first] = gateways;
  const { id: eventId } = await first.createEvent([standard(1_000)]);
  const [key, subject] = [randomUUID(), `buyer_${randomUUID()}`];
  const token = await tokenOf(subject);
  const purchaseId = purchaseIdOf('POST /api/tickets/purchase', subject, key);

  async function send(body: number, at: number | TestGateway): Promise<Answer> {
    const gateway = typeof at === 'number' ? (gateways[at] ?? first) : at;
    const response = await gateway.buy({ eventId, ...BODIES[body] }, { key, token });
    const text = await response.text();
    const { type } = JSON.parse(text) as { type?: string };
    return { body, status: response.status, problem: type?.split('/').at(-1), text };
  }

  return {
    send,
    forget: (event: boolean): Promise<unknown> =>
      first.redis.del(purchaseKey(purchaseId), ...(event ? [eventKey(eventId)] : [])),
    /** Asked again and again, as clients do, until it is known. */
    async sendUntilKnown(body: number): Promise<Answer> {
      const deadline = Date.now() + 20_000;
      for (;;) {
        const answer = await send(body, body % 2);
        if (!isOpen(answer) || Date.now() > deadline) return answer;
      }
    },
    async tickets(): Promise<number> {
      const { rows } = await first.pool.query<{ count: number }>(
        `select count(*)::integer from event_tickets where purchase_id = $1 and status = 'valid'`,
        [purchaseId],
      );
      return rows[0]?.count ?? 0;
    },
  };
}

it(
  'one key has one outcome: same body, another body, at once, over two gateways, whatever Redis forgets',
  { timeout: 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (list) => {
        const key = await openKey();
        const answers: Answer[] = [];
        let running: Promise<unknown>[] = [];
        for (const { step, atOnce } of list) {
          if (!atOnce) running = (await Promise.all(running), []);
          const done =
            step.do === 'ask'
              ? key.send(step.body, step.gateway).then((answer) => answers.push(answer))
              : key.forget(step.do === 'forget both');
          running.push(done);
        }
        await Promise.all(running);
        // In the end every request gets its answer.
        for (const body of new Set(answers.map((answer) => answer.body))) answers.push(await key.sendUntilKnown(body));

        const known = answers.filter((answer) => !isOpen(answer));
        const outcomes = known.filter(({ problem }) => problem !== 'idempotency-key-reused');
        const reused = known.filter(({ problem }) => problem === 'idempotency-key-reused');
        const owners = new Set(outcomes.map(({ body }) => body));
        expect(outcomes.map(({ status }) => status).every((status) => status === 201 || status === 402)).toBe(true);
        expect(new Set(outcomes.map(({ text }) => textOf(text))).size).toBe(answers.length === 0 ? 0 : 1);
        expect([...owners]).toHaveLength(answers.length === 0 ? 0 : 1);
        expect(reused.filter(({ body }) => owners.has(body))).toEqual([]);
        const [owner] = outcomes;
        const bought = owner?.status === 201 ? (BODIES[owner.body]?.quantity ?? 0) : 0;
        expect(await key.tickets()).toBe(bought);
      }),
      { numRuns: 40 },
    );
  },
);

it('a buyer whose key Redis lost is not refused while another request is admitted under it', async () => {
  const [first] = gateways;
  const key = await openKey();
  const bought = await key.send(0, 0);
  expect(bought.status).toBe(201);
  // The outcome is noted in Redis behind the answer; a repeat comes after that.
  await key.send(0, 0);
  await key.forget(false);
  const [starting, released] = [signal(), signal()];
  const slow = first.another({
    start: async (order, run) => {
      starting.give();
      await released.given;
      await run(order);
      return { kind: 'started', already: false };
    },
  });
  const other = key.send(1, slow);
  await starting.given;
  expect(await key.send(0, 0)).toMatchObject({ status: 201, text: bought.text });
  released.give();
  expect(await other).toMatchObject({ status: 422 });
  expect(await key.send(0, 0)).toMatchObject({ status: 201, text: bought.text });
});

/** What repeats must share of an answer: all but the id of the request. */
const textOf = (text: string): string => JSON.stringify({ ...(JSON.parse(text) as object), requestId: undefined });
