import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openFakeGateway, type FakeGateway } from './testing/fake-gateway.js';

const ID = '0786e9be-ee41-50d7-986b-7c911c41e848';
let gateway: FakeGateway;

beforeAll(async () => {
  gateway = await openFakeGateway();
});
beforeEach(() => gateway.reset());
afterAll(() => gateway.close());

/** What the gateway tells operators of a purchase that is stuck in a batch. */
const BEHIND = {
  workflowId: 'purchases/7',
  workflows: [
    {
      workflowId: 'purchases/7',
      status: 'RUNNING',
      closedAt: null,
      pausedSteps: ['capture'],
      stuck: { step: 'authorise', since: '2026-11-25T17:00:00.000Z', cause: 'HTTP 503' },
    },
  ],
  cancellations: [
    {
      cancellationId: ID,
      status: 'waiting',
      requestedBy: 'ann',
      byOperator: false,
      reason: 'ill\n# Sold',
      requestedAt: '2026-11-25T17:05:00.000Z',
    },
  ],
  decisions: [
    {
      at: '2026-11-25T17:06:00.000Z',
      operator: 'olga',
      verified: true,
      channel: 'api',
      action: 'retry',
      step: 'authorise',
      reason: 'it is back',
    },
  ],
};

describe('what waits for an operator', () => {
  const waiting = (n: number) => ({
    workflowId: `purchase/${n}`,
    runId: 'r',
    purchaseIds: [ID],
    eventIds: ['1'],
    userIds: [`user_${n}`],
    since: '2026-11-25T17:00:00.000Z',
    step: 'settle',
    cause: 'Redis is unavailable\nfor long',
    details: '',
    cancellations: [],
  });

  it('is listed page by page as far as it was asked for', async () => {
    const page = (from: number, count: number) => Array.from({ length: count }, (_, i) => waiting(from + i));
    gateway.answers.push(
      { body: { purchases: page(0, 100), next: 'a' } },
      { body: { purchases: page(100, 20), next: 'b' } },
    );
    const { code, out } = await gateway.cli('attention', '--limit', '120');
    expect(code).toBe(0);
    expect(gateway.asked.map(({ line }) => line)).toEqual([
      'GET /api/operations/attention?limit=100',
      'GET /api/operations/attention?limit=20&after=a',
    ]);
    expect(out).toContain(`purchase/0\n  step       settle\n  cause      Redis is unavailable for long\n`);
    expect(out).toMatch(/\n120 workflows wait, and there are more\.\n$/);
  });

  it('is listed with every purchase of a batch', async () => {
    const purchaseIds = Array.from({ length: 50 }, () => randomUUID());
    gateway.answers.push({ body: { purchases: [{ ...waiting(0), purchaseIds }], next: null } });
    const { out } = await gateway.cli('attention');
    expect(out).toContain(`  purchases  ${purchaseIds.join(', ')}\n`);
  });

  it('is shown with a purchase that is open', async () => {
    gateway.answers.push(
      { body: { purchaseId: ID, status: 'open', userId: 'ann', eventId: '1' } },
      { body: BEHIND },
      { body: { purchases: [waiting(1)], next: null } },
      { body: { findings: [], next: null } },
    );
    const { out } = await gateway.cli('purchase', 'show', ID);
    expect(out).toMatch(/^status +open$/m);
    expect(out).toContain('It waits for an operator:');
    expect(out).toMatch(/^workflow +purchases\/7$/m);
    expect(out).toContain('purchases/7 waits for an operator at the step authorise since 2026-11-25 17:00:00Z.');
    expect(out).toContain('purchases/7: the step capture is paused');
    expect(out).toContain(
      `Cancellation ${ID} was asked for by buyer ann at 2026-11-25 17:05:00Z: the purchase was told to stop, and this waits until it has its outcome. Reason given: ill # Sold`,
    );
    expect(out).toMatch(/2026-11-25 17:06:00Z +olga +verified +api +retry +authorise +it is back/);
  });
});

describe('a comparison', () => {
  const counts = { events: 2, recovered: 1, found: 3, repaired: 2, handedOver: 1 };
  const requested = { reconciliationId: ID, requestedBy: 'olga', scope: 'all' };

  it('is waited for, and ends with 1 if something is handed over to an operator', async () => {
    gateway.answers.push(
      { status: 202, body: { ...requested, status: 'requested' } },
      { body: { ...requested, status: 'running' } },
      { body: { ...requested, status: 'finished', counts } },
    );
    expect(await gateway.cli('reconcile', '--wait')).toEqual({
      code: 1,
      out: '2 events compared: 1 recovered, 3 found, 2 repaired, 1 left to an operator.\n',
      err: 'box-office: 1 finding waits for an operator\n',
    });
    expect(gateway.asked[2]?.line).toBe(`GET /api/operations/reconciliation/${ID}`);
  });

  it.each([
    [{ failedSteps: 1 }, '1 step failed, so this proves nothing'],
    [{ paymentsLeft: true }, 'payments are left to compare'],
  ])('that did not compare everything (%j) ends with 3, and says what is missing', async (more, missing) => {
    const nothing = { events: 1, recovered: 0, found: 0, repaired: 0, handedOver: 0 };
    gateway.answers.push({ status: 202, body: { ...requested, status: 'finished', counts: { ...nothing, ...more } } });
    expect(await gateway.cli('reconcile', '--wait')).toEqual({
      code: 3,
      out: `1 event compared: nothing found; ${missing}.\n`,
      err: `box-office: not everything was compared: ${missing}. Repeat the command\n`,
    });
  });

  it('that was stopped before its end is a failure', async () => {
    gateway.answers.push({ status: 202, body: { ...requested, status: 'requested' } });
    gateway.answers.push({ body: { ...requested, status: 'ended' } });
    const err = `box-office: reconciliation run ${ID} was stopped before its end\n`;
    expect(await gateway.cli('reconcile', '--wait')).toEqual({ code: 1, out: '', err });
  });

  it('is only begun without --wait', async () => {
    gateway.answers.push({ status: 202, body: { ...requested, status: 'running' } });
    expect(await gateway.cli('reconcile', '--event', '1')).toMatchObject({
      code: 0,
      out: `Reconciliation run ${ID} continues.\n`,
    });
    expect(gateway.asked).toMatchObject([{ body: { eventId: '1' } }]);
  });
});
