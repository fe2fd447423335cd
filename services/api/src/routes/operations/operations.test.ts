import { decideFindings, finishSweep, recordFindings } from '@box-office/records';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestGateway, standard, tokenOf } from '../../testing/gateway.js';
import type { TestGateway } from '../../testing/gateway.js';

let test: TestGateway;
let operator: string;
let eventId: string;

beforeAll(async () => {
  test = await openTestGateway();
  operator = await tokenOf('olga', { role: 'operator' });
  ({ id: eventId } = await test.createEvent([standard(5)]));
});
beforeEach(() => {
  test.audit.isAway = false;
  test.audit.requests.length = 0;
});
afterAll(() => test.close());

const post = (path: string, body: unknown = {}, token = operator) =>
  test.request('POST', `/api/operations/${path}`, { token, body });
const get = (path: string, token = operator) => test.request('GET', `/api/operations/${path}`, { token });

describe('POST /api/operations/reconciliation', () => {
  it('202 with the sweep that has begun, for one event or for all', async () => {
    const response = await post('reconciliation', { eventId });
    expect(response.status).toBe(202);
    const sweep = (await response.json()) as { sweepId: string };
    expect(sweep).toMatchObject({ status: 'running', requestedBy: 'olga', scope: `event ${eventId}` });
    expect(response.headers.get('location')).toBe(`/api/operations/reconciliation/${sweep.sweepId}`);
    expect((await post('reconciliation')).status).toBe(202);
    expect(test.audit.requests).toEqual([
      { requestedBy: 'olga', scope: { eventId } },
      { requestedBy: 'olga', scope: 'all' },
    ]);
  });

  it('202 with the next sweep where the one that could be joined is over already', async () => {
    const { sweepId } = (await (await post('reconciliation', { eventId })).json()) as { sweepId: string };
    await finishSweep(test.pool, sweepId, { events: 1, recovered: 0, found: 0, repaired: 0, handedOver: 0 });
    test.audit.endingSweep = sweepId;
    const next = (await (await post('reconciliation', { eventId })).json()) as { sweepId: string; status: string };
    expect(next.status).toBe('running');
    expect(next.sweepId).not.toBe(sweepId);
  });

  it('404 for an unknown event, 403 for a buyer, 422 for another body, 503 while Temporal is away', async () => {
    expect((await post('reconciliation', { eventId: 'nowhere' })).status).toBe(404);
    expect((await post('reconciliation', {}, await tokenOf('ann'))).status).toBe(403);
    expect((await post('reconciliation', { event: eventId })).status).toBe(422);
    test.audit.isAway = true;
    expect((await post('reconciliation')).status).toBe(503);
  });
});

describe('GET /api/operations/reconciliation/{id}', () => {
  it('200 from its beginning to its end', async () => {
    const { sweepId } = (await (await post('reconciliation')).json()) as { sweepId: string };
    const path = `reconciliation/${sweepId}`;
    const running = await get(path);
    expect(running.headers.get('retry-after')).not.toBeNull();
    const counts = { events: 1, recovered: 0, found: 2, repaired: 1, handedOver: 1 };
    await finishSweep(test.pool, sweepId, counts);
    expect(await (await get(path)).json()).toMatchObject({ status: 'finished', counts });
  });

  it('404 for one that nobody made', async () => {
    const path = 'reconciliation/00000000-0000-4000-8000-000000000000';
    expect(await (await get(path)).json()).toMatchObject({ type: '/problems/unknown-sweep' });
    expect((await get('reconciliation/none')).status).toBe(404);
  });
});

describe('GET /api/operations/findings', () => {
  it('200 with what was asked for, newest first and in pages', async () => {
    const { sweepId } = (await (await post('reconciliation')).json()) as { sweepId: string };
    const finding = {
      ...{ kind: 'capacity_wrong' as const, eventId, ticketType: null, purchaseId: null, expected: 5, found: 4 },
      ...{ cause: 'somebody wrote it', action: 'to be put right' },
    };
    const subjects = ['a', 'b', 'c'].map((subject) => ({ ...finding, subject }));
    const recorded = await recordFindings(test.pool, { sweepId, requestedBy: 'olga' }, subjects);
    await decideFindings(test.pool, [
      { findingId: recorded[0]?.findingId ?? '', status: 'handed_over', action: 'a person has to look' },
    ]);
    const list = async (query: string) =>
      (await (await get(`findings?sweepId=${sweepId}&${query}`)).json()) as { findings: object[]; next: string | null };
    const handedOver = await list('status=handed_over');
    expect(handedOver.findings).toMatchObject([{ ...finding, action: 'a person has to look', by: 'olga' }]);
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
    test.audit.rebuildIs = { status: 'running' };
    expect(await (await get('rebuild/all')).json()).toEqual({ eventId: null, status: 'running' });
    const result = { events: 1, readModels: 4, rewritten: 2, capacitiesCorrected: 0, ledgerDifferences: 0 };
    test.audit.rebuildIs = { status: 'finished', result };
    expect(await (await get(`rebuild/${eventId}`)).json()).toEqual({ eventId, status: 'finished', result });
  });

  it('404 for an unknown event, 403 for a buyer, 503 while Temporal is away', async () => {
    expect((await post('rebuild', { eventId: 'nowhere' })).status).toBe(404);
    expect((await post('rebuild', {}, await tokenOf('ann'))).status).toBe(403);
    test.audit.isAway = true;
    expect((await post('rebuild')).status).toBe(503);
  });
});
