import { randomUUID } from 'node:crypto';
import { endHold } from '@box-office/database';
import { standard, tokenOf, type TestGateway } from '../../testing/gateway.js';

/** The fields of answers that tests of holds read. */
interface Body {
  readonly holdId: string;
  readonly items: readonly { ticketType: string; serials: number[] }[];
  readonly expiresAt: string;
  readonly status: string;
  readonly type: string;
  readonly purchaseId: string;
  readonly tickets: readonly { serial: number }[];
  readonly holdLapsed?: boolean;
  readonly detail: string;
  readonly available: number;
  readonly capacity: number;
}

export async function read(response: Response | Promise<Response>) {
  const { status, headers } = await response;
  return { status, headers, body: (await (await response).json()) as Body };
}

export const newBuyer = async () => ({ token: await tokenOf(`buyer_${randomUUID()}`), key: randomUUID() });

/** Requests about holds to a gateway. */
export type HoldRequests = ReturnType<typeof holdRequestsTo>;

export function holdRequestsTo(test: TestGateway) {
  const hold = (body: object, o: { token: string; key: string }, at: TestGateway = test) =>
    read(at.request('POST', '/api/tickets/holds', { body, token: o.token, headers: { 'Idempotency-Key': o.key } }));

  return {
    hold,
    release: (holdId: string, token: string, at: TestGateway = test) =>
      read(at.request('DELETE', `/api/tickets/holds/${holdId}`, { token })),
    show: (holdId: string, token: string) => read(test.request('GET', `/api/tickets/holds/${holdId}`, { token })),
    buy: (body: object, token: string, key: string = randomUUID()) => read(test.buy(body, { token, key })),
    availableOf: async (eventId: string) => (await read(test.request('GET', `/api/events/${eventId}`))).body.capacity,
    /** A hold of some of an event's tickets, by a new buyer. */
    async held(total: number, quantity: number, seconds?: number) {
      const event = await test.createEvent([standard(total)]);
      const buyer = await newBuyer();
      const taken = await hold({ eventId: event.id, quantity, ...(seconds !== undefined && { seconds }) }, buyer);
      if (taken.status !== 201) throw new Error(`no hold: ${taken.status} ${taken.body.detail}`);
      return { eventId: event.id, buyer, holdId: taken.body.holdId, taken };
    },
    async lapse(holdId: string, eventId: string): Promise<void> {
      await test.pool.query(`update ticket_holds set expires_at = now() where id = $1`, [holdId]);
      const end = await endHold(test.pool, holdId, 'expired');
      await test.inventory.release(eventId, end?.generation ?? 0, [{ purchaseId: holdId, epoch: 1 }]);
    },
  };
}
