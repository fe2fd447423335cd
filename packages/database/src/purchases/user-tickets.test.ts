import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openEventFixture, type EventFixture } from '../cancellations/testing/event-fixture.js';
import { listUserTickets, MAX_TICKETS_IN_READ_MODEL, readUserTickets } from './user-tickets.js';

const USER = 'broker';
const PER_PURCHASE = 50;
let fixture: EventFixture;

beforeAll(async () => {
  fixture = await openEventFixture(inject('stack'));
});
afterAll(() => fixture.close());

async function bought(quantity: number): Promise<void> {
  const { purchaseId } = await fixture.confirmed(quantity);
  await fixture.pool.query('update event_tickets set user_id = $2 where purchase_id = $1', [purchaseId, USER]);
}

async function read() {
  const [model] = await readUserTickets(fixture.pool, [USER]);
  if (!model) throw new Error('no model');
  return { ...model, serials: model.tickets.map(({ serial }) => serial) };
}

describe('the tickets of a user', () => {
  it('are all in the read model while they are few, and the newest of many', async () => {
    expect(await read()).toMatchObject({ tickets: [] });
    await bought(PER_PURCHASE);
    const few = await read();
    expect(few.serials).toEqual(Array.from({ length: PER_PURCHASE }, (_, n) => n + 1));
    expect(few).not.toHaveProperty('truncated');
    for (let sold = PER_PURCHASE; sold <= MAX_TICKETS_IN_READ_MODEL; sold += PER_PURCHASE) await bought(PER_PURCHASE);
    const many = await read();
    expect(many.truncated).toBe(true);
    expect(many.serials).toEqual(Array.from({ length: MAX_TICKETS_IN_READ_MODEL }, (_, n) => n + 1 + PER_PURCHASE));
  });

  it('are all listed from the record, page after page, oldest first', async () => {
    const serials: number[] = [];
    let after: string | null = null;
    do {
      const page = await listUserTickets(fixture.pool, USER, { limit: 90, ...(after !== null && { after }) });
      serials.push(...page.tickets.map(({ serial }) => serial));
      after = page.next;
    } while (after !== null);
    expect(serials).toEqual(Array.from({ length: MAX_TICKETS_IN_READ_MODEL + PER_PURCHASE }, (_, n) => n + 1));
  });

  it('have a higher version whenever more of them is seen, also by a transaction that began earlier', async () => {
    const before = await read();
    const slow = await fixture.pool.connect();
    await slow.query('begin');
    await slow.query('update event_tickets set price_minor = 1 where user_id = $1 and serial = 250', [USER]);
    await bought(1);
    const meanwhile = await read();
    expect(meanwhile.version).toBeGreaterThan(before.version);
    expect(meanwhile.serials).toContain(251);
    expect(meanwhile.tickets.find(({ serial }) => serial === 250)?.priceMinor).toBeGreaterThan(1);
    await slow.query('commit');
    slow.release();
    const after = await read();
    expect(after.version).toBeGreaterThan(meanwhile.version);
    expect(after.tickets.find(({ serial }) => serial === 250)?.priceMinor).toBe(1);
  });
});
