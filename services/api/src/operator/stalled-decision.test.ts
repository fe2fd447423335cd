import { randomUUID } from 'node:crypto';
import {
  claimCancellation,
  claimPurchases,
  finalisePurchases,
  persistTickets,
  recordFindings,
  recordStalledDecision,
  type ClaimedPurchase,
} from '@box-office/database';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestGateway, standard, tokenOf } from '../testing/gateway.js';
import type { TestGateway } from '../testing/gateway.js';

const RUN = { reconciliationId: randomUUID(), requestedBy: 'schedule' };
const OWNER = { workflowId: 'purchases/stalled', runId: randomUUID() };

let test: TestGateway;
let operator: string;
let eventId: string;
let serial = 0;

beforeAll(async () => {
  test = await openTestGateway();
  operator = await tokenOf('olga', { role: 'operator' });
  ({ id: eventId } = await test.createEvent([standard(100)]));
});
beforeEach(() => void test.interventions.ended.splice(0));
afterAll(() => test.close());

async function claimed(): Promise<ClaimedPurchase> {
  const order = {
    purchaseId: randomUUID(),
    fingerprint: 'f',
    userId: randomUUID(),
    eventId,
    requestId: 'r',
    items: [{ ticketType: 'Standard', quantity: 1 }],
    paymentMethod: 'pm_approve',
  };
  const [claim] = await claimPurchases(test.pool, [order], OWNER);
  if (claim?.kind !== 'mine') throw new Error(claim?.kind);
  return claim;
}

async function persist({ purchaseId, epoch, generation }: ClaimedPurchase): Promise<void> {
  const items = [{ ticketType: 'Standard', serials: [(serial += 1)] }];
  await persistTickets(test.pool, [{ purchaseId, epoch, generation, authorisationId: purchaseId, items }]);
}

async function confirm(claim: ClaimedPurchase): Promise<void> {
  await persist(claim);
  expect(await finalisePurchases(test.pool, [claim])).toMatchObject([{ kind: 'confirmed' }]);
}

/** Records that a purchase, or a cancellation of it, is stalled, as its row is now. */
async function find(purchaseId: string, cancellationId?: string): Promise<void> {
  const [table, id] =
    cancellationId === undefined ? ['event_ticket_transactions', purchaseId] : ['ticket_cancellations', cancellationId];
  const { rows } = await test.pool.query<{ since: Date }>(`select updated_at as since from ${table} where id = $1`, [
    id,
  ]);
  const subject = cancellationId === undefined ? `purchase ${id}` : `cancellation ${id}`;
  const found = { status: 'open', since: rows[0]?.since.toISOString(), ...OWNER, answers: true };
  await recordFindings(test.pool, RUN, [
    {
      kind: 'stalled',
      subject,
      eventId,
      purchaseId,
      ticketType: null,
      expected: { finished: true },
      found,
      cause: 'its workflow is open',
      action: 'an operator has to decide',
    },
  ]);
}

const decide = async (purchaseId: string, action: 'retry' | 'compensate', headers = {}) => {
  const path = `/api/operations/purchases/${purchaseId}/resolve`;
  const response = await test.request('POST', path, { token: operator, body: { action, reason: 'it hangs' }, headers });
  return { status: response.status, body: (await response.json()) as object };
};

const NOTHING = { status: 409, body: { type: '/problems/nothing-to-resolve' } };

/** What is listed of a purchase. */
const listed = async (purchaseId: string): Promise<{ details: string }[]> => {
  const response = await test.request('GET', '/api/operations/attention', { token: operator });
  const { purchases } = (await response.json()) as { purchases: { purchaseIds: string[]; details: string }[] };
  return purchases.filter(({ purchaseIds }) => purchaseIds.includes(purchaseId));
};

const isListed = async (purchaseId: string): Promise<boolean> => (await listed(purchaseId)).length > 0;

it('a stalled cancellation of an event is listed, and says what to do', async () => {
  const { id } = await test.createEvent([standard(1)]);
  await test.pool.query(
    `insert into event_cancellations (event_id, requested_by, reason, request_id) values ($1, 'olga', 'storm', 'r')`,
    [id],
  );
  await recordFindings(test.pool, RUN, [
    {
      kind: 'stalled',
      subject: `event_cancellation ${id}`,
      eventId: id,
      purchaseId: null,
      ticketType: null,
      expected: { finished: true },
      found: { status: 'unfinished', since: new Date().toISOString(), ...OWNER },
      cause: 'its workflow is open',
      action: 'an operator has to terminate it',
    },
  ]);
  const response = await test.request('GET', '/api/operations/attention', { token: operator });
  const { purchases } = (await response.json()) as { purchases: { eventIds: string[] }[] };
  expect(purchases.find(({ eventIds }) => eventIds.includes(id))).toMatchObject({
    ...OWNER,
    purchaseIds: [],
    userIds: [],
    details: expect.stringContaining('Terminate this workflow') as string,
  });
});

describe('a decision about stalled work', () => {
  it('ends the very run that is stalled', async () => {
    const { purchaseId } = await claimed();
    await find(purchaseId);
    expect(await isListed(purchaseId)).toBe(true);
    expect(await decide(purchaseId, 'compensate')).toMatchObject({ status: 200 });
    expect(test.interventions.ended).toMatchObject([OWNER]);
    const { rows } = await test.pool.query(
      'select cancel_requested_at is not null as asked from event_ticket_transactions where id = $1',
      [purchaseId],
    );
    expect(rows).toEqual([{ asked: true }]);
    expect((await decide(purchaseId, 'compensate')).status, 'until its workflow is terminated').toBe(200);
  });

  it.each([
    ['has its outcome', confirm],
    ['has made progress', persist],
  ] as const)('409 once the purchase %s: its workflow runs on', async (_, continues) => {
    const claim = await claimed();
    await find(claim.purchaseId);
    await continues(claim);
    for (const action of ['compensate', 'retry'] as const) {
      expect(await decide(claim.purchaseId, action)).toMatchObject(NOTHING);
    }
    expect(test.interventions.ended).toEqual([]);
    expect(await isListed(claim.purchaseId)).toBe(false);
  });

  /** A confirmed purchase whose cancellation is stalled. */
  async function cancelled(): Promise<{ claim: ClaimedPurchase; cancellationId: string }> {
    const claim = await claimed();
    await confirm(claim);
    const cancellationId = randomUUID();
    await claimCancellation(test.pool, {
      cancellationId,
      purchaseId: claim.purchaseId,
      eventId,
      tickets: null,
      userId: 'ann',
      requestedBy: 'ann',
      byOperator: true,
      reason: '',
      requestId: 'r',
      requestedAt: new Date().toISOString(),
    });
    await find(claim.purchaseId, cancellationId);
    return { claim, cancellationId };
  }

  it('is for a cancellation to try it again, as its listing says: it cannot be undone', async () => {
    const { claim } = await cancelled();
    const [{ details } = { details: '' }] = await listed(claim.purchaseId);
    expect(details).toContain('`retry` terminates this workflow');
    expect(details).not.toContain('compensate');
    const detail = expect.stringContaining('only retry is possible') as string;
    expect(await decide(claim.purchaseId, 'compensate')).toMatchObject({ status: 409, body: { detail } });
    expect(test.interventions.ended).toEqual([]);
    expect((await decide(claim.purchaseId, 'retry')).status).toBe(200);
  });

  it('to undo a purchase asks for nothing if it is not recorded', async () => {
    const { purchaseId } = await claimed();
    const decision = { operator: 'olga', reason: 'it hangs', action: 'compensate', step: 'workflow', purchaseId };
    const unrecorded = recordStalledDecision(test.pool, { ...decision, updateId: 'update', workflowId: '\0' });
    await expect(unrecorded).rejects.toThrow();
    const { rows } = await test.pool.query(
      'select cancel_requested_at as asked from event_ticket_transactions where id = $1',
      [purchaseId],
    );
    expect(rows).toEqual([{ asked: null }]);
  });

  it('409 once the cancellation is settled', async () => {
    const { claim, cancellationId } = await cancelled();
    expect(await isListed(claim.purchaseId)).toBe(true);
    await test.pool.query(
      `update ticket_cancellations set status = 'cancelled', cancelled_at = now(), settled_at = now() where id = $1`,
      [cancellationId],
    );
    expect(await decide(claim.purchaseId, 'retry')).toMatchObject(NOTHING);
    expect(test.interventions.ended).toEqual([]);
    expect(await isListed(claim.purchaseId)).toBe(false);
  });

  it('ends it when it is repeated, if Temporal was unavailable before', async () => {
    const { purchaseId } = await claimed();
    await find(purchaseId);
    const key = { 'Idempotency-Key': randomUUID() };
    test.interventions.isUnavailable = true;
    expect((await decide(purchaseId, 'retry', key)).status).toBe(503);
    expect(test.interventions.ended).toEqual([]);
    test.interventions.isUnavailable = false;
    expect((await decide(purchaseId, 'retry', key)).status).toBe(200);
    expect(test.interventions.ended).toMatchObject([OWNER]);
  });
});
