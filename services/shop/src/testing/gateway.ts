import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Event } from '@box-office/web';

/** An event of the far future, on sale. */
export const EVENT: Event = {
  id: '1',
  name: 'Gala',
  description: 'One evening.',
  venue: 'Pier 7',
  timeZone: 'Europe/Paris',
  currency: 'EUR',
  startsAt: '2035-06-06T17:00:00.000Z',
  endsAt: '2035-06-06T20:00:00.000Z',
  status: 'on_sale',
  capacity: 10,
  saleStartsAt: null,
  saleEndsAt: null,
  cancellableUntil: null,
  limitPerBuyer: 4,
  purchaseFee: null,
  refundRules: null,
  ticketTypes: [{ name: 'Adult', priceMinor: 4_800, taxRatePpm: 0, fee: null, total: 10, available: 10 }],
};

/** A valid ticket of this event, the only one of a purchase that has the same id. */
export const TICKET = {
  ticketId: '7be94a2d-3c1e-4f0a-9d54-0c7f0a5e8b21',
  purchaseId: '7be94a2d-3c1e-4f0a-9d54-0c7f0a5e8b21',
  eventId: EVENT.id,
  userId: 'somebody',
  ticketType: 'Adult',
  serial: 1,
  version: 1,
  status: 'valid',
  transferred: false,
  offeredUntil: null,
  admission: null,
  code: '04XJ2R5C',
};

/** A hold of a ticket for this event that keeps it. */
export const activeHold = (holdId: string, userId: string) => ({
  holdId,
  eventId: EVENT.id,
  userId,
  status: 'active',
  amountMinor: 4_800,
  currency: 'EUR',
  expiresAt: '2035-06-06T17:00:00.000Z',
  taxMinor: 0,
  fees: [],
  items: [{ ticketType: 'Adult', serials: [1], priceMinor: 4_800, taxRatePpm: 0 }],
});

interface Refusal {
  readonly problem: string;
  readonly status: number;
  readonly retryAfterS?: number;
  /** More of its body. */
  readonly members?: object;
}

/** A gateway that answers with these bodies by path, and 404 with this problem to everything else. */
export async function startGateway(bodies: Readonly<Record<string, unknown>>, problem: string) {
  const asked: string[] = [];
  const sent: { method: string | undefined; path: string; body: string }[] = [];
  let refusal: Refusal = { problem, status: 404 };
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '', 'http://gateway');
    asked.push(pathname);
    if (request.method !== 'GET') sent.push({ method: request.method, path: pathname, body: await text(request) });
    const isKnown = Object.hasOwn(bodies, pathname);
    const { status, retryAfterS, members } = refusal;
    const title = refusal.problem;
    const body = isKnown ? bodies[pathname] : { type: `/problems/${title}`, title, status, ...members };
    response
      .writeHead(isKnown ? 200 : status, {
        'Content-Type': 'application/json',
        ...(!isKnown && retryAfterS !== undefined && { 'Retry-After': String(retryAfterS) }),
      })
      .end(JSON.stringify(body));
  }
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    /** The paths that were asked for. */
    asked,
    /** The requests that change something. */
    sent,
    /** What it answers to everything else from now on. */
    refuseWith: (next: Refusal): void => void (refusal = next),
    close: (): Promise<void> => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
