import { randomUUID } from 'node:crypto';
import {
  alonePurchaseWorkflowId,
  cancellationWorkflowId,
  groupWorkflowId,
  type ResolveAction,
  type WaitingForPerson,
} from '@box-office/contract';
import { cancellationIdOf } from '@box-office/contract/derive';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newBuyer, openOffice, paymentsOf, validSerials, type Answer, type Office } from '../support/office.js';
import { until } from '../support/until.js';
import { startList } from './purchase-list.js';
import { openBackstage, type Backstage } from './reconciliation/backstage.js';

const PRICE_MINOR = 2_500;
const STUCK_MS = 60_000;
let office: Office;
let backstage: Backstage;
/** What gets stuck on the way, all at the same time. */
let failing: Stuck;
let notCaptured: Stuck;
let notRefunded: Stuck;
let leftGroup: Stuck;

interface Stuck {
  readonly eventId: string;
  readonly purchaseId: string;
  readonly first: Answer | null;
  readonly repeat: () => Promise<Answer>;
}

beforeAll(async () => {
  office = await openOffice(undefined, { PURCHASE_WAIT_MS: '1000' });
  backstage = await openBackstage(office);
  [failing, notCaptured, notRefunded, leftGroup] = await Promise.all([
    bought('pm_fail_1000+void_fail_1000'),
    bought('pm_capture_fail_1000'),
    bought('pm_refund_fail_1000'),
    boughtInGroup('pm_capture_fail_1000'),
  ]);
  await finished(notRefunded.repeat, 201);
  await office.call('POST', `/api/purchases/${notRefunded.purchaseId}/cancel`, { body: { reason: 'ill' } });
}, 120_000);
afterAll(async () => {
  await backstage.close();
  await office.close();
});

async function bought(method: string): Promise<Stuck> {
  const { id: eventId } = await office.createEvent({ total: 3, priceMinor: PRICE_MINOR });
  const who = { as: newBuyer(), key: randomUUID() };
  const repeat = () => office.buy({ eventId, quantity: 1, payment: { method } }, who);
  const first = await repeat();
  return { eventId, purchaseId: first.body.purchaseId, first, repeat };
}

/** The second of two purchases that are decided together; it leaves its group as soon as the provider fails. */
async function boughtInGroup(method: string): Promise<Stuck> {
  const { id: eventId } = await office.createEvent({ total: 3, priceMinor: PRICE_MINOR });
  const group = await startList(backstage.temporal, groupWorkflowId(randomUUID()), eventId, ['pm_approve', method]);
  const purchaseId = group.purchaseIds[1] ?? '';
  const repeat = () => office.call('GET', `/api/purchases/${purchaseId}`);
  return { eventId, purchaseId, first: null, repeat };
}

/** The entry about a purchase among all that wait, page by page. */
async function listed(purchaseId: string): Promise<WaitingForPerson> {
  let after: string | null = '';
  while (after !== null) {
    const query: string = after === '' ? '?limit=2' : `?limit=2&after=${after}`;
    const { status, body } = await office.call('GET', `/api/operations/attention${query}`);
    expect(status).toBe(200);
    const page = body as unknown as { purchases: WaitingForPerson[]; next: string | null };
    const found = page.purchases.find((entry) => entry.purchaseIds.includes(purchaseId));
    if (found) return found;
    after = page.next;
  }
  throw new Error(`${purchaseId} does not wait for a person`);
}
const untilListed = (purchaseId: string) => until(() => listed(purchaseId), STUCK_MS);

const resolve = (purchaseId: string, action: ResolveAction, o: { reason: string; method?: string; key?: string }) =>
  office.call('POST', `/api/operations/purchases/${purchaseId}/resolve`, {
    as: 'olga',
    body: { action, reason: o.reason, ...(o.method !== undefined && { paymentMethod: o.method }) },
    ...(o.key !== undefined && { headers: { 'idempotency-key': o.key } }),
  });

async function decisionsOn(purchaseId: string): Promise<string[]> {
  const { rows } = await office.pool.query<{ line: string }>(
    `select concat_ws(' ', actor, details ->> 'actorVerified', details ->> 'channel', details ->> 'action', details ->> 'step', '-', details ->> 'reason') as line
       from audit_logs where purchase_id = $1 and kind = 'operator' order by id`,
    [purchaseId],
  );
  return rows.map(({ line }) => line);
}

async function availableOf(eventId: string): Promise<number | undefined> {
  const look = await backstage.inventory.look(eventId);
  return look.kind === 'counted' ? look.event.ticketTypes[0]?.available : undefined;
}

const finished = (repeat: () => Promise<Answer>, status: number) =>
  until(async () => {
    const answer = await repeat();
    expect(answer.status).toBe(status);
    return answer;
  }, STUCK_MS);

describe('the list of what waits for a person', () => {
  it('refuses to go on where no page ended', async () => {
    const { status, body } = await office.call('GET', '/api/operations/attention?after=abc');
    expect([status, body.type]).toEqual([422, '/problems/invalid-request']);
  });
});

describe('a purchase whose payment cannot be authorised', () => {
  it('is open for its buyer and waits for a person, with step and cause, until another method is named', async () => {
    const { eventId, purchaseId, first, repeat } = failing;
    expect(first?.status).toBe(202);
    const waiting = await untilListed(purchaseId);
    expect(waiting).toMatchObject({ purchaseIds: [purchaseId], eventIds: [eventId], step: 'authorise' });
    expect(waiting.userIds).toHaveLength(1);
    expect(waiting.cause).toMatch(/503/);
    expect(Date.now() - Date.parse(waiting.since)).toBeGreaterThan(5_000);
    expect(waiting.details).toMatch(/^\*\*Status:\*\* `needs_attention` since .*, `EUR 25\.00`\.\n/);
    expect(waiting.details).toMatch(
      /\*\*A person should look:\*\* `authorise` has not got through since .* \(.*503.*\)/,
    );
    await until(async () => expect(await needingAttention()).toBeGreaterThanOrEqual(1), 20_000);
    expect((await repeat()).status).toBe(202);
    const shown = await office.call('GET', `/api/purchases/${purchaseId}`);
    expect(shown).toMatchObject({ status: 200, body: { status: 'open' } });

    const wish = { reason: 'the buyer has another card', method: 'pm_approve', key: randomUUID() };
    const both = await Promise.all([resolve(purchaseId, 'correct', wish), resolve(purchaseId, 'correct', wish)]);
    for (const { status, body } of both) {
      expect({ status, body }).toMatchObject({
        status: 200,
        body: { purchaseId, step: 'authorise', action: 'correct' },
      });
      // The second decision, below, is announced.
      expect(JSON.stringify(body)).toMatch(/asked again, at the step undoPayment|decided before/);
    }
    // The reversal fails as well: whether the failed attempt will still set money aside, a person has to ask the provider.
    const skipped = await until(async () => {
      const answer = await resolve(purchaseId, 'skip', { reason: 'the provider has nothing' });
      expect(answer.status).toBe(200);
      return answer;
    }, STUCK_MS);
    expect(skipped.body).toMatchObject({ step: 'undoPayment', action: 'skip' });
    const done = await finished(repeat, 201);
    expect(done.body.purchaseId).toBe(purchaseId);
    expect(await validSerials(office, eventId)).toEqual([1]);
    expect(await paymentsOf(purchaseId)).toEqual({ captured: PRICE_MINOR, refunded: 0, captures: 1 });
    expect(await resolve(purchaseId, 'correct', wish)).toMatchObject({ status: 200, body: { step: 'authorise' } });
    expect(await decisionsOn(purchaseId)).toEqual([
      'olga true api correct authorise - the buyer has another card',
      'olga true api skip undoPayment - the provider has nothing',
    ]);
    await until(async () => expect(listed(purchaseId)).rejects.toThrow('does not wait'));
    expect(await resolve(purchaseId, 'retry', { reason: 'too late' })).toMatchObject({
      status: 409,
      body: { type: '/problems/nothing-to-resolve' },
    });
  }, 120_000);
});

async function needingAttention(): Promise<number> {
  const text = await (await fetch(`${office.services.api[0]?.healthUrl}/metrics`)).text();
  return Number(/^workflows_needing_attention (\S+)$/m.exec(text)?.[1]);
}

describe('a purchase whose payment cannot be captured', () => {
  it('is undone when an operator says so: no money, no ticket, and the capacity back', async () => {
    const { eventId, purchaseId, repeat } = notCaptured;
    expect(await untilListed(purchaseId)).toMatchObject({ step: 'capture' });
    expect(await resolve(purchaseId, 'correct', { reason: 'no', method: 'pm_approve' })).toMatchObject({
      status: 409,
      body: { type: '/problems/resolution-refused', detail: '`capture` cannot be resolved by correct' },
    });
    expect((await resolve(purchaseId, 'retry', { reason: 'once more' })).status).toBe(200);
    await untilCompensated(purchaseId);
    expect((await finished(repeat, 409)).body.type).toBe('/problems/purchase-undone');
    expect(await paymentsOf(purchaseId)).toEqual({ captured: 0, refunded: 0, captures: 0 });
    expect(await validSerials(office, eventId)).toEqual([]);
    expect(await availableOf(eventId)).toBe(3);
    expect(await decisionsOn(purchaseId)).toEqual([
      'olga true api retry capture - once more',
      'olga true api compensate capture - gone',
    ]);
  }, 120_000);

  it('is found in the workflow that it left its group for, and undone apart from the others', async () => {
    const { eventId, purchaseId, repeat } = leftGroup;
    expect(await untilListed(purchaseId)).toMatchObject({
      workflowId: alonePurchaseWorkflowId(purchaseId),
      step: 'capture',
      purchaseIds: [purchaseId],
    });
    await untilCompensated(purchaseId);
    await until(async () => expect((await repeat()).body).toMatchObject({ status: 'undone' }), STUCK_MS);
    expect(await validSerials(office, eventId)).toHaveLength(1);
    await until(async () => expect(await availableOf(eventId)).toBe(2));
  }, 120_000);

  /** After a retry the step has to be marked as stuck again. */
  const untilCompensated = (purchaseId: string) =>
    until(async () => expect((await resolve(purchaseId, 'compensate', { reason: 'gone' })).status).toBe(200), STUCK_MS);
});

describe('a cancellation whose refund cannot be made', () => {
  it('goes on when an operator has refunded by hand and skips it', async () => {
    const { eventId, purchaseId } = notRefunded;
    const cancellationId = cancellationIdOf(purchaseId, null);
    expect(await untilListed(purchaseId)).toMatchObject({
      workflowId: cancellationWorkflowId(cancellationId),
      step: 'refund',
    });
    const shown = () => office.call('GET', `/api/cancellations/${cancellationId}`);
    expect((await shown()).body).toMatchObject({ status: 'refunding' });
    const key = randomUUID();
    const skip = () => resolve(purchaseId, 'skip', { reason: 'paid back in cash', key });
    expect((await skip()).body).toMatchObject({ purchaseId, step: 'refund', action: 'skip' });
    await until(async () => expect((await shown()).body).toMatchObject({ status: 'cancelled' }), STUCK_MS);
    expect((await skip()).status).toBe(200);
    await until(async () => expect(await availableOf(eventId)).toBe(3));
    expect(await paymentsOf(purchaseId)).toEqual({ captured: PRICE_MINOR, refunded: 0, captures: 1 });
    expect(await decisionsOn(purchaseId)).toEqual(['olga true api skip refund - paid back in cash']);
  }, 120_000);
});
