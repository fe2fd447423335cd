import { createHash } from 'node:crypto';
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
  /** Guest links that are requested in an hour for one e-mail address, and from one client address. */
  readonly guestLinksPerEmailPerHour: number;
  readonly guestLinksPerAddressPerHour: number;
  /** Networks whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
}

const HOUR_S = 3_600;
const THIS_HOUR = 'Too many requests in this hour.';

/** Counts a request. Undefined if it may continue, else the answer that stops it. */
type Limit = (c: GatewayContext) => Response | undefined;

export interface RequestLimits {
  /** Before anything is known of the caller. */
  readonly byAddress: Limit;
  /** Once the caller is known. */
  readonly bySubject: Limit;
  /** Of requests that send a mail to an e-mail address. */
  readonly ofGuestLinks: (c: GatewayContext, email: string) => Response | undefined;
}

/** The limits of requests per client address and per token subject, both counted in this process. */
export function createRequestLimits(o: RequestLimitSettings): RequestLimits {
  const addressOf = createClientAddress(o.trustedProxies);
  const ofAddress = limiter('address', o.addressPerMinute);
  const ofBuyer = limiter('buyer', o.buyerPerMinute);
  const ofOperator = limiter('operator', o.operatorPerMinute);
  const linksOfAddress = limiter('guest-links', o.guestLinksPerAddressPerHour, HOUR_S);
  const linksOfEmail = limiter('guest-links', o.guestLinksPerEmailPerHour, HOUR_S);
  return {
    byAddress(c) {
      const address = ofAddress && addressOf(c);
      return address === undefined ? undefined : pass(c, ofAddress, networkOf(address));
    },
    bySubject(c) {
      const caller = c.get('caller');
      return caller && pass(c, caller.role === 'buyer' ? ofBuyer : ofOperator, caller.subject);
    },
    ofGuestLinks(c, email) {
      const address = linksOfAddress && addressOf(c);
      const stopped = address === undefined ? undefined : pass(c, linksOfAddress, networkOf(address), THIS_HOUR);
      return stopped ?? pass(c, linksOfEmail, hashOf(email), THIS_HOUR);
    },
  };
}

const limiter = (name: string, max: number, windowS?: number): TakeQuota | undefined =>
  max === 0 ? undefined : createRateLimiter(name, max, windowS);

/** Hashed, so that this process keeps no e-mail addresses. */
const hashOf = (email: string): string => createHash('sha256').update(email.toLowerCase()).digest('base64');

function pass(
  c: GatewayContext,
  take: TakeQuota | undefined,
  key: string,
  detail = 'Too many requests in this minute.',
): Response | undefined {
  if (take === undefined) return undefined;
  const { exceeded, resetS, headers } = take(key);
  c.set('rateLimit', headers);
  return exceeded ? answerProblem(c, rateLimited(detail, resetS)) : undefined;
}
