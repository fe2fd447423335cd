import { answerProblem } from '../answer.js';
import type { GatewayContext } from '../context.js';
import { problem, unavailable, type Problem } from '../problems.js';
import type { Verified } from './token.js';
import type { VerifyToken } from './token-verifier.js';

/** Who may use an endpoint: every client, buyers and operators, the staff of doors and operators, operators, or the shop alone. */
export type Access = 'public' | 'buyer' | 'door' | 'operator' | 'shop';

const REFUSALS = {
  buyer: 'This is for buyers.',
  door: 'This is for the staff of doors.',
  operator: 'This is for operators.',
  shop: 'This is for the shop.',
} as const;

/** Lets a request pass (undefined; the context then has the caller), or returns the answer that stops it. */
export type Guard = (c: GatewayContext) => Response | undefined | Promise<Response | undefined>;

const BEARER = /^Bearer +(\S+) *$/i;

/** A guard that answers 401, 403 or 503 to callers who may not use the endpoint. */
export function createGuard(access: Access, verify: VerifyToken): Guard {
  if (access === 'public') return () => undefined;
  const detail = REFUSALS[access];

  function pass(c: GatewayContext, verified: Verified): Response | undefined {
    if (verified.kind === 'unavailable') return answerProblem(c, unavailable(verified.reason, 2));
    if (verified.kind === 'invalid') return answerProblem(c, unauthenticated(verified.reason));
    const { role } = verified.caller;
    if (role !== access && (role !== 'operator' || access === 'shop')) {
      return answerProblem(c, problem('forbidden', { detail }));
    }
    c.set('caller', verified.caller);
    return undefined;
  }

  return (c) => {
    const header = c.req.header('authorization');
    if (header === undefined) return answerProblem(c, problem('unauthenticated', {}, { 'WWW-Authenticate': 'Bearer' }));
    const token = BEARER.exec(header)?.[1];
    if (token === undefined) return answerProblem(c, unauthenticated('Only bearer tokens are accepted.'));
    const verified = verify(token);
    return verified instanceof Promise ? verified.then((result) => pass(c, result)) : pass(c, verified);
  };
}

const unauthenticated = (detail: string): Problem =>
  problem('unauthenticated', { detail }, { 'WWW-Authenticate': 'Bearer error="invalid_token"' });
