import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AMOUNT, openSimulator, type Simulation } from './testing/simulation.js';

let simulation: Simulation;

beforeAll(async () => {
  simulation = await openSimulator();
});

afterAll(() => simulation.close());

describe('a request that is refused for the state of its payment', () => {
  it('is answered the same with its key, and carried out with another one', async () => {
    const p = simulation.purchase('pm_approve');
    const id = await p.authorised();
    const key = randomUUID();
    const refund = (by: string) => simulation.api('POST', '/v1/refunds', { payment_intent: id }, by);
    const first = await refund(key);
    expect(first).toMatchObject({ status: 400, body: { error: { code: 'payment_intent_unexpected_state' } } });
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    await p.capture(id);
    const again = await refund(key);
    expect(again).toMatchObject({ status: 400, body: first.body });
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await refund(randomUUID())).toMatchObject({ status: 200, body: { amount: AMOUNT } });
  });

  it('keeps its key for its parameters', async () => {
    const p = simulation.purchase('pm_approve');
    const id = await p.authorised();
    await p.capture(id);
    const key = randomUUID();
    const refund = (amount: number) =>
      simulation.api('POST', '/v1/refunds', { payment_intent: id, amount: String(amount) }, key);
    expect(await refund(AMOUNT + 1)).toMatchObject({ status: 400, body: { error: { param: 'amount' } } });
    expect(await refund(AMOUNT)).toMatchObject({ status: 400, body: { error: { type: 'idempotency_error' } } });
  });
});

it('a request that cannot be read, or names nothing that exists, leaves its key free', async () => {
  const key = randomUUID();
  const id = await simulation.purchase('pm_approve').authorised();
  const cancel = (of: string, params: Record<string, string> = {}) =>
    simulation.api('POST', `/v1/payment_intents/${of}/cancel`, params, key);
  expect((await cancel(id, { colour: 'blue' })).status).toBe(400);
  expect((await cancel('pi_none')).status).toBe(404);
  expect(await cancel(id)).toMatchObject({ status: 200, body: { status: 'canceled' } });
});
