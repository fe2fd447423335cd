import { randomUUID } from 'node:crypto';
import { signToken } from './tokens.js';

interface Buyer {
  readonly subject: string;
  readonly token: string;
}

/** Gives the buyer of the next request. */
export type NextBuyer = () => Buyer;

/**
 * New buyers for every request, as when tickets go on sale: no token was seen before. They are signed up before the
 * clock starts; should more be needed, signing one takes some 5 µs.
 */
export function newBuyers(secret: string, expected: number): NextBuyer {
  const ready = Array.from({ length: expected }, () => buyer(secret));
  return () => ready.pop() ?? buyer(secret);
}

/** The same buyers again and again, in turn: they retry although the event is sold out. */
export function returningBuyers(secret: string, many: number): NextBuyer {
  const all = Array.from({ length: many }, () => buyer(secret));
  let turn = 0;
  return () => all[turn++ % all.length] ?? buyer(secret);
}

function buyer(secret: string): Buyer {
  const subject = randomUUID();
  return { subject, token: signToken(secret, subject, 'buyer') };
}
