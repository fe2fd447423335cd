import { randomUUID } from 'node:crypto';
import { AUDIT_TASK_QUEUE, RECONCILIATION_SCHEDULE, transactionKey, userTicketsKey } from '@box-office/contract';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ledgerOf, newBuyer, openOffice, paymentsOf, type Office } from '../support/office.js';
import { until } from '../support/until.js';
import { openBackstage, type Backstage } from './reconciliation/backstage.js';
import { findings, inWords, lightLoad, sweep } from './reconciliation/sweeping.js';

const PRICE_MINOR = 2_500;
let office: Office;
let backstage: Backstage;

beforeAll(async () => {
  office = await openOffice();
  backstage = await openBackstage(office);
});
afterAll(async () => {
  await backstage.close();
  await office.close();
});

interface Sold {
  readonly eventId: string;
  readonly purchaseId: string;
  readonly transactionId: string;
  readonly userId: string;
}

/** A purchase of two tickets with all that follows it. */
async function sold(eventId: string): Promise<Sold> {
  const userId = newBuyer();
  const { status, body } = await office.buy({ eventId, quantity: 2 }, { as: userId });
  expect(status).toBe(201);
  const { purchaseId, transactionId } = body;
  await until(async () => {
    const { rows } = await office.pool.query<{ lines: number }>(
      `select (select count(*) from capacity_ledger where purchase_id = $1)::int
            + (select count(*) from audit_logs where purchase_id = $1)::int as lines`,
      [purchaseId],
    );
    expect(rows[0]?.lines).toBe(2);
  });
  return { eventId, purchaseId, transactionId, userId };
}

/**
 * Plants something at an event while others buy other tickets there, and has it compared twice: the first time finds what
 * was planted and nothing else, the second one finds nothing. (Whoever buys the very tickets may put it right before.)
 */
async function plantedUnderLoad<T>(o: {
  readonly plant: (sale: Sold) => Promise<T>;
  readonly finds: readonly string[];
  /** While the buyers still buy. */
  readonly after?: (sale: Sold, planted: T) => Promise<void>;
}): Promise<void> {
  const { id: eventId } = await office.createEvent({
    ticketTypes: [
      { name: 'standard', priceMinor: PRICE_MINOR, total: 2_000 },
      { name: 'others', priceMinor: 500, total: 2_000 },
    ],
  });
  const sale = await sold(eventId);
  const load = lightLoad(office, eventId, { ticketType: 'others' });
  try {
    const planted = await o.plant(sale);
    await until(async () => {
      await sweep(office, eventId);
      expect(inWords(await findings(office, { eventId }))).toEqual(o.finds);
    }, 40_000);
    await o.after?.(sale, planted);
    await expectNothingNew(eventId);
  } finally {
    expect(await load.stop()).toBeGreaterThan(0);
  }
}

/** A further look finds nothing, and what stands is still the same finding. */
async function expectNothingNew(eventId: string): Promise<void> {
  const seen = async () =>
    (await findings(office, { eventId })).map(({ findingId, status, action }) => [findingId, status, action]);
  const before = await seen();
  await sweep(office, eventId);
  expect(await seen()).toEqual(before);
}

const key = (eventId: string, part: string): string => `{event:${eventId}}:${part}`;

async function countsOf(eventId: string): Promise<{ held: number; sold: number; available: number }> {
  const look = await backstage.inventory.look(eventId);
  const [type] = look.kind === 'counted' ? look.event.ticketTypes : [];
  if (!type) throw new Error('the inventory cannot be used');
  return type;
}

/** At rest Redis has as sold what is valid in PostgreSQL, holds nothing, and the capacity is what is left. */
async function expectAgreement(eventId: string): Promise<void> {
  await until(async () => {
    const { rows } = await office.pool.query<{ valid: number; capacity: number; total: number }>(
      `select (select count(*) from event_tickets where event_id = $1 and status = 'valid')::int as valid,
              (select sum(total) from event_ticket_types where event_id = $1)::int as total, capacity
         from events where id = $1`,
      [eventId],
    );
    const [record] = rows;
    expect(await countsOf(eventId)).toMatchObject({ held: 0, sold: record?.valid });
    expect(record?.capacity).toBe((record?.total ?? 0) - (record?.valid ?? 0));
  });
}

describe.concurrent('a missing message', () => {
  it('is published again, the very same', async () => {
    await plantedUnderLoad({
      // Its line goes, and with it what it did: as if it had got lost on its way.
      plant: ({ purchaseId, eventId }) =>
        backstage.owner.query(
          `with line as (delete from capacity_ledger where purchase_id = $1 returning change)
           update events set capacity = capacity - line.change from line where id = $2`,
          [purchaseId, eventId],
        ),
      finds: ['missing_message repaired'],
      after: async ({ purchaseId }) => {
        await until(async () => {
          const { rows } = await office.pool.query('select change from capacity_ledger where purchase_id = $1', [
            purchaseId,
          ]);
          expect(rows).toEqual([{ change: -2 }]);
        });
      },
    });
  }, 120_000);

  it('of both kinds, of a purchase whose workflow came to its end', async () => {
    const { id: eventId } = await office.createEvent({ total: 20 });
    const { purchaseId: other } = await sold(eventId);
    const { rows } = await office.pool.query<{ owner_workflow_id: string; owner_run_id: string }>(
      'select owner_workflow_id, owner_run_id from event_ticket_transactions where id = $1',
      [other],
    );
    const [ended] = rows;
    if (!ended) throw new Error('no owner');
    const { claim, purchaseId } = await backstage.confirmed({
      eventId,
      quantity: 2,
      purchaseId: randomUUID(),
      owner: { workflowId: ended.owner_workflow_id, runId: ended.owner_run_id },
    });
    expect(claim.epoch).toBe(1);
    await until(async () => {
      await sweep(office, eventId);
      const { rowCount } = await office.pool.query(
        `select from capacity_ledger l join audit_logs a using (purchase_id) where l.purchase_id = $1 and a.kind = 'purchase'`,
        [purchaseId],
      );
      expect(rowCount).toBe(1);
    }, 30_000);
    const found = await findings(office, { purchaseId });
    expect(found.filter(({ kind }) => kind === 'missing_message')).toMatchObject([
      { status: 'repaired' },
      { status: 'repaired' },
    ]);
    await expectAgreement(eventId);
  }, 90_000);
});

describe.concurrent('a line that cannot be', () => {
  it('is corrected by another line, which names its finding', async () => {
    await plantedUnderLoad({
      plant: ({ purchaseId, eventId }) =>
        office.pool.query(
          `with line as (
             insert into capacity_ledger (message_id, event_id, purchase_id, operation, change, items, occurred_at)
             values (gen_random_uuid(), $2, $1, 'purchase', -2, '[]', now()) returning change)
           update events set capacity = capacity + line.change from line where id = $2`,
          [purchaseId, eventId],
        ),
      finds: ['duplicate repaired'],
      after: async ({ purchaseId, eventId }) => {
        const { rows } = await office.pool.query(
          `select l.change, f.subject from capacity_ledger l join reconciliation_findings f on f.id = l.finding_id
            where l.purchase_id = $1 and l.operation = 'adjust'`,
          [purchaseId],
        );
        expect(rows).toEqual([{ change: 2, subject: `ledger of ${purchaseId}` }]);
        expect(eventId).toBeDefined();
      },
    });
  }, 120_000);
});

describe.concurrent('a lost hold', () => {
  it('of a sale is taken again', async () => {
    await plantedUnderLoad({
      plant: async ({ eventId, purchaseId }) => {
        const { rows } = await office.pool.query<{ serial: number }>(
          'select serial from event_tickets where purchase_id = $1',
          [purchaseId],
        );
        const serials = rows.map(({ serial }) => serial);
        const generation = await backstage.generationOf(eventId);
        const items = [{ ticketType: 'standard', serials }];
        await backstage.inventory.giveBack(eventId, generation, [{ purchaseId, items }]);
      },
      finds: ['lost_hold repaired'],
    });
  }, 120_000);

  it('of a buyer who waits is taken again', async () => {
    await plantedUnderLoad({
      plant: async ({ eventId }) => {
        const answer = await office.call('POST', '/api/tickets/holds', {
          as: newBuyer(),
          role: 'buyer',
          headers: { 'idempotency-key': randomUUID() },
          body: { eventId, quantity: 3, seconds: 300 },
        });
        expect(answer.status).toBe(201);
        const { holdId } = answer.body as unknown as { holdId: string };
        const generation = await backstage.generationOf(eventId);
        await backstage.inventory.release(eventId, generation, [{ purchaseId: holdId, epoch: 1 }]);
        return holdId;
      },
      finds: ['lost_hold repaired'],
      after: async ({ eventId }, holdId) => {
        const holds = (await backstage.inventory.snapshot(eventId))?.holds ?? [];
        expect(holds.find(({ purchaseId }) => purchaseId === holdId)?.items[0]?.serials).toHaveLength(3);
        await backstage.temporal.workflow.getHandle(`hold/${holdId}`).terminate('the test is over');
      },
    });
  }, 120_000);
});

describe.concurrent('an orphaned hold', () => {
  it('is released', async () => {
    await plantedUnderLoad({
      plant: async ({ eventId }) => {
        const purchaseId = randomUUID();
        const generation = await backstage.generationOf(eventId);
        const items = [{ ticketType: 'standard', quantity: 4 }];
        const ghost = { purchaseId, epoch: 3, userId: newBuyer(), items };
        expect((await backstage.inventory.reserve(eventId, generation, [ghost])).kind).toBe('done');
        return purchaseId;
      },
      finds: ['orphaned_hold repaired'],
      after: async ({ eventId }, purchaseId) => {
        const holds = (await backstage.inventory.snapshot(eventId))?.holds ?? [];
        expect(holds.map((hold) => hold.purchaseId)).not.toContain(purchaseId);
      },
    });
  }, 120_000);
});

/** Charges a purchase as nobody should; returns the authorisation. */
async function charge(purchaseId: string, o: { capture: boolean }): Promise<string> {
  const request = { amountMinor: 700, currency: 'EUR', method: 'pm_approve', purchaseId };
  const paid = await backstage.payments.authorise({ key: `planted:${randomUUID()}`, ...request });
  if (paid.kind !== 'authorised') throw new Error(paid.reason);
  const { authorisationId } = paid;
  if (o.capture) await backstage.payments.capture({ key: `planted:${randomUUID()}`, authorisationId });
  return authorisationId;
}

async function declined(eventId: string): Promise<string> {
  const { status } = await office.buy({ eventId, quantity: 1, payment: { method: 'pm_decline_no_money' } });
  expect(status).toBe(402);
  const { rows } = await office.pool.query<{ id: string }>(
    `select id from event_ticket_transactions where event_id = $1 and status = 'declined'`,
    [eventId],
  );
  return rows[0]?.id ?? '';
}

describe.concurrent('a charge without a ticket', () => {
  it('of a purchase that came to nothing is paid back', async () => {
    await plantedUnderLoad({
      plant: async ({ eventId }) => {
        const purchaseId = await declined(eventId);
        await charge(purchaseId, { capture: true });
        return purchaseId;
      },
      finds: ['charge_without_ticket repaired'],
      after: async (_, purchaseId) =>
        expect(await paymentsOf(purchaseId)).toEqual({ captured: 700, refunded: 700, captures: 1 }),
    });
  }, 120_000);

  it('that is a second one of the same purchase is paid back, and the first one kept', async () => {
    await plantedUnderLoad({
      plant: ({ purchaseId }) => charge(purchaseId, { capture: true }),
      finds: ['charge_without_ticket repaired'],
      after: async ({ purchaseId }) =>
        expect(await paymentsOf(purchaseId)).toMatchObject({ captured: 2 * PRICE_MINOR + 700, refunded: 700 }),
    });
  }, 120_000);

  it('that is only set aside is let go', async () => {
    await plantedUnderLoad({
      plant: async ({ eventId }) => {
        const purchaseId = await declined(eventId);
        await charge(purchaseId, { capture: false });
        return purchaseId;
      },
      finds: ['charge_without_ticket repaired'],
      after: async (_, purchaseId) => {
        const books = await backstage.payments.books?.({ purchaseIds: [purchaseId] });
        expect(books?.purchases[0]?.authorisations.map(({ state }) => state)).toContain('voided');
      },
    });
  }, 120_000);

  it('of a purchase that nobody knows is handed over', async () => {
    const purchaseId = randomUUID();
    await charge(purchaseId, { capture: true });
    await until(async () => {
      await sweep(office);
      expect(inWords(await findings(office, { purchaseId }))).toEqual(['charge_without_ticket handed_over']);
    }, 60_000);
    await sweep(office);
    expect(await findings(office, { purchaseId })).toHaveLength(1);
    expect(await paymentsOf(purchaseId)).toMatchObject({ refunded: 0 });
  }, 120_000);
});

describe('a ticket without a charge', () => {
  it('is handed over, and gone when it is paid for', async () => {
    const { id: eventId } = await office.createEvent({ total: 20 });
    const { purchaseId } = await sold(eventId);
    const books = await backstage.payments.books?.({ purchaseIds: [purchaseId] });
    const authorisationId = books?.purchases[0]?.authorisations[0]?.authorisationId ?? '';
    const refund = { key: `planted:${randomUUID()}`, authorisationId, amountMinor: 2 * PRICE_MINOR };
    await backstage.payments.refund(refund);
    await sweep(office, eventId);
    expect(inWords(await findings(office, { eventId }))).toEqual(['ticket_without_charge handed_over']);
    await expectNothingNew(eventId);

    const paid = await backstage.payments.authorise({
      ...{ key: `planted:${randomUUID()}`, amountMinor: 2 * PRICE_MINOR, currency: 'EUR' },
      ...{ method: 'pm_approve', purchaseId },
    });
    if (paid.kind !== 'authorised') throw new Error(paid.reason);
    await backstage.payments.capture({ key: `planted:${randomUUID()}`, authorisationId: paid.authorisationId });
    await sweep(office, eventId);
    expect(inWords(await findings(office, { eventId }))).toEqual(['ticket_without_charge gone']);
  }, 90_000);
});

describe.concurrent('a wrong read model', () => {
  it.each([
    ['a transaction', ({ transactionId }: Sold) => transactionKey(transactionId), '{"version":99,"status":"declined"}'],
    ['a buyer’s tickets', ({ userId }: Sold) => userTicketsKey(userId), '{"version":1,"tickets":[]}'],
    ['a transaction, gone', ({ transactionId }: Sold) => transactionKey(transactionId), null],
  ])(
    'of %s is written anew',
    async (_, keyOf, text) => {
      await plantedUnderLoad({
        plant: async (sale) => {
          const before = JSON.parse((await office.redis.get(keyOf(sale))) ?? 'null') as object;
          if (text === null) await office.redis.del(keyOf(sale));
          else await office.redis.set(keyOf(sale), text);
          return before;
        },
        finds: ['wrong_read_model repaired'],
        after: async (sale, before) => {
          expect(JSON.parse((await office.redis.get(keyOf(sale))) ?? 'null')).toEqual(before);
        },
      });
    },
    120_000,
  );

  it('of the event is written anew', async () => {
    const { id: eventId } = await office.createEvent({ total: 20 });
    await sold(eventId);
    const right = await office.redis.get(`event:${eventId}`);
    await office.redis.set(`event:${eventId}`, '{"id":"wrong"}');
    await sweep(office, eventId);
    expect(inWords(await findings(office, { eventId }))).toEqual(['wrong_read_model repaired']);
    expect(await office.redis.get(`event:${eventId}`)).toBe(right);
    await expectNothingNew(eventId);
  }, 60_000);
});

describe.concurrent('serials that do not agree', () => {
  it('are put right where Redis alone errs', async () => {
    await plantedUnderLoad({
      plant: async ({ eventId, purchaseId, userId }) => {
        const items = [{ ticketType: 'standard', serials: [1_999, 2_000] }];
        await office.redis.hset(key(eventId, 'sales'), purchaseId, JSON.stringify({ userId, items }));
      },
      finds: ['capacity_wrong repaired', 'serial_mismatch repaired'],
    });
  }, 120_000);

  it('are handed over where the buyer was told of other tickets than there are', async () => {
    const { id: eventId } = await office.createEvent({ total: 20 });
    const { purchaseId } = await sold(eventId);
    await backstage.owner.query(
      `insert into event_tickets (id, event_id, ticket_type, serial, purchase_id, user_id, price_minor, currency, status)
       select gen_random_uuid(), event_id, ticket_type, 20, purchase_id, user_id, 0, currency, 'valid'
         from event_tickets where purchase_id = $1 limit 1`,
      [purchaseId],
    );
    await sweep(office, eventId);
    const found = (await findings(office, { eventId })).filter(({ kind }) => kind === 'serial_mismatch');
    expect(found).toContainEqual(
      expect.objectContaining({ subject: `not_as_told standard 20 ${purchaseId}`, status: 'handed_over' }),
    );
    await sweep(office, eventId);
    await expectNothingNew(eventId);
  }, 60_000);
});

describe.concurrent('a wrong capacity', () => {
  it('in PostgreSQL becomes what the ledger adds up to', async () => {
    await plantedUnderLoad({
      plant: ({ eventId }) => office.pool.query('update events set capacity = capacity - 5 where id = $1', [eventId]),
      finds: ['capacity_wrong repaired'],
    });
  }, 120_000);

  it('of totals that were changed without a line gets its line', async () => {
    await plantedUnderLoad({
      plant: ({ eventId }) =>
        office.pool.query(`update event_ticket_types set total = total + 5 where event_id = $1 and name = 'standard'`, [
          eventId,
        ]),
      finds: ['capacity_wrong repaired'],
      after: async ({ eventId }) => {
        const { rows } = await office.pool.query<{ change: number }>(
          `select change from capacity_ledger where event_id = $1 and operation = 'adjust' and finding_id is not null`,
          [eventId],
        );
        expect(rows).toEqual([{ change: 5 }]);
      },
    });
  }, 120_000);

  it('in Redis is counted again', async () => {
    const { id: eventId } = await office.createEvent({ total: 20 });
    await sold(eventId);
    await office.redis.hincrby(key(eventId, 'inventory'), 'held:standard', 3);
    await sweep(office, eventId);
    expect(inWords(await findings(office, { eventId }))).toContain('capacity_wrong repaired');
    expect(await countsOf(eventId)).toMatchObject({ held: 0, sold: 2, available: 18 });
    await expectNothingNew(eventId);
  }, 60_000);

  it('of an inventory that Redis has lost is built anew', async () => {
    const { id: eventId } = await office.createEvent({ total: 20 });
    await sold(eventId);
    await office.redis.del(key(eventId, 'sales'), key(eventId, 'inventory'));
    await sweep(office, eventId);
    expect(inWords(await findings(office, { eventId }))).toEqual(['capacity_wrong repaired']);
    await expectAgreement(eventId);
  }, 60_000);
});

describe('an event at which nothing is wrong', () => {
  it('shows nothing while many buy, hold, cancel and are declined', async () => {
    const { id: eventId } = await office.createEvent({ total: 2_000 });
    const load = lightLoad(office, eventId, { buyers: 5 });
    const others = Promise.all([
      office.buy({ eventId, quantity: 1, payment: { method: 'pm_slow_1500' } }),
      declined(eventId),
      ...Array.from({ length: 5 }, async () => {
        const as = newBuyer();
        const { body } = await office.buy({ eventId, quantity: 2 }, { as });
        await office.call('POST', `/api/purchases/${body.purchaseId}/cancel`, { as, role: 'buyer', body: {} });
      }),
    ]);
    for (let i = 0; i < 4; i++) await sweep(office, eventId);
    await others;
    await load.stop();
    expect(await findings(office, { eventId })).toEqual([]);
    await expectAgreement(eventId);
  }, 120_000);
});

describe('two sweeps at once', () => {
  it('find the same once and repair it once', async () => {
    const { id: eventId } = await office.createEvent({ total: 200 });
    const { purchaseId } = await sold(eventId);
    await office.pool.query(
      `with line as (
         insert into capacity_ledger (message_id, event_id, purchase_id, operation, change, items, occurred_at)
         values (gen_random_uuid(), $2, $1, 'purchase', -2, '[]', now()) returning change)
       update events set capacity = capacity + line.change from line where id = $2`,
      [purchaseId, eventId],
    );
    const second = await openOffice({ auditConsumer: 1 });
    try {
      await Promise.all([sweep(office, eventId), sweep(office)]);
      await sweep(office, eventId);
    } finally {
      await second.close();
    }
    expect(inWords(await findings(office, { eventId }))).toEqual(['duplicate repaired']);
    expect(await ledgerOf(office, eventId)).toMatchObject({ capacity: 198, ledger: 3 });
  }, 120_000);
});

describe('the schedule', () => {
  it('is there, skips what would overlap, and can be triggered by hand', async () => {
    const handle = backstage.temporal.schedule.getHandle(RECONCILIATION_SCHEDULE);
    const described = await handle.describe();
    expect(described.policies.overlap).toBe('SKIP');
    expect(described.action).toMatchObject({ taskQueue: AUDIT_TASK_QUEUE, workflowType: 'reconciliation' });

    const { id: eventId } = await office.createEvent({ total: 20 });
    await sold(eventId);
    await office.pool.query('update events set capacity = 1 where id = $1', [eventId]);
    await handle.trigger();
    await until(async () => {
      expect(inWords(await findings(office, { eventId }))).toEqual(['capacity_wrong repaired']);
    }, 30_000);
    expect((await findings(office, { eventId }))[0]?.by).toBe('schedule');
    expect(inject('stack').temporalNamespace).toBe('default');
  }, 60_000);
});
