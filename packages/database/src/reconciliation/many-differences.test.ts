import { randomUUID } from 'node:crypto';
import type { CapacityUpdate } from '@box-office/contract';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { applyCapacityUpdates } from '../audit/apply-capacity-updates.js';
import { openEventFixture, type EventFixture } from '../cancellations/testing/event-fixture.js';
import { readContradictions } from './contradictions.js';
import { readEventRecord } from './event-record.js';

/** More than two pages of each. */
const MANY = 1_100;
const TICKETS_PER_PURCHASE = 550;

let fixture: EventFixture;
beforeAll(async () => {
  fixture = await openEventFixture(inject('stack'));
});
afterAll(() => fixture.close());

const lineOf = (purchaseId: string): CapacityUpdate => ({
  EventId: fixture.eventId,
  CapacityChange: -1,
  TransactionId: 'T',
  Operation: 'purchase',
  MessageId: randomUUID(),
  PurchaseId: purchaseId,
  Items: [{ TicketType: 'standard', Quantity: 1 }],
  OccurredAt: new Date().toISOString(),
});

it('wrong lines of an event are all read, however many they are', async () => {
  const unknown = Array.from({ length: MANY }, () => randomUUID());
  await applyCapacityUpdates(fixture.pool, unknown.map(lineOf));
  const record = await readEventRecord(fixture.pool, { eventId: fixture.eventId, complete: false });
  expect(record?.wrongLines.map(({ purchaseId }) => purchaseId)).toEqual([...unknown].sort());
});

it('contradictions of an event are all read, however many they are, the last kind too', async () => {
  for (let sold = 0; sold < MANY; sold += TICKETS_PER_PURCHASE) await fixture.confirmed(TICKETS_PER_PURCHASE);
  await fixture.pool.query('update event_ticket_types set total = 0 where event_id = $1', [fixture.eventId]);
  const found = await readContradictions(fixture.pool, fixture.eventId);
  expect(found.map(({ kind, serial }) => [kind, serial])).toEqual(
    Array.from({ length: MANY }, (_, i) => ['serial_above_total', i + 1]),
  );
});
