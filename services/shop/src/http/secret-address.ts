/**
 * For a page whose address has a secret: neither a cache nor another site gets it, nor the log of a proxy by the `Referer` of
 * what follows. Unlike `no-referrer` it leaves forms their `Origin`, by which they are protected.
 */
export function keptSecret(response: Response): Response {
  response.headers.set('Referrer-Policy', 'strict-origin');
  response.headers.set('Cache-Control', 'no-store');
  return response;
}
