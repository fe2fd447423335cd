import { randomUUID } from 'node:crypto';
import { signBuyerToken } from './tokens.js';

interface Buyer {
  readonly subject: string;
  readonly token: string;
}

/** Returns the buyer of the next request. */
export type NextBuyer = () => Buyer;

/**
 * A new buyer for every request, so that the gateway has seen no token before. Their tokens are signed in advance;
 * signing one more takes some 5 µs.
 */
export function newBuyers(secret: string, expected: number): NextBuyer {
  const ready = Array.from({ length: expected }, () => buyer(secret));
  return () => ready.pop() ?? buyer(secret);
}

/** The same buyers in turn, as if they retried although the event is sold out. */
export function returningBuyers(secret: string, count: number): NextBuyer {
  const all = Array.from({ length: count }, () => buyer(secret));
  let turn = 0;
  return () => all[turn++ % all.length] ?? buyer(secret);
}

function buyer(secret: string): Buyer {
  const subject = randomUUID();
  return { subject, token: signBuyerToken(secret, subject) };
}
