import { decideFindings, finishReconciliationRun, recordFindings } from '@box-office/database';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestGateway, standard, tokenOf, type TestGateway } from '../testing/gateway.js';

let test: TestGateway;
let operator: string;
let eventId: string;

beforeAll(async () => {
  test = await openTestGateway();
  operator = await tokenOf('olga', { role: 'operator' });
  ({ id: eventId } = await test.createEvent([standard(5)]));
});
beforeEach(() => {
  test.audit.isUnavailable = false;
  test.audit.isIdle = false;
  test.audit.isTerminated = false;
  test.audit.requests.length = 0;
});
afterAll(() => test.close());

const post = (path: string, body: unknown = {}, token = operator) =>
  test.request('POST', `/api/operations/${path}`, { token, body });
const get = (path: string, token = operator) => test.request('GET', `/api/operations/${path}`, { token });

describe('POST /api/operations/reconciliation', () => {
  it('202 with the reconciliation run that has begun, for one event or for all', async () => {
    const response = await post('reconciliation', { eventId });
    expect(response.status).toBe(202);
    const run = (await response.json()) as { reconciliationId: string };
    expect(run).toMatchObject({ status: 'running', requestedBy: 'olga', scope: `event ${eventId}` });
    expect(response.headers.get('location')).toBe(`/api/operations/reconciliation/${run.reconciliationId}`);
    expect((await post('reconciliation')).status).toBe(202);
    expect(test.audit.requests).toEqual([
      { requestedBy: 'olga', scope: { eventId } },
      { requestedBy: 'olga', scope: 'all' },
    ]);
  });

  it('202 with the next reconciliation run if the one to join has finished', async () => {
    const { reconciliationId } = (await (await post('reconciliation', { eventId })).json()) as {
      reconciliationId: string;
    };
    await finishReconciliationRun(test.pool, reconciliationId, {
      events: 1,
      recovered: 0,
      found: 0,
      repaired: 0,
      handedOver: 0,
    });
    test.audit.endingRun = reconciliationId;
    const next = (await (await post('reconciliation', { eventId })).json()) as {
      reconciliationId: string;
      status: string;
    };
    expect(next.status).toBe('running');
    expect(next.reconciliationId).not.toBe(reconciliationId);
  });

  it('404 for an unknown event, 403 for a buyer, 422 for another body, 503 while Temporal is unavailable', async () => {
    expect((await post('reconciliation', { eventId: 'nowhere' })).status).toBe(404);
    expect((await post('reconciliation', {}, await tokenOf('ann'))).status).toBe(403);
    expect((await post('reconciliation', { event: eventId })).status).toBe(422);
    test.audit.isUnavailable = true;
    expect((await post('reconciliation')).status).toBe(503);
  });
});

describe('GET /api/operations/reconciliation/{id}', () => {
  it('200 from its beginning to its end', async () => {
    const { reconciliationId } = (await (await post('reconciliation')).json()) as { reconciliationId: string };
    const path = `reconciliation/${reconciliationId}`;
    const running = await get(path);
    expect(running.headers.get('retry-after')).not.toBeNull();
    const counts = { events: 1, recovered: 0, found: 2, repaired: 1, handedOver: 1 };
    await finishReconciliationRun(test.pool, reconciliationId, counts);
    expect(await (await get(path)).json()).toMatchObject({ status: 'finished', counts });
  });

  it('200 from its request on, also while no audit consumer has begun it', async () => {
    test.audit.isIdle = true;
    const response = await post('reconciliation', { eventId });
    const requested = (await response.json()) as { reconciliationId: string };
    const expected = { status: 'requested', requestedBy: 'olga', scope: `event ${eventId}` };
    expect(requested).toEqual({ reconciliationId: requested.reconciliationId, ...expected });
    const shown = await get(`reconciliation/${requested.reconciliationId}`);
    expect([shown.status, await shown.json()]).toEqual([200, requested]);
    expect(shown.headers.get('retry-after')).not.toBeNull();
  });

  it('200 with its end if its workflow was closed before it was finished', async () => {
    const { reconciliationId } = (await (await post('reconciliation')).json()) as { reconciliationId: string };
    test.audit.isTerminated = true;
    const ended = await get(`reconciliation/${reconciliationId}`);
    expect([ended.status, ended.headers.get('retry-after')]).toEqual([200, null]);
    expect(await ended.json()).toMatchObject({ status: 'ended', requestedBy: 'olga' });
  });

  it('404 for one that does not exist', async () => {
    const path = 'reconciliation/00000000-0000-4000-8000-000000000000';
    expect(await (await get(path)).json()).toMatchObject({ type: '/problems/unknown-reconciliation-run' });
    expect((await get('reconciliation/none')).status).toBe(404);
  });
});

describe('GET /api/operations/findings', () => {
  it('200 with what was asked for, newest first and in pages', async () => {
    const { reconciliationId } = (await (await post('reconciliation')).json()) as { reconciliationId: string };
    const finding = {
      kind: 'capacity_wrong' as const,
      eventId,
      ticketType: null,
      purchaseId: null,
      expected: 5,
      found: 4,
      cause: 'written from outside',
      action: 'to be repaired',
    };
    const subjects = ['a', 'b', 'c'].map((subject) => ({ ...finding, subject }));
    const recorded = await recordFindings(test.pool, { reconciliationId, requestedBy: 'olga' }, subjects);
    await decideFindings(test.pool, [
      { findingId: recorded[0]?.findingId ?? '', status: 'handed_over', action: 'an operator has to check' },
    ]);
    const list = async (query: string) =>
      (await (await get(`findings?reconciliationId=${reconciliationId}&${query}`)).json()) as {
        findings: object[];
        next: string | null;
      };
    const handedOver = await list('status=handed_over');
    expect(handedOver.findings).toMatchObject([{ ...finding, action: 'an operator has to check', by: 'olga' }]);
    const first = await list('limit=2');
    const rest = await list(`limit=2&after=${first.next ?? ''}`);
    expect([first.findings.length, rest.findings.length, rest.next]).toEqual([2, 1, null]);
    expect((await list(`eventId=${eventId}&kind=duplicate`)).findings).toEqual([]);
  });

  it('403 for a buyer, 422 for a status that there is not', async () => {
    expect((await get('findings', await tokenOf('ann'))).status).toBe(403);
    expect((await get('findings?status=lost')).status).toBe(422);
  });
});

describe('rebuilding', () => {
  it('202 and then how far it is, for one event or for all', async () => {
    const response = await post('rebuild', { eventId });
    expect([response.status, response.headers.get('location')]).toEqual([202, `/api/operations/rebuild/${eventId}`]);
    expect((await post('rebuild')).headers.get('location')).toBe('/api/operations/rebuild/all');
    expect(test.audit.requests.map((request) => 'eventId' in request && request.eventId)).toEqual([eventId, null]);

    expect(await (await get('rebuild/all')).json()).toMatchObject({ type: '/problems/unknown-rebuild' });
    test.audit.rebuildResult = { status: 'running' };
    expect(await (await get('rebuild/all')).json()).toEqual({ eventId: null, status: 'running' });
    const result = { events: 1, readModels: 4, rewritten: 2, capacitiesCorrected: 0, ledgerDifferences: 0 };
    test.audit.rebuildResult = { status: 'finished', result };
    expect(await (await get(`rebuild/${eventId}`)).json()).toEqual({ eventId, status: 'finished', result });
  });

  it('404 for an unknown event, 403 for a buyer, 503 while Temporal is unavailable', async () => {
    expect((await post('rebuild', { eventId: 'nowhere' })).status).toBe(404);
    expect((await post('rebuild', {}, await tokenOf('ann'))).status).toBe(403);
    test.audit.isUnavailable = true;
    expect((await post('rebuild')).status).toBe(503);
  });
});
