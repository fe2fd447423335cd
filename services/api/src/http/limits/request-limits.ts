import { answerProblem } from '../answer.js';
import type { GatewayContext } from '../context.js';
import { rateLimited } from '../problems.js';
import { createClientAddress, networkOf } from './client-address.js';
import { createRateLimiter, type TakeQuota } from './rate-limiter.js';

/** How many requests one caller may send. A limit of 0 is none. */
export interface RequestLimitSettings {
  /** Requests in a minute of one token subject: of buyers, and of operators. */
  readonly buyerPerMinute: number;
  readonly operatorPerMinute: number;
  /** Requests in a minute from one client address, whatever tokens they bear. */
  readonly addressPerMinute: number;
  /** Networks whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
}

/** Counts a request. Undefined if it may continue, else the answer that stops it. */
type Limit = (c: GatewayContext) => Response | undefined;

export interface RequestLimits {
  /** Before anything is known of the caller. */
  readonly byAddress: Limit;
  /** Once the caller is known. */
  readonly bySubject: Limit;
}

/** The limits of requests per client address and per token subject, both counted in this process. */
export function createRequestLimits(o: RequestLimitSettings): RequestLimits {
  const addressOf = createClientAddress(o.trustedProxies);
  const ofAddress = limiter('address', o.addressPerMinute);
  const ofBuyer = limiter('buyer', o.buyerPerMinute);
  const ofOperator = limiter('operator', o.operatorPerMinute);
  return {
    byAddress(c) {
      const address = ofAddress && addressOf(c);
      return address === undefined ? undefined : pass(c, ofAddress, networkOf(address));
    },
    bySubject(c) {
      const caller = c.get('caller');
      return caller && pass(c, caller.role === 'buyer' ? ofBuyer : ofOperator, caller.subject);
    },
  };
}

const limiter = (name: string, perMinute: number): TakeQuota | undefined =>
  perMinute === 0 ? undefined : createRateLimiter(name, perMinute);

function pass(c: GatewayContext, take: TakeQuota | undefined, key: string): Response | undefined {
  if (take === undefined) return undefined;
  const { exceeded, resetS, headers } = take(key);
  c.set('rateLimit', headers);
  return exceeded ? answerProblem(c, rateLimited('Too many requests in this minute.', resetS)) : undefined;
}
