import { randomUUID } from 'node:crypto';
import { cancellationWorkflowId, type UserTicketsReadModel } from '@box-office/contract';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import {
  ledgerOf,
  newBuyer,
  startTestSystem,
  paymentsOf,
  validSerials,
  type Answer,
  type AnswerBody,
  type TestSystem,
} from '../support/test-system.js';
import { until } from '../support/until.js';

let system: TestSystem;

beforeAll(async () => {
  system = await startTestSystem(undefined, { EVENT_CANCELLATIONS_PER_S: '20', PURCHASE_WORKER: 'off' });
});

afterAll(() => system.close());

/** The fields of cancellations, in addition to those of all answers. */
type CancellationBody = AnswerBody & {
  readonly status: string;
  readonly refundedMinor: number;
  readonly purchaseStatus: string;
  readonly cancellationId: string;
};

const bodyOf = (answer: Answer): CancellationBody => answer.body as CancellationBody;
const cancel = (purchaseId: string, as: string, body: object = {}) =>
  system.call('POST', `/api/purchases/${purchaseId}/cancel`, { as, role: 'buyer', body });
const show = async (path: string) => bodyOf(await system.call('GET', path));

async function bought(eventId: string, quantity: number, method = 'pm_approve') {
  const as = newBuyer();
  const answer = await system.buy({ eventId, quantity, payment: { method } }, { as });
  expect(answer.status).toBe(201);
  return { as, ...answer.body, ids: answer.body.tickets.map((ticket) => ticket.ticketId) };
}

const availableOf = async (eventId: string) =>
  (await system.call('GET', `/api/events/${eventId}`)).body.ticketTypes[0]?.available;

describe('a cancelled purchase', () => {
  it('is refunded, can be sold again and is cancelled in every store', async () => {
    const event = await system.createEvent({ total: 10 });
    const { as, purchaseId, transactionId } = await bought(event.id, 3);
    const answer = await cancel(purchaseId, as, { reason: 'cannot come' });
    expect([answer.status, bodyOf(answer).status, bodyOf(answer).refundedMinor]).toEqual([200, 'cancelled', 7_500]);
    expect(answer.body.tickets).toHaveLength(3);
    expect(await paymentsOf(purchaseId)).toEqual({ captured: 7_500, refunded: 7_500, captures: 1 });
    expect(await validSerials(system, event.id)).toEqual([]);
    expect((await show(`/api/purchases/${purchaseId}`)).status).toBe('cancelled');

    await until(async () => {
      expect(await ledgerOf(system, event.id)).toEqual({ capacity: 10, ledger: 2, audit: 2 });
      expect(await availableOf(event.id)).toBe(10);
      const model = JSON.parse((await system.redis.get(`event_tickets:${as}`)) ?? '{}') as UserTicketsReadModel;
      expect(model.tickets).toEqual([]);
      expect(await system.redis.get(`transaction:${transactionId}`)).toContain('"status":"cancelled"');
    });
    const next = await bought(event.id, 1);
    expect(next.tickets.map((ticket) => ticket.serial)).toEqual([1]);
    // A late repeat changes nothing and takes no ticket from its next owner.
    expect((await cancel(purchaseId, as)).body).toEqual(answer.body);
    expect(await validSerials(system, event.id)).toEqual([1]);
  });

  it('keeps the answer of its key: the same request is answered 201 with the tickets that were bought', async () => {
    const event = await system.createEvent({ total: 10 });
    const [as, key] = [newBuyer(), randomUUID()];
    const first = await system.buy({ eventId: event.id, quantity: 1 }, { as, key });
    await cancel(first.body.purchaseId, as);
    const again = await system.buy({ eventId: event.id, quantity: 1 }, { as, key });
    expect([again.status, again.body]).toEqual([201, first.body]);
  });

  it('part by part and all at once from many sides is refunded once per ticket', async () => {
    const event = await system.createEvent({ total: 10 });
    const { as, purchaseId, ids } = await bought(event.id, 4);
    const [a, b, c] = ids;
    const answers = await Promise.all([
      cancel(purchaseId, as, { tickets: [a, b] }),
      cancel(purchaseId, as, { tickets: [b, c] }),
      cancel(purchaseId, as),
      cancel(purchaseId, as),
      system.call('POST', `/api/purchases/${purchaseId}/cancel`),
    ]);
    expect(answers.filter((answer) => answer.status === 200).length).toBeGreaterThanOrEqual(1);
    for (const answer of answers) expect([200, 202, 409]).toContain(answer.status);
    await until(async () => {
      expect(await paymentsOf(purchaseId)).toEqual({ captured: 10_000, refunded: 10_000, captures: 1 });
      expect((await show(`/api/purchases/${purchaseId}`)).status).toBe('cancelled');
      const { capacity, ledger, audit } = await ledgerOf(system, event.id);
      expect([capacity, ledger]).toEqual([10, audit]);
      expect(await availableOf(event.id)).toBe(10);
    });
  });

  it('is refunded once when the provider fails, or takes the refund and does not answer', async () => {
    const event = await system.createEvent({ total: 10 });
    const refundedWith = async (method: string) => {
      const { as, purchaseId } = await bought(event.id, 2, method);
      const answer = await cancel(purchaseId, as);
      expect([200, 202]).toContain(answer.status);
      await until(async () => {
        expect((await show(`/api/cancellations/${bodyOf(answer).cancellationId}`)).status).toBe('cancelled');
      }, 25_000);
      expect(await paymentsOf(purchaseId)).toEqual({ captured: 5_000, refunded: 5_000, captures: 1 });
    };
    await Promise.all(['pm_refund_fail_3', 'pm_timeout_after_refund'].map(refundedWith));
  });
});

describe('a cancellation completes', () => {
  it('when Redis has lost the event', async () => {
    const event = await system.createEvent({ total: 10 });
    const { as, purchaseId } = await bought(event.id, 3);
    await bought(event.id, 2);
    await system.redis.del(`event:${event.id}`, ...(await system.redis.keys(`{event:${event.id}}*`)));
    expect((await cancel(purchaseId, as)).status).toBe(200);
    await until(async () => expect(await availableOf(event.id)).toBe(8));
    expect((await bought(event.id, 3)).tickets.map((ticket) => ticket.serial)).toEqual([1, 2, 3]);
  });

  it('when it is requested again after its workflow was terminated', async () => {
    const event = await system.createEvent({ total: 10 });
    const { as, purchaseId } = await bought(event.id, 1, 'pm_slow_refund_1500');
    const first = cancel(purchaseId, as);
    const cancellationId = await until(async () => {
      const { rows } = await system.pool.query<{ id: string }>(
        'select id from ticket_cancellations where purchase_id = $1',
        [purchaseId],
      );
      expect(rows).toHaveLength(1);
      return rows[0]?.id ?? '';
    });
    const connection = await Connection.connect({ address: inject('stack').temporalAddress });
    const client = new Client({ connection, namespace: inject('stack').temporalNamespace });
    await client.workflow.getHandle(cancellationWorkflowId(cancellationId)).terminate('by an operator');
    await connection.close();
    expect(await validSerials(system, event.id)).toEqual([1]);

    const [interrupted, again] = await Promise.all([first, cancel(purchaseId, as)]);
    expect([interrupted.status, again.status]).toEqual([200, 200]);
    expect(await paymentsOf(purchaseId)).toEqual({ captured: 2_500, refunded: 2_500, captures: 1 });
    await until(async () => {
      expect(await ledgerOf(system, event.id)).toEqual({ capacity: 10, ledger: 2, audit: 2 });
    });
  });
});

describe('a cancellation of a purchase in progress', () => {
  it.each(['pm_slow_1500', 'pm_slow_capture_1500'])('stops it with no money kept: %s', async (method) => {
    const event = await system.createEvent({ total: 10 });
    const [as, key] = [newBuyer(), randomUUID()];
    const body = { eventId: event.id, quantity: 2, payment: { method } };
    const buying = system.buy(body, { as, key });
    const purchaseId = await until(async () => {
      const { rows } = await system.pool.query<{ id: string }>(
        `select id from event_ticket_transactions where event_id = $1 and outcome is null
            and (status = 'persisted' or $2 = 'pm_slow_1500')`,
        [event.id, method],
      );
      expect(rows).toHaveLength(1);
      return rows[0]?.id ?? '';
    });
    const cancelled = await cancel(purchaseId, as);
    expect(bodyOf(cancelled)).toMatchObject({
      status: 'cancelled',
      refundedMinor: 0,
      tickets: [],
      purchaseStatus: 'undone',
    });
    expect(await buying).toMatchObject({ status: 409, body: { type: '/problems/purchase-cancelled' } });
    const { captured, refunded } = await paymentsOf(purchaseId);
    expect(captured - refunded).toBe(0);
    expect(await validSerials(system, event.id)).toEqual([]);
    await until(async () => expect(await availableOf(event.id)).toBe(10));
    expect(await ledgerOf(system, event.id)).toEqual({ capacity: 10, ledger: 0, audit: 0 });
  });
});

describe('kill -9 of the worker', () => {
  it('in the middle of ten slow refunds: each is refunded once', async () => {
    const event = await system.createEvent({ total: 20 });
    const purchases = await Promise.all(Array.from({ length: 10 }, () => bought(event.id, 1, 'pm_slow_refund_2000')));
    const cancelling = purchases.map(({ purchaseId, as }) => cancel(purchaseId, as));
    await until(async () => {
      const { rowCount } = await system.pool.query('select from ticket_cancellations where event_id = $1', [event.id]);
      expect(rowCount).toBe(10);
    });
    const worker = system.services.worker[0];
    await worker?.kill('SIGKILL');
    await worker?.restart();
    for (const answer of await Promise.all(cancelling)) expect([200, 202]).toContain(answer.status);
    await until(async () => {
      expect(await validSerials(system, event.id)).toEqual([]);
      expect(await ledgerOf(system, event.id)).toEqual({ capacity: 20, ledger: 20, audit: 20 });
    }, 60_000);
    for (const { purchaseId } of purchases) {
      expect(await paymentsOf(purchaseId)).toEqual({ captured: 2_500, refunded: 2_500, captures: 1 });
    }
  });
});

describe('an event that is cancelled', () => {
  it('is refunded completely, with purchases in progress, a buyer who cancels too, and a killed worker', async () => {
    const event = await system.createEvent({ total: 100 });
    const purchases = await Promise.all(Array.from({ length: 50 }, () => bought(event.id, 1)));
    const failing = await bought(event.id, 1, 'pm_refund_fail_2');
    const slow = system.buy({ eventId: event.id, quantity: 1, payment: { method: 'pm_slow_capture_2000' } });
    await until(async () => {
      const { rowCount } = await system.pool.query(
        `select from event_ticket_transactions where event_id = $1 and status = 'persisted'`,
        [event.id],
      );
      expect(rowCount).toBe(1);
    });

    const requested = await system.call('POST', `/api/events/${event.id}/cancel`, { body: { reason: 'storm' } });
    expect(requested.status).toBe(202);
    const late = await system.buy({ eventId: event.id, quantity: 1 });
    expect(late).toMatchObject({ status: 409, body: { type: '/problems/not-on-sale' } });
    const one = purchases[49];
    await cancel(one?.purchaseId ?? '', one?.as ?? '');
    const worker = system.services.worker[0];
    await worker?.kill('SIGKILL');
    await worker?.restart();

    const progress = await until(async () => {
      const shown = await show(`/api/events/${event.id}/cancellation`);
      expect(shown).toMatchObject({ status: 'finished', purchases: 51, cancelled: 51, open: 0, unsettled: 0 });
      return shown;
    }, 90_000);
    expect(progress.refundedMinor).toBe(51 * 2_500);
    const stopped = await slow;
    expect([202, 409]).toContain(stopped.status);
    expect((await show(`/api/purchases/${stopped.body.purchaseId}`)).status).toBe('undone');
    const { captured, refunded } = await paymentsOf(stopped.body.purchaseId);
    expect(captured - refunded).toBe(0);
    expect(await validSerials(system, event.id)).toEqual([]);
    for (const { purchaseId } of [...purchases, failing]) {
      expect(await paymentsOf(purchaseId)).toEqual({ captured: 2_500, refunded: 2_500, captures: 1 });
    }
    await until(async () => {
      expect(await ledgerOf(system, event.id)).toEqual({ capacity: 100, ledger: 102, audit: 102 });
    });
    const again = await system.call('POST', `/api/events/${event.id}/cancel`, { body: { reason: 'again' } });
    expect([again.status, bodyOf(again).status]).toEqual([200, 'finished']);
  }, 180_000);
});
