import { once } from 'node:events';
import type { Server } from 'node:http';

/** Of servers that everybody can reach, as options of Node's `createServer`. */
export const PUBLIC_SERVER_TIMEOUTS = {
  headersTimeout: 10_000,
  /** Longest time that a request may take to arrive. */
  requestTimeout: 20_000,
  /** Longer than the default of common load balancers, so that they close idle connections. */
  keepAliveTimeout: 65_000,
} as const;

/** Connections that such a server has at once, at most. */
export const MAX_PUBLIC_CONNECTIONS = 20_000;

/**
 * Listens at an address.
 *
 * @param o.port 0 for any free one
 * @returns the port in use
 * @throws when the address is not available
 */
export async function listenOn(server: Server, o: { readonly host: string; readonly port: number }): Promise<number> {
  server.listen(o.port, o.host);
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : o.port;
}

/** How often connections that have become idle meanwhile are closed. */
const IDLE_CHECK_MS = 50;

/**
 * Closes an HTTP server: no new connections, idle ones closed at once, busy ones as soon as they have their answer.
 * `server.close()` alone would wait for a kept-alive connection whose last answer was sent after the closing began.
 * After `deadlineMs` what is still open is cut off. Fail the readiness first, so that no new calls come.
 */
export function closeHttpServer(server: Server, deadlineMs: number): Promise<void> {
  return new Promise((resolve) => {
    const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
    const deadline = setTimeout(() => server.closeAllConnections(), deadlineMs);
    server.close(() => {
      clearInterval(idle);
      clearTimeout(deadline);
      resolve();
    });
    server.closeIdleConnections();
  });
}
