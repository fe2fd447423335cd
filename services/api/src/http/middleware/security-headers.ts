const YEAR_S = 31_536_000;

/**
 * Headers of every answer, errors and pages included. HSTS only where buyers reach the gateway over TLS: a browser that has
 * seen it never uses plain HTTP with that host again.
 */
export function securityHeaders(behindTls: boolean): Readonly<Record<string, string>> {
  const always = { 'X-Content-Type-Options': 'nosniff' };
  return behindTls ? { ...always, 'Strict-Transport-Security': `max-age=${YEAR_S}; includeSubDomains` } : always;
}
