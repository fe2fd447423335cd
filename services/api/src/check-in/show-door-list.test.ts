import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTestDoors, type TestDoors } from '../testing/doors.js';
import { openTestGateway, tokenOf, type TestGateway } from '../testing/gateway.js';

interface Page {
  readonly whole: boolean;
  readonly cancelled: boolean;
  readonly keys: readonly object[];
  readonly entries: readonly { ticketId: string; minVersion: number; cancelled: boolean; admission: object | null }[];
  readonly position: string;
  readonly next: string | null;
}

let test: TestGateway;
let doors: TestDoors;

beforeAll(async () => {
  test = await openTestGateway();
  doors = createTestDoors(test);
});
afterAll(() => test.close());

const ask = (eventId: string, token: string, query: Record<string, string> = {}) =>
  test.request('GET', `/api/events/${eventId}/door-list?${new URLSearchParams(query).toString()}`, { token });
async function read(eventId: string, token: string, query: Record<string, string> = {}): Promise<Page> {
  const response = await ask(eventId, token, query);
  expect(response.status).toBe(200);
  return (await response.json()) as Page;
}

describe("a door's list", () => {
  it('has the keys, and the tickets that were admitted or cancelled or have a newer code', async () => {
    const { eventId, codes, ticketIds, purchaseId, owner, door } = await doors.buy(4);
    expect(await read(eventId, door)).toMatchObject({ whole: true, cancelled: false, entries: [], next: null });
    const { admission } = await doors.present(door, { code: codes[0], gate: 'North' });
    await doors.post(`/api/purchases/${purchaseId}/cancel`, owner, { tickets: [ticketIds[1]] });
    await test.pool.query('update event_tickets set version = 2 where id = $1', [ticketIds[2]]);
    const list = await read(eventId, door);
    expect(list.entries).toEqual([
      { ticketId: ticketIds[0], minVersion: 1, cancelled: false, admission },
      { ticketId: ticketIds[1], minVersion: 1, cancelled: true, admission: null },
      { ticketId: ticketIds[2], minVersion: 2, cancelled: false, admission: null },
    ]);
    const keys = await test.request('GET', '/api/ticket-keys', {});
    expect({ keys: list.keys }).toEqual(await keys.json());
  });

  it('is read in pages, and later only what has changed, an undone admission too', async () => {
    const { eventId, codes, ticketIds, door } = await doors.buy(5);
    const checkIns = [];
    for (const code of codes) checkIns.push(await doors.present(door, { code }));
    const seen: string[] = [];
    let page = await read(eventId, door, { limit: '2' });
    const { position } = page;
    for (;;) {
      seen.push(...page.entries.map(({ ticketId }) => ticketId));
      expect(page.position).toBe(position);
      if (page.next === null) break;
      page = await read(eventId, door, { limit: '2', after: page.next });
    }
    expect(seen).toEqual(ticketIds);
    await doors.post(`/api/check-ins/${checkIns[3]?.checkInId}/undo`, door, { reason: 'mistake' });
    const since = await read(eventId, door, { since: position });
    expect(since.whole).toBe(false);
    expect(since.entries).toContainEqual(expect.objectContaining({ ticketId: ticketIds[3], admission: null }));
    // Entries are repeated while a transaction is in progress that began before them.
    await vi.waitFor(async () => {
      const { position: now } = await read(eventId, door);
      expect((await read(eventId, door, { since: now })).entries).toEqual([]);
    });
  });

  it('misses nothing that was in progress while it was read', async () => {
    const { eventId, ticketIds, door } = await doors.buy(2);
    const slow = await test.pool.connect();
    try {
      const raise = 'update event_tickets set version = 2 where id = $1';
      await slow.query('begin');
      await slow.query(raise, [ticketIds[0]]);
      await test.pool.query(raise, [ticketIds[1]]);
      const first = await read(eventId, door);
      expect(first.entries.map(({ ticketId }) => ticketId)).toEqual([ticketIds[1]]);
      await slow.query('commit');
      const ids = (await read(eventId, door, { since: first.position })).entries.map(({ ticketId }) => ticketId);
      expect(ids).toContain(ticketIds[0]);
    } finally {
      slow.release();
    }
  });

  it('is whole for a door that has read it from another database', async () => {
    const { eventId, codes, door } = await doors.buy(1);
    await doors.present(door, { code: codes[0] });
    const list = await read(eventId, door, { since: '9000000000000000000' });
    expect([list.whole, list.entries.length]).toEqual([true, 1]);
  });

  it('is for the doors of the event and for operators', async () => {
    const { eventId, owner, door } = await doors.buy(1);
    const other = await doors.buy(1);
    expect((await ask(eventId, owner)).status).toBe(403);
    expect((await ask(eventId, other.door)).status).toBe(403);
    expect((await ask('none', await tokenOf('op', { role: 'operator' }))).status).toBe(404);
    for (const query of [{ since: 'x' }, { after: '1.2.3' }, { limit: '0' }]) {
      expect((await ask(eventId, door, query)).status).toBe(422);
    }
  });
});
