import { randomUUID } from 'node:crypto';
import { standard, tokenOf, type TestGateway } from './gateway.js';

export interface CheckInAnswer {
  readonly checkInId: string;
  readonly result: string;
  readonly gate: string;
  readonly checkedAt: string;
  readonly offline: boolean;
  readonly ticket: { readonly ticketId: string; readonly serial: number } | null;
  readonly admission: { readonly admittedAt: string; readonly gate: string } | null;
}

export interface Bought {
  readonly eventId: string;
  readonly purchaseId: string;
  readonly ticketIds: readonly string[];
  readonly codes: readonly string[];
  /** The buyer's token. */
  readonly owner: string;
  /** A token of the staff at the event's doors. */
  readonly door: string;
}

const SOON_MS = 60_000;
export const instant = (fromNowMs: number): string => new Date(Date.now() + fromNowMs).toISOString();

/** What tests of doors do at a gateway. */
export function createTestDoors(test: TestGateway) {
  const post = (path: string, token: string, body: object, headers: Record<string, string> = {}) =>
    test.request('POST', path, { token, body, headers });
  const send = (token: string, body: object, key: string = randomUUID()) =>
    post('/api/check-ins', token, { gate: 'Gate A', ...body }, { 'Idempotency-Key': key });
  return {
    post,
    send,
    async present(token: string, body: object, key?: string): Promise<CheckInAnswer> {
      const response = await send(token, body, key);
      if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
      return (await response.json()) as CheckInAnswer;
    },
    /** Tickets to an event that begins in a minute, unless it is given another time. */
    async buy(quantity: number, startsInMs = SOON_MS): Promise<Bought> {
      const times = { startsAt: instant(startsInMs), endsAt: instant(startsInMs + 3_600_000) };
      const { id: eventId } = await test.createEvent([standard(20)], times);
      const owner = await tokenOf(`owner_${randomUUID()}`);
      const bought = await test.buy({ eventId, quantity }, { token: owner });
      const { purchaseId } = (await bought.json()) as { purchaseId: string };
      const listed = await test.request('GET', `/api/purchases/${purchaseId}/tickets`, { token: owner });
      const { tickets } = (await listed.json()) as { tickets: { ticketId: string; code: string }[] };
      const door = await tokenOf('door-1', { role: 'door', events: [eventId] });
      const codes = tickets.map(({ code }) => code);
      return { eventId, purchaseId, ticketIds: tickets.map(({ ticketId }) => ticketId), codes, owner, door };
    },
    async admissions(eventId: string, token: string): Promise<object> {
      const response = await test.request('GET', `/api/events/${eventId}/admissions`, { token });
      return (await response.json()) as object;
    },
    /** Lines of the audit log about admissions of a purchase, oldest first. */
    async auditOf(purchaseId: string) {
      const text = `select kind, actor, details ->> 'action' as action, details ->> 'gate' as gate from audit_logs
                     where purchase_id = $1 and kind = 'admission' order by id`;
      return (await test.pool.query<{ action: string }>(text, [purchaseId])).rows;
    },
  };
}

export type TestDoors = ReturnType<typeof createTestDoors>;
