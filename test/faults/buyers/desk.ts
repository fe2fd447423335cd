import { SignJWT } from 'jose';
import type { Answer, PurchaseCall } from '../../checker/calls.js';
import { answerToLook, answerToPurchase } from './answers.js';
import type { Wish } from './wish.js';

const CREATE_TIMEOUT_MS = 30_000;
const TOKEN_VALID_S = 24 * 3_600;

/** The gateways as buyers and operators use them; every request of a buyer and its answer is recorded. */
export interface Desk {
  readonly calls: readonly PurchaseCall[];
  /** Asks to buy, at one of the gateways, and waits so long for an answer. Never rejects. */
  buy(wish: Wish, gateway: number, patienceMs: number): Promise<Answer>;
  /** Asks how the purchase stands. Never rejects. */
  look(wish: Wish, gateway: number, patienceMs: number): Promise<Answer>;
  /** @throws Error if the event is not created */
  createEvent(o: {
    readonly name: string;
    readonly limitPerBuyer: number;
    readonly ticketTypes: readonly { readonly name: string; readonly priceMinor: number; readonly total: number }[];
  }): Promise<string>;
}

export function openDesk(o: {
  readonly gateways: readonly string[];
  readonly jwtSecret: string;
  readonly onCall: (call: PurchaseCall) => void;
}): Desk {
  const calls: PurchaseCall[] = [];
  const secret = new TextEncoder().encode(o.jwtSecret);
  const tokens = new Map<string, Promise<string>>();
  const urlOf = (gateway: number): string => o.gateways[gateway % o.gateways.length] ?? '';

  function tokenOf(subject: string, role: 'buyer' | 'operator'): Promise<string> {
    const known = tokens.get(`${role} ${subject}`);
    if (known) return known;
    const token = new SignJWT({ role })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(subject)
      .setIssuedAt()
      .setExpirationTime(`${TOKEN_VALID_S} s`)
      .sign(secret);
    tokens.set(`${role} ${subject}`, token);
    return token;
  }

  async function recorded(
    wish: Wish,
    gateway: string,
    ask: (headers: Record<string, string>) => Promise<Answer>,
  ): Promise<Answer> {
    const { purchaseId, userId, key, eventId, items, paymentMethod } = wish;
    const headers = { authorization: `Bearer ${await tokenOf(userId, 'buyer')}` };
    const invokedAtMs = Date.now();
    const answer = await ask(headers).catch((error: unknown): Answer => ({
      kind: 'unknown',
      status: null,
      cause: causeOf(error),
    }));
    const call: PurchaseCall = {
      ...{ purchaseId, userId, key, eventId, items, paymentMethod, gateway, invokedAtMs, answer },
      answeredAtMs: Date.now(),
    };
    calls.push(call);
    o.onCall(call);
    return answer;
  }

  return {
    calls,
    buy(wish, gateway, patienceMs) {
      const url = urlOf(gateway);
      const { eventId, items, paymentMethod } = wish;
      return recorded(wish, url, async (headers) => {
        const response = await fetch(`${url}/api/tickets/purchase`, {
          method: 'POST',
          headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': wish.key },
          body: JSON.stringify({ eventId, items, payment: { method: paymentMethod } }),
          signal: AbortSignal.timeout(patienceMs),
        });
        return answerToPurchase(response.status, await response.text());
      });
    },
    look(wish, gateway, patienceMs) {
      const url = urlOf(gateway);
      return recorded(wish, url, async (headers) => {
        const signal = AbortSignal.timeout(patienceMs);
        const response = await fetch(`${url}/api/purchases/${wish.purchaseId}`, { headers, signal });
        return answerToLook(response.status, await response.text());
      });
    },
    async createEvent(event) {
      const response = await fetch(`${urlOf(0)}/api/events`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${await tokenOf('operator', 'operator')}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify({
          venue: 'Hall',
          startsAt: '2035-01-01T19:00:00Z',
          endsAt: '2035-01-01T22:00:00Z',
          timeZone: 'Europe/Paris',
          currency: 'EUR',
          ...event,
        }),
        signal: AbortSignal.timeout(CREATE_TIMEOUT_MS),
      });
      const text = await response.text();
      if (response.status !== 201) throw new Error(`no event was created: ${response.status} ${text}`);
      return String((JSON.parse(text) as { id: unknown }).id);
    },
  };
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof Error) return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name;
  return String(cause);
}
