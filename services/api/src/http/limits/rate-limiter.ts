import { LRUCache } from 'lru-cache';

/** Keys that one limiter counts at once, some 10 MB; above that the least recently used one is evicted. */
const MAX_KEYS = 50_000;
const MINUTE_S = 60;

/** The result of counting one more request of a key. */
interface Quota {
  readonly exceeded: boolean;
  /** Seconds until the window ends. */
  readonly resetS: number;
  /** `RateLimit` and `RateLimit-Policy` as draft-ietf-httpapi-ratelimit-headers has them. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Counts one more request of the key. */
export type TakeQuota = (key: string) => Quota;

/**
 * At most `max` requests of a key in each window, of a minute by default, which begins with the key's first request. Counted in
 * this process: it costs no round trip, and several gateways allow that many each.
 *
 * @param name names the policy in the headers
 */
export function createRateLimiter(name: string, max: number, windowS = MINUTE_S): TakeQuota {
  const windows = new LRUCache<string, { count: number; readonly endsMs: number }>({ max: MAX_KEYS });
  const policy = `"${name}";q=${max};w=${windowS}`;
  return (key) => {
    const nowMs = Date.now();
    let window = windows.get(key);
    if (window === undefined || window.endsMs <= nowMs) {
      window = { count: 0, endsMs: nowMs + windowS * 1_000 };
      windows.set(key, window);
    }
    window.count++;
    const resetS = Math.ceil((window.endsMs - nowMs) / 1_000);
    const remaining = Math.max(0, max - window.count);
    return {
      exceeded: window.count > max,
      resetS,
      headers: { 'RateLimit-Policy': policy, RateLimit: `"${name}";r=${remaining};t=${resetS}` },
    };
  };
}
