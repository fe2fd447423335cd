import { randomUUID } from 'node:crypto';
import { detachedPurchaseWorkflowId, cancellationWorkflowId, purchaseWorkflowId } from '@box-office/contract';
import { cancellationIdOf } from '@box-office/contract/derive';
import { claimCancellation, recordResolution } from '@box-office/database';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestGateway, standard, tokenOf, type TestGateway } from '../testing/gateway.js';

let test: TestGateway;
let operator: string;

beforeAll(async () => {
  test = await openTestGateway();
  operator = await tokenOf('olga', { role: 'operator' });
});
beforeEach(() => {
  test.interventions.isUnavailable = false;
  test.interventions.page = { kind: 'page', purchases: [], next: null };
  test.interventions.decisions.length = 0;
  test.interventions.replies.clear();
});
afterAll(() => test.close());

const answerOf = async (response: Promise<Response>) => {
  const { status, headers, ...rest } = await response;
  void rest;
  return { status, headers, body: (await (await response).json()) as Record<string, unknown> };
};

describe('GET /api/operations/attention', () => {
  const list = (query = '', token = operator) =>
    answerOf(test.request('GET', `/api/operations/attention${query}`, { token }));

  it('200 with what needs an operator, and the next page', async () => {
    const purchaseId = randomUUID();
    const waiting = {
      workflowId: purchaseWorkflowId(purchaseId),
      runId: randomUUID(),
      purchaseIds: [purchaseId],
      eventIds: ['1'],
      userIds: ['ann'],
      since: '2026-01-01T00:00:00.000Z',
      step: 'publish',
      cause: 'no broker',
      details: '### ann buys',
    };
    test.interventions.page = { kind: 'page', purchases: [waiting], next: 'abc' };
    expect(await list()).toMatchObject({ status: 200, body: { purchases: [waiting], next: 'abc' } });
  });

  it('401 without a token, 403 for a buyer, 422 for an invalid page, 503 while Temporal is unavailable', async () => {
    expect((await test.request('GET', '/api/operations/attention')).status).toBe(401);
    expect((await list('', await tokenOf('ann'))).status).toBe(403);
    for (const query of ['?limit=0', '?limit=101', '?limit=many', '?after=..', '?after=']) {
      expect((await list(query)).status).toBe(422);
    }
    test.interventions.page = { kind: 'unknown_cursor' };
    expect(await list('?after=abc')).toMatchObject({ status: 422, body: { errors: [{ path: 'after' }] } });
    test.interventions.isUnavailable = true;
    expect((await list()).status).toBe(503);
  });
});

describe('POST /api/operations/purchases/{id}/resolve', () => {
  const resolve = (purchaseId: string, body: unknown, o: { token?: string; key?: string } = {}) =>
    answerOf(
      test.request('POST', `/api/operations/purchases/${purchaseId}/resolve`, {
        token: o.token ?? operator,
        body,
        ...(o.key !== undefined && { headers: { 'Idempotency-Key': o.key } }),
      }),
    );
  const retry = { action: 'retry', reason: 'it is back' };
  const next = 'The workflow continues.';

  async function bought(): Promise<string> {
    const { id: eventId } = await test.createEvent([standard(5)]);
    const answer = await answerOf(test.buy({ eventId, quantity: 1 }, { token: await tokenOf('ann') }));
    return String(answer.body['purchaseId']);
  }

  it('200 with the step, the action and what follows, decided by the workflow that claimed the purchase', async () => {
    const purchaseId = await bought();
    test.interventions.replies.set(purchaseWorkflowId(purchaseId), {
      kind: 'decided',
      step: 'publish',
      action: 'skip',
      next,
    });
    expect(await resolve(purchaseId.toUpperCase(), { action: 'skip', reason: ' sent by hand ' })).toMatchObject({
      status: 200,
      body: { purchaseId, step: 'publish', action: 'skip', next },
    });
    const [decision] = test.interventions.decisions;
    expect(decision?.request).toEqual({ purchaseId, operator: 'olga', action: 'skip', reason: 'sent by hand' });
  });

  it('200 where a cancellation of it, or the workflow into which it was detached, is stuck', async () => {
    const purchaseId = await bought();
    const cancellationId = cancellationIdOf(purchaseId, null);
    const row = await test.pool.query('select event_id from event_ticket_transactions where id = $1', [purchaseId]);
    const { event_id: eventId } = row.rows[0] as { event_id: string };
    await claimCancellation(test.pool, {
      cancellationId,
      purchaseId,
      eventId,
      tickets: null,
      userId: 'ann',
      requestedBy: 'ann',
      byOperator: true,
      reason: '',
      requestId: 'r',
      requestedAt: new Date().toISOString(),
    });
    const decided = { kind: 'decided', step: 'refund', action: 'retry', next } as const;
    test.interventions.replies.set(cancellationWorkflowId(cancellationId), decided);
    expect((await resolve(purchaseId, retry)).body).toMatchObject({ step: 'refund' });
    test.interventions.replies.clear();
    test.interventions.replies.set(detachedPurchaseWorkflowId(purchaseId), { ...decided, step: 'capture' });
    expect((await resolve(purchaseId, retry)).body).toMatchObject({ step: 'capture' });
  });

  it('200 without deciding again for the key of a decision on record, 422 for another decision with it', async () => {
    const purchaseId = await bought();
    const key = randomUUID();
    const workflowId = purchaseWorkflowId(purchaseId);
    test.interventions.replies.set(workflowId, { kind: 'decided', step: 'publish', action: 'retry', next });
    expect((await resolve(purchaseId, retry, { key })).status).toBe(200);
    const { updateId, request } = test.interventions.decisions[0] ?? {};
    if (!request || updateId === undefined) throw new Error('nothing was decided');
    expect((await resolve(purchaseId, { ...retry, action: 'skip' }, { key })).status).toBe(422);
    expect(test.interventions.decisions[1]?.updateId).toBe(updateId);

    const recorded = { ...request, step: 'publish', purchaseIds: [purchaseId], updateId, workflowId };
    await recordResolution(test.pool, recorded);
    test.interventions.replies.clear();
    expect(await resolve(purchaseId, retry, { key })).toMatchObject({
      status: 200,
      body: { step: 'publish', next: expect.stringContaining('decided before') as string },
    });
    const other = await resolve(purchaseId, { ...retry, reason: 'another' }, { key });
    expect(other).toMatchObject({ status: 422, body: { type: '/problems/idempotency-key-reused' } });
    expect(test.interventions.decisions).toHaveLength(2);
  });

  it('404 for an unknown purchase', async () => {
    for (const id of [randomUUID(), 'nonsense']) {
      expect(await resolve(id, retry)).toMatchObject({ status: 404, body: { type: '/problems/unknown-purchase' } });
    }
  });

  it('409 when nothing of it is stuck, or when the workflow refuses, with its reason', async () => {
    const purchaseId = await bought();
    expect(await resolve(purchaseId, retry)).toMatchObject({
      status: 409,
      body: { type: '/problems/nothing-to-resolve' },
    });
    const reason = '`publish` cannot be resolved by compensate';
    test.interventions.replies.set(purchaseWorkflowId(purchaseId), { kind: 'refused', reason });
    expect(await resolve(purchaseId, { action: 'compensate', reason: 'no' })).toMatchObject({
      status: 409,
      body: { type: '/problems/resolution-refused', detail: reason },
    });
  });

  it('400 for an invalid key, 403 for a buyer, 422 for an invalid body', async () => {
    const purchaseId = await bought();
    expect((await resolve(purchaseId, retry, { key: 'x'.repeat(256) })).status).toBe(400);
    expect((await resolve(purchaseId, retry, { token: await tokenOf('ann') })).status).toBe(403);
    const wrong = [
      { action: 'retry' },
      { action: 'retry', reason: ' ' },
      { action: 'retry', reason: 'nul \0' },
      { action: 'refund', reason: 'r' },
      { action: 'correct', reason: 'r' },
      { action: 'retry', reason: 'r', paymentMethod: 'pm_approve' },
      { action: 'correct', reason: 'r', paymentMethod: 'two words' },
      { action: 'correct', reason: 'r', paymentMethod: '4242424242424242' },
      { ...retry, operator: 'somebody else' },
      '[',
    ];
    for (const body of wrong) expect((await resolve(purchaseId, body)).status).toBe(422);
    expect(test.interventions.decisions).toEqual([]);
  });

  it('503 while Temporal is unavailable', async () => {
    const purchaseId = await bought();
    test.interventions.isUnavailable = true;
    const { status, headers } = await resolve(purchaseId, retry);
    expect([status, headers.get('retry-after')]).toEqual([503, '1']);
  });
});
