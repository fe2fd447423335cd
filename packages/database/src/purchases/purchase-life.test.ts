import { randomUUID } from 'node:crypto';
import type { OrderItem, PurchaseOrder, SerialRange } from '@box-office/contract';
import { inTransaction } from '@box-office/platform';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { builtGeneration } from '../inventory/testing/built-generation.js';
import { openTestDatabase, type TestDatabase } from '../testing.js';
import { claimPurchases, type ClaimedPurchase } from './claim.js';
import { finalisePurchases } from './finalise.js';
import { findPurchases } from './find.js';
import { persistTickets } from './persist.js';
import { refusePurchases } from './refuse.js';
import { beginUndoing, concludeUndoing, voidTickets } from './undo.js';

const ME = { workflowId: 'purchase/1', runId: 'run 1' };
let database: TestDatabase;
let pool: pg.Pool;
let eventId: string;
let generation: number;

beforeAll(async () => {
  database = await openTestDatabase(inject('stack'), 5);
  ({ pool } = database);
  eventId = await database.createEvent({ limitPerBuyer: 100 });
  generation = await nextGeneration(0);
});
afterAll(() => database.close());

async function nextGeneration(seen: number): Promise<number> {
  return (await builtGeneration(pool, eventId, seen)).generation;
}

function order(o: { items?: OrderItem[]; eventId?: string } = {}): PurchaseOrder {
  return {
    purchaseId: randomUUID(),
    fingerprint: 'f',
    userId: 'user_1',
    eventId: o.eventId ?? eventId,
    items: o.items ?? [{ ticketType: 'standard', quantity: 1 }],
    paymentMethod: 'pm_approve',
    requestId: 'request',
  };
}

async function claimed(): Promise<ClaimedPurchase> {
  const [claim] = await claimPurchases(pool, [order()], ME);
  if (claim?.kind !== 'mine') throw new Error(claim?.kind);
  return claim;
}

it('is claimed with the others of its batch, whatever characters its order has', async () => {
  const withAddress = (returnUrl: string): PurchaseOrder => ({ ...order(), returnUrl });
  const orders = [order(), withAddress('https://shop.example/\u0000'), withAddress('https://shop.example/\ud800')];
  const claims = await claimPurchases(pool, orders, ME);
  expect(claims.map(({ kind }) => kind)).toEqual(['mine', 'mine', 'mine']);
});

let nextSerial = 1;
const serials = (...numbers: number[]): SerialRange[] => [{ ticketType: 'standard', serials: numbers }];

function persist(
  claim: ClaimedPurchase,
  items: readonly SerialRange[],
  o: { generation?: number; epoch?: number } = {},
) {
  return persistTickets(pool, [
    {
      purchaseId: claim.purchaseId,
      epoch: o.epoch ?? claim.epoch,
      generation: o.generation ?? generation,
      authorisationId: 'authorisation',
      items,
    },
  ]);
}

async function persisted(): Promise<ClaimedPurchase> {
  const claim = await claimed();
  expect(await persist(claim, serials(nextSerial++))).toEqual(['persisted']);
  return claim;
}

describe('a claim', () => {
  it('quotes the price of all items and is given once', async () => {
    const wanted = order({ items: [{ ticketType: 'standard', quantity: 3 }] });
    const [first] = await claimPurchases(pool, [wanted], ME);
    const [again] = await claimPurchases(pool, [wanted], ME);
    const [other] = await claimPurchases(pool, [wanted], { workflowId: 'purchase/2', runId: 'run 2' });
    expect(first).toMatchObject({ kind: 'mine', amountMinor: 7_500, currency: 'EUR', epoch: 1, resumed: false });
    expect(again).toMatchObject({ kind: 'mine', epoch: 1, resumed: true });
    expect(other).toMatchObject({ kind: 'elsewhere', ownerWorkflowId: ME.workflowId });
  });

  it('of another request with the same key is refused', async () => {
    const wanted = order();
    await claimPurchases(pool, [wanted], ME);
    const [claim] = await claimPurchases(pool, [{ ...wanted, fingerprint: 'g' }], ME);
    expect(claim?.kind).toBe('other_request');
  });

  it('passes to a reset run with a higher epoch, and the run before cannot win it back', async () => {
    const wanted = order();
    await claimPurchases(pool, [wanted], ME);
    const [reset] = await claimPurchases(pool, [wanted], { ...ME, runId: 'run 2' });
    const [late] = await claimPurchases(pool, [wanted], ME);
    expect(reset).toMatchObject({ kind: 'mine', epoch: 2 });
    expect(late?.kind).toBe('elsewhere');
  });

  it('lets no try refuse it as untouched once another try of the same run has claimed it', async () => {
    const wanted = order();
    const [first] = await claimPurchases(pool, [wanted], ME);
    const [again] = await claimPurchases(pool, [wanted], ME);
    if (first?.kind !== 'mine' || again?.kind !== 'mine') throw new Error('not claimed');
    expect(again.epoch).toBe(first.epoch);
    const refusal = { reason: 'sold_out', ticketType: 'standard' } as const;
    expect(await refusePurchases(pool, [{ ...first, refusal }])).toEqual(['undoing']);
  });

  it('passes to the workflow to which its owner handed it over, once', async () => {
    const wanted = order();
    await claimPurchases(pool, [wanted], ME);
    const handOver = { fromWorkflowId: ME.workflowId, fromRunId: ME.runId, epoch: 1 };
    const alone = { workflowId: 'alone', runId: 'a', handOver };
    const [taken] = await claimPurchases(pool, [wanted], alone);
    const [again] = await claimPurchases(pool, [wanted], alone);
    const [thief] = await claimPurchases(pool, [wanted], { ...alone, workflowId: 'thief' });
    expect(taken).toMatchObject({ kind: 'mine', epoch: 2 });
    expect(again).toMatchObject({ kind: 'mine', epoch: 2 });
    expect(thief?.kind).toBe('elsewhere');
  });

  it('of an unknown event or ticket type is its final refusal', async () => {
    const claims = await claimPurchases(
      pool,
      [order({ eventId: 'none' }), order({ items: [{ ticketType: 'none', quantity: 1 }] })],
      ME,
    );
    expect(claims).toMatchObject([
      { kind: 'finished', outcome: { kind: 'refused', reason: 'unknown_event' } },
      { kind: 'finished', outcome: { kind: 'refused', reason: 'unknown_ticket_type', ticketType: 'none' } },
    ]);
  });

  it.each([
    [
      'is over',
      `starts_at = '2020-01-01T19:00:00Z', ends_at = '2020-01-01T22:00:00.5Z'`,
      { cause: 'ended', at: '2020-01-01T22:00:00.500Z' },
    ],
    ['is cancelled', `status = 'cancelled'`, { cause: 'cancelled' }],
    ['is closed', `status = 'closed'`, null],
    ['is on sale later', `sale_starts_at = now() + interval '1 day'`, null],
    ['is no longer on sale', `sale_ends_at = now() - interval '1 minute'`, null],
  ])('of complimentary tickets of an event that %s is decided here', async (_, changes, why) => {
    const given: PurchaseOrder = { ...order({ eventId: await database.createEvent() }), complimentary: true };
    await pool.query(`update events set ${changes} where id = $1`, [given.eventId]);
    const refused = { kind: 'finished', outcome: { kind: 'refused', reason: 'not_on_sale', ...why } };
    expect(await claimPurchases(pool, [given], ME)).toMatchObject([
      why === null ? { kind: 'mine', amountMinor: 0 } : refused,
    ]);
  });
});

describe('persisting tickets', () => {
  it('is done once for one epoch', async () => {
    const claim = await claimed();
    const items = serials(nextSerial++);
    expect(await persist(claim, items)).toEqual(['persisted']);
    expect(await persist(claim, items)).toEqual(['persisted']);
    const { rows } = await pool.query(`select from event_tickets where purchase_id = $1`, [claim.purchaseId]);
    expect(rows).toHaveLength(1);
  });

  it('of a superseded epoch is refused', async () => {
    const claim = await claimed();
    expect(await persist(claim, serials(nextSerial++), { epoch: 2 })).toEqual(['superseded']);
  });

  it('from an inventory that was closed since is refused', async () => {
    const claim = await claimed();
    const before = generation;
    generation = await nextGeneration(before);
    expect(await persist(claim, serials(nextSerial++), { generation: before })).toEqual(['stale_generation']);
  });

  it('keeps nothing of a purchase of which one serial is taken, and everything of the others', async () => {
    const owner = await claimed();
    const taken = nextSerial++;
    await persist(owner, serials(taken));
    const loser = await claimed();
    const bystander = await claimed();
    const free = [nextSerial++, nextSerial++] as const;
    const list = [
      { claim: loser, items: serials(taken, free[0]) },
      { claim: bystander, items: serials(free[1]) },
    ].map(({ claim, items }) => ({
      purchaseId: claim.purchaseId,
      epoch: claim.epoch,
      generation,
      authorisationId: 'a',
      items,
    }));
    expect(await persistTickets(pool, list)).toEqual(['serial_conflict', 'persisted']);
    expect(await persist(loser, serials(free[0]))).toEqual(['persisted']);
  });

  it('above the total of the ticket type is refused by the database', async () => {
    const claim = await claimed();
    await expect(persist(claim, serials(1_001))).rejects.toMatchObject({ constraint: 'serials_are_within_total' });
  });
});

describe('an inventory that another transaction has locked', () => {
  it('is not waited for by what only tries: its purchase stays as it is, and that of another event continues', async () => {
    const otherId = await database.createEvent();
    const other = await builtGeneration(pool, otherId, 0);
    const claims = await claimPurchases(pool, [order(), order({ eventId: otherId })], ME);
    const [mine, theirs] = claims.map((claim) => (claim.kind === 'mine' ? claim : expect.fail(claim.kind)));
    if (!mine || !theirs) throw new Error('not claimed');
    const tickets = [
      { ...mine, generation, authorisationId: 'a', items: serials(nextSerial++) },
      { ...theirs, generation: other.generation, authorisationId: 'a', items: serials(1) },
    ];
    const locked = async <T>(run: () => Promise<T>): Promise<T> =>
      inTransaction(pool, async (client) => {
        await client.query('select from event_inventory where event_id = $1 for update', [eventId]);
        return run();
      });
    expect(await locked(() => persistTickets(pool, tickets, { waits: false }))).toEqual([undefined, 'persisted']);
    expect(await persistTickets(pool, tickets, { waits: false })).toEqual(['persisted', 'persisted']);
    const [unknown, confirmed] = await locked(() => finalisePurchases(pool, [mine, theirs], { waits: false }));
    expect([unknown, confirmed?.kind]).toEqual([undefined, 'confirmed']);
    const again = await finalisePurchases(pool, [mine, theirs], { waits: false });
    expect(again.map((result) => result?.kind)).toEqual(['confirmed', 'confirmed']);
  });
});

describe('the outcome', () => {
  it('is confirmed with valid tickets, the same however often it is asked for', async () => {
    const claim = await persisted();
    const [first] = await finalisePurchases(pool, [claim]);
    const [again] = await finalisePurchases(pool, [claim]);
    expect(first).toMatchObject({ kind: 'confirmed', outcome: { kind: 'confirmed', amountMinor: 2_500 } });
    expect(again).toEqual(first);
    const [row] = await findPurchases(pool, [claim.purchaseId]);
    expect(row).toMatchObject({ status: 'confirmed', tickets: [{ ticketType: 'standard' }] });
  });

  it('of an undone purchase is the one that was decided first', async () => {
    const claim = await persisted();
    const declined = { kind: 'declined', reason: 'no funds' } as const;
    await beginUndoing(pool, { ...claim, outcome: declined, authorisationId: null });
    const second = await beginUndoing(pool, {
      ...claim,
      outcome: { kind: 'undone', reason: 'operator' },
      authorisationId: null,
    });
    expect(second).toMatchObject({ kind: 'undoing', outcome: declined });
    expect(await finalisePurchases(pool, [claim])).toMatchObject([{ kind: 'undoing' }]);
    expect(await voidTickets(pool, claim)).toEqual({ generation, hold: null });
    expect(await concludeUndoing(pool, claim)).toMatchObject({ outcome: declined });
    expect(await concludeUndoing(pool, claim)).toMatchObject({ outcome: declined });
  });

  it('once confirmed is not undone', async () => {
    const claim = await persisted();
    await finalisePurchases(pool, [claim]);
    const decision = await beginUndoing(pool, {
      ...claim,
      outcome: { kind: 'undone', reason: 'operator' },
      authorisationId: null,
    });
    expect(decision).toMatchObject({ kind: 'finished', outcome: { kind: 'confirmed' } });
  });

  it('of a refusal without effects is final', async () => {
    const claim = await claimed();
    await refusePurchases(pool, [{ ...claim, refusal: { reason: 'sold_out', ticketType: 'standard' } }]);
    expect(await persist(claim, serials(nextSerial++))).toEqual(['finished']);
  });

  it('is refused by the database any change, and so is an illegal transition', async () => {
    const claim = await persisted();
    await finalisePurchases(pool, [claim]);
    const set = (assignment: string) =>
      pool.query(`update event_ticket_transactions set ${assignment} where id = $1`, [claim.purchaseId]);
    await expect(set(`outcome = '{"kind":"declined"}'`)).rejects.toMatchObject({
      constraint: 'purchase_outcome_is_final',
    });
    await expect(set(`status = 'claimed', outcome = null`)).rejects.toMatchObject({
      constraint: 'purchase_status_is_legal',
    });
    await expect(set(`epoch = 0`)).rejects.toMatchObject({ constraint: 'purchase_epoch_rises' });
  });

  it('leaves valid tickets that cannot be deleted or moved', async () => {
    const claim = await persisted();
    await finalisePurchases(pool, [claim]);
    const where = `where purchase_id = '${claim.purchaseId}'`;
    await expect(pool.query(`delete from event_tickets ${where}`)).rejects.toMatchObject({
      constraint: 'ticket_change_is_legal',
    });
    await expect(pool.query(`update event_tickets set serial = serial + 500 ${where}`)).rejects.toMatchObject({
      constraint: 'ticket_change_is_legal',
    });
  });
});
